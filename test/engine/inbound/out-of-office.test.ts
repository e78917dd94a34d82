import { expect, test } from 'vitest';
import { turnPending } from '../../../src/db/sending/draft-holds.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { updateProspect } from '../../../src/operations/roster/update.ts';
import { addMailbox, launchEmailCampaign } from '../../factories/campaigns.ts';
import {
  day,
  delayHours,
  followUp,
  hello,
  hour,
  openEngineFixture,
  people,
  readMessages,
  readProspects,
} from '../../fixtures/engine.ts';
import { mail } from '../../fixtures/mails.ts';

const house = await openEngineFixture();
const { call, clock, db, mailServer, workspaceId } = house;

/** One person who has the first of two mails, and whose second is about to go out. */
async function scene(
  name: string,
  second: (typeof followUp & { body: string }) | typeof hello = followUp,
) {
  const sender = await addMailbox(house, {
    address: `${name}@sender.test`,
    smtp: house.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const nodes = [hello, delayHours(24), second];
  const id = await launchEmailCampaign(house, {
    name,
    senders: [sender],
    nodes,
    people: people(1, name),
  });
  await house.runFor(2 * hour);
  const back = new Date(clock.now().getTime() + 9 * day).toISOString().slice(0, 10);
  return {
    id,
    sent: () => house.sink.messages.filter(({ to }) => to[0]!.startsWith(name)).length,
    /** The person's mailbox answers by itself. */
    async answer() {
      const [message] = await readMessages(house, id);
      const said = `I am out of office until ${back}.`;
      const headers = 'Auto-Submitted: auto-replied\r\n';
      await house.deliver(
        sender,
        mail({ from: `${name}0@people.test`, key: message!.channel_key!, headers, body: said }),
      );
      await house.readInboxes();
    },
  };
}

test('an absence that is told while a touch is put off is kept to', async () => {
  const { id, answer, sent } = await scene('put');
  mailServer.send = async () => ({
    ok: false,
    fault: { kind: 'temporary', code: '451', detail: 'Later' },
  });
  await house.runFor(22 * hour + 20_000);
  delete mailServer.send;
  expect(await readProspects(house, id)).toMatchObject([{ hold: 'retry' }]);
  await answer();
  await house.runFor(7 * day);
  expect(await readProspects(house, id)).toMatchObject([{ hold: 'out_of_office' }]);
  expect(sent()).toBe(1);
  await house.checkLaws();
  await house.runFor(3 * day);
  expect(sent()).toBe(2);
});

test('an absence that is told while a touch is on its way is kept to if the touch is put off, and before the next one', async () => {
  const { id, answer, sent } = await scene('way');
  mailServer.send = async () => {
    await answer();
    return { ok: false, fault: { kind: 'temporary', code: '451', detail: 'Later' } };
  };
  await house.runFor(22 * hour + 20_000);
  delete mailServer.send;
  await house.runFor(7 * day);
  expect(sent()).toBe(1);
  const [person] = await readProspects(house, id);
  const { binding } = await call(explainOneProspect, { id, prospectId: person!.id });
  expect(binding).toMatchObject({
    code: 'out_of_office',
    opens_at: person!.hold_until!.toISOString(),
  });
  expect(person!.hold_until!.getTime()).toBeGreaterThan(clock.now().getTime());
  await house.checkLaws();
  await house.runFor(3 * day);
  expect(sent()).toBe(2);
});

test('an absence that is told while a value is missing is kept to, although the value is filled in', async () => {
  const { id, answer, sent } = await scene('lack', {
    type: 'email',
    subject: 'For you',
    body: 'As %position% you know.',
  });
  await house.runFor(day);
  const [person] = await readProspects(house, id);
  expect(person).toMatchObject({ hold: 'missing_variable' });
  await answer();
  await call(updateProspect, { id, prospect_id: person!.id, updates: { position: 'CTO' } });
  const { binding } = await call(explainOneProspect, { id, prospectId: person!.id });
  expect(binding).toMatchObject({
    code: 'out_of_office',
    opens_at: (await readProspects(house, id))[0]!.hold_until!.toISOString(),
  });
  await house.runFor(7 * day);
  expect(sent()).toBe(1);
  await house.checkLaws();
  await house.runFor(3 * day);
  expect(sent()).toBe(2);
});

test('whoever still lacks the value when they are back is held for it again', async () => {
  const { id, answer, sent } = await scene('still', {
    type: 'email',
    subject: 'For you',
    body: 'As %position% you know.',
  });
  await house.runFor(day);
  await answer();
  await house.runFor(10 * day);
  expect(await readProspects(house, id)).toMatchObject([
    { hold: 'missing_variable', hold_until: null },
  ]);
  expect(sent()).toBe(1);
  await house.checkLaws();
});

test.each(['draft_pending', 'draft_failed'])(
  'an absence that is told while somebody is held as %s is kept to when the text comes',
  async (hold) => {
    const name = hold.replace('_', '');
    const { id, answer, sent } = await scene(name);
    const [person] = await readProspects(house, id);
    await db
      .updateTable('prospects')
      .set({ hold, hold_detail: 'what a model says' })
      .where('id', '=', person!.id)
      .execute();
    await house.runFor(day);
    await answer();
    await db
      .updateTable('prospects')
      .set({ hold: 'draft_pending' })
      .where('id', '=', person!.id)
      .where('hold', '=', 'draft_failed')
      .execute();
    await turnPending(db, workspaceId, {
      prospectId: person!.id,
      hold: null,
      detail: null,
      now: clock.now(),
    });
    await house.runFor(7 * day);
    expect(sent()).toBe(1);
    expect(await readProspects(house, id)).toMatchObject([
      { hold: 'out_of_office', hold_detail: 'Auto-Submitted: auto-replied' },
    ]);
    await house.checkLaws();
    await house.runFor(3 * day);
    expect(sent()).toBe(2);
  },
);

test('an absence that is told while somebody is paused until an instant outlasts the pause', async () => {
  const { id, answer, sent } = await scene('paus');
  const [person] = await readProspects(house, id);
  await call(pauseProspect, {
    id,
    prospectId: person!.id,
    until: new Date(clock.now().getTime() + 2 * day).toISOString(),
  });
  await answer();
  await house.runFor(7 * day);
  expect(sent()).toBe(1);
  expect(await readProspects(house, id)).toMatchObject([{ hold: 'out_of_office' }]);
  await house.checkLaws();
  await house.runFor(3 * day);
  expect(sent()).toBe(2);
});
