import { expect, test } from 'vitest';
import { readHeld, releaseDatabase } from '../../../src/db/instance.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { confirmSent } from '../../../src/engine/confirm-sent.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { save, startCopy } from '../../fixtures/copies.ts';
import { expectEach, mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { readMessages } from '../../fixtures/engine.ts';

const everybody = people(60);

/** A campaign of two mails over two mailboxes that was saved amid the first, and went on. */
async function openSaved() {
  const t = await openEmailFixture();
  const sent = (key: string) => t.sink.messages.some(({ raw }) => raw.includes(`<${key}>`));
  t.mailServer.find = (key) => (sent(key) ? 'found' : 'absent');
  const senders = [];
  for (const name of ['sam', 'sue'])
    senders.push(
      await addMailbox(t, {
        address: `${name}@${name}.test`,
        smtp: t.sink,
        dailyLimit: 500,
        minGapSeconds: 60,
      }),
    );
  const id = await launchEmailCampaign(t, {
    name: 'saved',
    senders,
    nodes: [hello, delayHours(2), followUp],
    people: everybody,
  });
  await t.runFor(20 * minuteMs);
  const saved = await save(t);
  const before = t.sink.messages.length;
  await t.runFor(3 * hourMs);
  expect(before).toBeGreaterThan(0);
  expect(t.sink.messages.length).toBeGreaterThan(before + 20);
  return { t, id, copy: await startCopy(t, saved) };
}

test('a restored copy sends nothing until it is released, and says so', async () => {
  const { t, id, copy } = await openSaved();
  const before = t.sink.messages.length;
  await copy.runFor(dayMs);
  expect(t.sink.messages.length).toBe(before);
  expect(await copy.call(explainOneCampaign, { id })).toMatchObject({
    binding: { code: 'database_held', unblock: expect.stringContaining('postrider release') },
  });
  expect(await readHeld(copy.db)).toMatchObject({ reason: 'it was restored' });
});

test('what went out since the backup is recorded from Sent, the rest goes out once', async () => {
  const { t, id, copy } = await openSaved();
  const known = (await readMessages(copy, id)).length;
  const sentBefore = t.sink.messages.length;
  const { found, doubtful } = await confirmSent(copy.services);
  expect(doubtful.size).toBe(0);
  expect(known + found).toBe(sentBefore);
  expect(t.sink.messages.length).toBe(sentBefore);
  await releaseDatabase(copy.db);
  await copy.runFor(dayMs);
  expectEach(t, everybody, 2);
  await copy.checkLaws();
});

test('people whose mailbox cannot tell are counted, and stay where they are', async () => {
  const { t, copy } = await openSaved();
  t.mailServer.find = () => 'unknown';
  const before = mailsByRecipient(t);
  const { found, doubtful } = await confirmSent(copy.services);
  expect(found).toBe(0);
  expect([...doubtful.values()].map(({ sender }) => sender).sort()).toEqual([
    'sam@sam.test',
    'sue@sue.test',
  ]);
  expect(mailsByRecipient(t)).toEqual(before);
});
