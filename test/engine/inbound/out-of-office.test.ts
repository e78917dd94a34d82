import { expect, test } from 'vitest';
import { turnPending } from '../../../src/db/sending/holds.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { updateProspect } from '../../../src/operations/roster/update.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';
import { mail } from '../../fixtures/mails.ts';

const fixture = await openEmailFixture();
const { call, clock, db, mailServer, workspaceId } = fixture;

/** One prospect that has the first of two mails; the second is about to go out. */
async function scene(
  name: string,
  second: (typeof followUp & { body: string }) | typeof hello = followUp,
) {
  const sender = await addMailbox(fixture, {
    address: `${name}@sender.test`,
    smtp: fixture.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const nodes = [hello, delayHours(24), second];
  const id = await launchEmailCampaign(fixture, {
    name,
    senders: [sender],
    nodes,
    people: people(1, name),
  });
  await fixture.runFor(2 * hourMs);
  const back = new Date(clock.now().getTime() + 9 * dayMs).toISOString().slice(0, 10);
  return {
    id,
    sent: () => fixture.sink.messages.filter(({ to }) => to[0]!.startsWith(name)).length,
    /** The prospect's mailbox sends an automatic reply. */
    async answer() {
      const [message] = await readMessages(fixture, id);
      const said = `I am out of office until ${back}.`;
      const headers = 'Auto-Submitted: auto-replied\r\n';
      await fixture.deliver(
        sender,
        mail({ from: `${name}0@people.test`, key: message!.channel_key!, headers, body: said }),
      );
      await fixture.readInboxes();
    },
  };
}

test('an absence told while a touch is put off holds the prospect until the return', async () => {
  const { id, answer, sent } = await scene('put');
  mailServer.send = async () => ({
    ok: false,
    fault: { kind: 'temporary', code: '451', detail: 'Later' },
  });
  await fixture.runFor(22 * hourMs + 20_000);
  delete mailServer.send;
  expect(await readProspects(fixture, id)).toMatchObject([{ hold: 'retry' }]);
  await answer();
  await fixture.runFor(7 * dayMs);
  expect(await readProspects(fixture, id)).toMatchObject([{ hold: 'out_of_office' }]);
  expect(sent()).toBe(1);
  await fixture.checkLaws();
  await fixture.runFor(3 * dayMs);
  expect(sent()).toBe(2);
});

test('an absence told during a hand-over holds the next try and the next touch', async () => {
  const { id, answer, sent } = await scene('way');
  mailServer.send = async () => {
    await answer();
    return { ok: false, fault: { kind: 'temporary', code: '451', detail: 'Later' } };
  };
  await fixture.runFor(22 * hourMs + 20_000);
  delete mailServer.send;
  await fixture.runFor(7 * dayMs);
  expect(sent()).toBe(1);
  const [person] = await readProspects(fixture, id);
  const { binding } = await call(explainOneProspect, { id, prospectId: person!.id });
  expect(binding).toMatchObject({
    code: 'out_of_office',
    opens_at: person!.hold_until!.toISOString(),
  });
  expect(person!.hold_until!.getTime()).toBeGreaterThan(clock.now().getTime());
  await fixture.checkLaws();
  await fixture.runFor(3 * dayMs);
  expect(sent()).toBe(2);
});

test('an absence told while a value is missing outlasts the missing value', async () => {
  const { id, answer, sent } = await scene('lack', {
    type: 'email',
    subject: 'For you',
    body: 'As %position% you know.',
  });
  await fixture.runFor(dayMs);
  const [person] = await readProspects(fixture, id);
  expect(person).toMatchObject({ hold: 'missing_variable' });
  await answer();
  await call(updateProspect, { id, prospect_id: person!.id, updates: { position: 'CTO' } });
  const { binding } = await call(explainOneProspect, { id, prospectId: person!.id });
  expect(binding).toMatchObject({
    code: 'out_of_office',
    opens_at: (await readProspects(fixture, id))[0]!.hold_until!.toISOString(),
  });
  await fixture.runFor(7 * dayMs);
  expect(sent()).toBe(1);
  await fixture.checkLaws();
  await fixture.runFor(3 * dayMs);
  expect(sent()).toBe(2);
});

test('a prospect that still lacks the value after the return is held for it again', async () => {
  const { id, answer, sent } = await scene('still', {
    type: 'email',
    subject: 'For you',
    body: 'As %position% you know.',
  });
  await fixture.runFor(dayMs);
  await answer();
  await fixture.runFor(10 * dayMs);
  expect(await readProspects(fixture, id)).toMatchObject([
    { hold: 'missing_variable', hold_until: null },
  ]);
  expect(sent()).toBe(1);
  await fixture.checkLaws();
});

test.each(['draft_pending', 'draft_failed'])(
  'an absence told while the prospect is held as %s holds it after the text has come',
  async (hold) => {
    const name = hold.replace('_', '');
    const { id, answer, sent } = await scene(name);
    const [person] = await readProspects(fixture, id);
    await db
      .updateTable('prospects')
      .set({ hold, hold_detail: 'what a model says' })
      .where('id', '=', person!.id)
      .execute();
    await fixture.runFor(dayMs);
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
    await fixture.runFor(7 * dayMs);
    expect(sent()).toBe(1);
    expect(await readProspects(fixture, id)).toMatchObject([
      { hold: 'out_of_office', hold_detail: 'Auto-Submitted: auto-replied' },
    ]);
    await fixture.checkLaws();
    await fixture.runFor(3 * dayMs);
    expect(sent()).toBe(2);
  },
);

test('an absence told while the prospect is paused outlasts the pause', async () => {
  const { id, answer, sent } = await scene('paus');
  const [person] = await readProspects(fixture, id);
  await call(pauseProspect, {
    id,
    prospectId: person!.id,
    until: new Date(clock.now().getTime() + 2 * dayMs).toISOString(),
  });
  await answer();
  await fixture.runFor(7 * dayMs);
  expect(sent()).toBe(1);
  expect(await readProspects(fixture, id)).toMatchObject([{ hold: 'out_of_office' }]);
  await fixture.checkLaws();
  await fixture.runFor(3 * dayMs);
  expect(sent()).toBe(2);
});
