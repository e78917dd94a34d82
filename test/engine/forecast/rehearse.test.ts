import { expect, test } from 'vitest';
import type { AppError } from '../../../src/errors.ts';
import { runOperation } from '../../../src/operation.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { advanceClock } from '../../../src/operations/clock/advance.ts';
import { rehearseCampaign } from '../../../src/operations/copies/rehearse.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { updateManyProspects } from '../../../src/operations/roster/update-many.ts';
import { launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { openEmailFixture } from '../../fixtures/email.ts';

const t = await openEmailFixture();
const { call, fail, sink, engine } = t;
const senders = [
  await addMailbox(t, {
    address: 'sam@sender.test',
    smtp: sink,
    dailyLimit: 50,
    minGapSeconds: 60,
  }),
];
const id = await launchEmailCampaign(t, {
  name: 'Real',
  senders,
  nodes: [
    { type: 'email', subject: 'Hello %first_name%', body: 'Hi.' },
    { type: 'delay', delay_days: 2 },
    { type: 'email', is_reply: true, body: 'Again.' },
  ],
  people: Array.from({ length: 8 }, (_, i) => ({
    email: `p${i}+bounce@people.test`,
    first_name: `P${i}`,
  })),
});
await engine.runDue();

const none = { share: 0 };
const silent = { reply: none, unsubscribe: none, bounce: none, out_of_office: none };

async function rehearse(habits: object, more: object = {}) {
  const made = await call(rehearseCampaign, { id, habits, ...more });
  const member = await t.db
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', made.workspace.id)
    .executeTakeFirstOrThrow();
  const place = { workspaceId: made.workspace.id, memberId: member.id, sandbox: true };
  return { made, own: createCaller(t.services, place) };
}

test('a rehearsal runs a copy with drawn habits, and leaves the campaign alone', async () => {
  const before = await call(getCampaign, { id });
  const { made, own } = await rehearse({ ...silent, reply: { share: 1, within_days: 1 } });
  expect(made).toMatchObject({ people: 8, workspace: { mode: 'sandbox' } });
  expect(made.key).toMatch(/^pr_test_/);
  const copy = made.campaign_id;
  expect((await own.call(getCampaign, { id: copy })).campaign).toMatchObject({
    status: 'draft',
    stats: { total: 8, pending: 8 },
    sender_accounts: [{ email_address: 'sam@sender.test', daily_limit: 50 }],
  });
  await own.call(launchCampaign, { id: copy });
  await own.call(advanceClock, { by: '4 days' });
  const { campaign } = await own.call(getCampaign, { id: copy });
  expect(campaign.stats).toMatchObject({ replied: 8, bounced: 0 });
  expect(await call(getCampaign, { id })).toEqual(before);
});

test('a rehearsal takes so many people at most, and nobody answers without habits', async () => {
  const { made, own } = await rehearse(silent, { people: 3 });
  expect(made.people).toBe(3);
  await own.call(launchCampaign, { id: made.campaign_id });
  await own.call(advanceClock, { by: '4 days' });
  const { campaign } = await own.call(getCampaign, { id: made.campaign_id });
  expect(campaign.stats).toMatchObject({ total: 3, completed: 3, replied: 0, bounced: 0 });
  const much = { ...silent, reply: { share: 0.9 }, bounce: { share: 0.2 } };
  expect(await fail(rehearseCampaign, { id, habits: much })).toMatchObject({ status: 400 });
  expect(await fail(rehearseCampaign, { id, people: 10_001 })).toMatchObject({ status: 400 });
});

test('people are paused, resumed and stopped by a filter, counted before', async () => {
  const many = (given: object) => call(updateManyProspects, { id, ...given });
  const statuses = async () =>
    (await call(listRoster, { id })).prospects.map(({ status, hold }) => hold ?? status);
  const filter = { status: 'pending' };
  const before = await statuses();
  expect(await many({ action: 'pause', filter, dry_run: true })).toMatchObject({ matched: 7 });
  expect(await statuses()).toEqual(before);
  expect(await many({ action: 'pause', filter })).toMatchObject({ matched: 7, changed: 7 });
  expect((await statuses()).filter((one) => one === 'paused')).toHaveLength(7);
  const paused = { hold: 'paused' };
  expect(await many({ action: 'resume', filter: paused })).toMatchObject({
    changed: 7,
    refused: 0,
  });
  expect(await statuses()).toEqual(before);
  expect(await many({ action: 'stop', filter: { all: true } })).toMatchObject({ changed: 8 });
  expect(new Set(await statuses())).toEqual(new Set(['cancelled']));
  expect(await many({ action: 'pause', filter: { all: true } })).toMatchObject({ refused: 8 });
  expect((await call(getCampaign, { id })).campaign.status).toBe('completed');
  expect(await fail(updateManyProspects, { id, action: 'stop', filter: {} })).toMatchObject({
    status: 400,
  });
});

test('a key without send pauses and stops many, and makes nobody due', async () => {
  const until = '2027-01-01T00:00:00Z';
  const asWriter = async (given: object) => {
    const caller = {
      workspaceId: t.workspaceId,
      memberId: t.memberId,
      keyId: t.services.newId(),
      scopes: ['write' as const],
    };
    const raw = { id, filter: { all: true }, ...given };
    return runOperation(updateManyProspects, t.services, { caller, raw }).then(
      ({ status }) => status,
      (error: AppError) => error.status,
    );
  };
  expect(await asWriter({ action: 'pause' })).toBe(200);
  expect(await asWriter({ action: 'resume' })).toBe(403);
  expect(await asWriter({ action: 'resume', dry_run: true })).toBe(403);
  expect(await asWriter({ action: 'pause', until })).toBe(403);
});
