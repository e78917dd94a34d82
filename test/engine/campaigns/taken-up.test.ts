import { expect, test } from 'vitest';
import { dayMs } from '../../../src/domain/time.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { takeUpProspects } from '../../../src/operations/roster/take-up.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';

const t = await openEmailFixture();
const statsOf = async (id: string) => (await t.call(getCampaign, { id })).campaign;

async function refused(name: string, kind: 'refused' | 'bad_recipient') {
  const address = `${name}@sender.test`;
  const sender = await addMailbox(t, { address, smtp: t.sink, minGapSeconds: 1 });
  const crowd = people(4, name);
  const nodes = [hello];
  const id = await launchEmailCampaign(t, { name, senders: [sender], nodes, people: crowd });
  t.mailServer.send = async (deliver, { to }) =>
    to.startsWith(name) && !to.startsWith(`${name}0`)
      ? { ok: false, fault: { kind, code: '554', detail: `From is not verified, ${to}` } }
      : deliver();
  await t.runFor(dayMs);
  t.mailServer.send = async (deliver) => deliver();
  return { id, crowd };
}

test('people whom a refusal ended are taken up in one call, and written to once', async () => {
  const { id, crowd } = await refused('up', 'refused');
  expect(await statsOf(id)).toMatchObject({ status: 'completed', stats: { failed: 3 } });
  const choice = { id, reason: 'NOT verified' };
  const none = { suppressed: 0, removed: 0, more: false };
  expect(await t.call(takeUpProspects, { ...choice, dry_run: true })).toEqual({
    ...none,
    taken_up: 3,
  });
  expect((await statsOf(id)).stats).toMatchObject({ failed: 3 });
  expect(await t.call(takeUpProspects, { ...choice, reason: 'no such words' })).toEqual({
    ...none,
    taken_up: 0,
  });
  expect(await t.call(takeUpProspects, choice)).toEqual({ ...none, taken_up: 3 });
  await t.checkLaws();
  await t.runFor(dayMs);
  expect(await statsOf(id)).toMatchObject({ status: 'completed', stats: { completed: 4 } });
  expect(crowd.map(({ email }) => mailsByRecipient(t)[email])).toEqual([1, 1, 1, 1]);
  expect(await t.call(takeUpProspects, { id })).toMatchObject({ taken_up: 0 });
  await t.checkLaws();
});

test('suppressed people stay as they are, unless the refusal alone suppressed them', async () => {
  const { id, crowd } = await refused('dead', 'bad_recipient');
  const [, asked] = crowd.map(({ email }) => email);
  await t.db.deleteFrom('suppressions').where('value', '=', asked!).execute();
  await t.call(addSuppressions, { items: [{ kind: 'email', value: asked! }] });
  expect(await t.call(takeUpProspects, { id })).toMatchObject({ taken_up: 0, suppressed: 3 });
  expect(await t.call(takeUpProspects, { id, lift_suppressions: true })).toMatchObject({
    taken_up: 2,
    suppressed: 1,
  });
  await t.runFor(dayMs);
  expect(crowd.map(({ email }) => mailsByRecipient(t)[email] ?? 0)).toEqual([1, 0, 1, 1]);
  await t.checkLaws();
});
