import { expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { resolveMessage } from '../../../src/operations/messages/resolve.ts';
import { findOneProspect } from '../../../src/operations/roster/find.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { markReplied } from '../../../src/operations/roster/mark-replied.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { verify } from '../../../src/operations/verify/run.ts';
import { delayHours, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { readEvents, readMessages, readProspects } from '../../fixtures/engine.ts';

const t = await openEmailFixture();
const { call, fail, services, workspaceId } = t;
const email = (subject: string) => ({ type: 'email', subject, body: `${subject}.` });

/** A campaign to one person whose first touch is `unknown`: its worker died with it in hand. */
async function openDoubt(name: string, nodes: readonly object[] = [email('Hello')]) {
  const sender = await addMailbox(t, {
    address: `${name}@sender.test`,
    smtp: t.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const [person] = people(1, name);
  const given = { name, senders: [sender], nodes, people: [person!] };
  const id = await launchEmailCampaign(t, given);
  const { workerId, die } = await t.startWorker();
  expect((await tick(services, { workspaceId, workerId, limit: 10 })).reserved).toHaveLength(1);
  await die();
  await t.recover();
  const [message] = await readMessages(t, id);
  expect(message).toMatchObject({ state: 'unknown' });
  const [prospect] = await readProspects(t, id);
  return {
    id,
    place: { id, messageId: message!.id },
    prospectId: prospect!.id,
    identity: person!.email,
    mails: () => mailsByRecipient(t)[person!.email] ?? 0,
    stats: async () => (await call(getCampaign, { id })).campaign.stats,
    prospect: async () => (await readProspects(t, id))[0],
  };
}

test('a message of which nobody can tell is counted until somebody settles it', async () => {
  const doubt = await openDoubt('counted');
  const { id, identity, place } = doubt;
  expect(await doubt.stats()).toMatchObject({ unknown: 1, completed: 1 });
  const shown = { unknown_touches: 1 };
  expect((await call(listRoster, { id })).prospects).toMatchObject([shown]);
  expect((await call(findOneProspect, { id, identity })).prospect).toMatchObject(shown);
  expect(await call(verify, {})).toMatchObject({ ok: true, unknown: 1 });
  expect(await call(resolveMessage, { ...place, as: 'sent' })).toMatchObject({ status: 'sent' });
  expect(await doubt.stats()).toMatchObject({ unknown: 0, completed: 1 });
  expect(await call(verify, {})).toMatchObject({ ok: true, unknown: 0 });
  expect((await call(listRoster, { id })).prospects).toMatchObject([{ unknown_touches: 0 }]);
  expect(await fail(resolveMessage, { ...place, as: 'again' })).toMatchObject({
    status: 409,
    code: 'message.not_unknown',
  });
  await t.runFor(dayMs);
  expect(doubt.mails()).toBe(0);
  await t.checkLaws();
});

test('a message that is to go out again goes once, and its campaign goes on', async () => {
  const doubt = await openDoubt('again');
  const { id, place } = doubt;
  expect((await call(getCampaign, { id })).campaign.status).toBe('completed');
  await call(resolveMessage, { ...place, as: 'again' });
  expect(await fail(resolveMessage, { ...place, as: 'again' })).toMatchObject({
    code: 'message.not_unknown',
  });
  expect(await doubt.prospect()).toMatchObject({ status: 'pending', ended_at: null });
  const { prospects } = await call(listRoster, { id });
  expect(prospects).toMatchObject([{ because: 'pacing', unknown_touches: 0 }]);
  await t.checkLaws();
  await t.runFor(dayMs);
  expect(doubt.mails()).toBe(1);
  expect(await doubt.prospect()).toMatchObject({ status: 'completed' });
  expect((await call(getCampaign, { id })).campaign.status).toBe('completed');
  expect(await readEvents(t, id)).toContain('message.resolved');
  await t.checkLaws();
});

test('touches that went out since are not repeated', async () => {
  const doubt = await openDoubt('since', [
    email('Hello'),
    delayHours(5),
    email('Second'),
    delayHours(48),
    email('Third'),
  ]);
  await t.runFor(6 * hourMs);
  expect(doubt.mails()).toBe(1);
  await call(resolveMessage, { ...doubt.place, as: 'again' });
  await t.runFor(7 * dayMs);
  expect(doubt.mails()).toBe(3);
  expect(await doubt.prospect()).toMatchObject({ status: 'completed' });
  await t.checkLaws();
});

test('a message that goes out again meets every check of a first try', async () => {
  const paused = await openDoubt('held', [email('Hello'), delayHours(5), email('Second')]);
  await call(pauseProspect, { id: paused.id, prospectId: paused.prospectId, until: null });
  await call(resolveMessage, { ...paused.place, as: 'again' });
  const suppressed = await openDoubt('left');
  const item = { kind: 'email', value: suppressed.identity, reason: 'asked' };
  await call(addSuppressions, { items: [item] });
  await call(resolveMessage, { ...suppressed.place, as: 'again' });
  await t.runFor(dayMs);
  expect([paused.mails(), suppressed.mails()]).toEqual([0, 0]);
  expect(await paused.prospect()).toMatchObject({ hold: 'paused' });
  expect(await suppressed.prospect()).toMatchObject({ status: 'skipped' });
  await t.checkLaws();
});

test('nobody who has replied is written to again', async () => {
  const doubt = await openDoubt('replied', [email('Hello'), delayHours(5), email('Second')]);
  await call(markReplied, { id: doubt.id, prospectId: doubt.prospectId });
  expect(await fail(resolveMessage, { ...doubt.place, as: 'again' })).toMatchObject({
    code: 'prospect.ended',
  });
  await call(resolveMessage, { ...doubt.place, as: 'sent' });
  await t.runFor(dayMs);
  expect(doubt.mails()).toBe(0);
});
