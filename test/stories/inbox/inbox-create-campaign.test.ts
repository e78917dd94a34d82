import { describe, expect, it } from 'vitest';
import { syncRules } from '../../../src/engine/people/rules.ts';
import { testApi } from '../../fixtures/api.ts';
import { type Body, bare, dashed, twoSteps } from '../../fixtures/inbox-api.ts';
import { advanceTo, openSandboxFixture } from '../../fixtures/sandbox.ts';

// Each test checks one statement of Inbox's page about the answer of `POST /campaigns/v2`.
const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const { anonymous } = testApi(fixture.services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const ask = async (route: string, body?: unknown) =>
  anonymous(route, body, { authorization: `Bearer ${fixture.key}` });
const ok = async (route: string, body?: unknown): Promise<Body> => {
  const answer = await ask(route.includes('/api/') ? route : route.replace(' ', ' /api/v1'), body);
  expect(answer.status, `${route} ${answer.text}`).toBeLessThan(300);
  return answer.body;
};
const sender = await ok('POST /api/senders/sandbox', { type: 'x', daily_limit: 500 });
const account = bare((sender.account as { id: string }).id);

let serial = 0;
async function createCampaign(
  usernames: readonly string[] = [],
  fields: Body = {},
): Promise<string> {
  serial += 1;
  const { id } = await ok('POST /campaigns/v2', {
    name: `Campaign ${serial}`,
    accountLinkIds: [account],
    ...fields,
  });
  await ok(`PUT /campaigns/v2/${id}/sequence`, { steps: twoSteps });
  await ok(`PATCH /campaigns/v2/${id}`, { hourlyMessageRate: 25 });
  if (usernames.length > 0) await ok(`POST /campaigns/v2/${id}/leads`, { usernames });
  return String(id);
}
const read = (id: string) => ok(`GET /campaigns/v2/${id}`);

describe('the answer of POST /campaigns/v2', () => {
  it('shows the status, and the instants of its changes', async () => {
    const id = await createCampaign(['ann']);
    expect(await read(id)).toMatchObject({
      status: 'draft',
      enabled: false,
      pausedAt: null,
      completedAt: null,
      lastStartedAt: null,
    });
    await ok(`POST /campaigns/v2/${id}/enable`, {});
    expect(await read(id)).toMatchObject({
      status: 'active',
      enabled: true,
      completedAt: null,
      lastStartedAt: '2026-03-02T09:00:00.000Z',
    });
    await advanceTo(fixture, '2026-03-02T12:00:00Z');
    expect(await ok(`POST /campaigns/v2/${id}/disable`, {})).toMatchObject({
      status: 'paused',
      pausedAt: '2026-03-02T12:00:00.000Z',
    });
    await advanceTo(fixture, '2026-03-02T13:00:00Z');
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      status: 'active',
      lastStartedAt: '2026-03-02T13:00:00.000Z',
      updatedAt: '2026-03-02T13:00:00.000Z',
      createdAt: '2026-03-02T09:00:00.000Z',
    });
    await advanceTo(fixture, '2026-03-05T09:00:00Z');
    expect(await read(id)).toMatchObject({
      status: 'completed',
      completedAt: expect.stringMatching(/^2026-03-0[34]T/),
      pausedAt: '2026-03-02T12:00:00.000Z',
    });
  });

  it('shows a disabled draft as paused, and enabling it launches it', async () => {
    const id = await createCampaign(['bea']);
    const pausedAt = expect.any(String);
    expect(await ok(`POST /campaigns/v2/${id}/disable`, {})).toMatchObject({
      status: 'paused',
      enabled: false,
      pausedAt,
    });
    expect(await ok(`POST /campaigns/v2/${id}/disable`, {})).toMatchObject({
      status: 'paused',
      lastStartedAt: null,
    });
    await ok(`POST /campaigns/v2/${id}/leads`, { usernames: ['bob'] });
    expect((await ok(`GET /api/campaigns/${dashed(id)}`)).campaign).toMatchObject({
      status: 'draft',
      enabled: false,
    });
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      status: 'active',
      enabled: true,
      targetsCount: 2,
      pausedAt,
    });
    expect(
      (await ask(`POST /api/campaigns/${dashed(await createCampaign())}/pause`)).body,
    ).toMatchObject({
      code: 'campaign.not_active',
    });
  });

  it('shows an enabled campaign as active even before it has leads', async () => {
    const id = await createCampaign();
    const active = { status: 'active', enabled: true, completedAt: null };
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      ...active,
      targetsCount: 0,
      completionRate: 0,
    });
    await ok(`POST /campaigns/v2/${id}/leads`, { usernames: ['abe'] });
    expect(await read(id)).toMatchObject({ ...active, targetsCount: 1 });
    await advanceTo(fixture, '2026-03-05T21:00:00Z');
    expect(await read(id)).toMatchObject({ status: 'active', contactedCount: 1 });
  });

  it('shows dryRun, and the API refuses to set it', async () => {
    const { campaign } = await ok('POST /api/campaigns', {
      type: 'x',
      name: 'Dry',
      dry_run: true,
      sender_account_ids: [dashed(account)],
    });
    expect(await read(bare((campaign as { id: string }).id))).toMatchObject({ dryRun: true });
    const body = { name: 'Wet', accountLinkIds: [account], dryRun: true };
    expect((await ask('POST /api/v1/campaigns/v2', body)).body.error).toMatchObject({
      status: 400,
      message: expect.stringContaining('dryRun'),
    });
    const change = `PATCH /api/v1/campaigns/v2/${await createCampaign()}`;
    expect((await ask(change, { dryRun: true })).body).toMatchObject({
      dryRun: false,
      warnings: [{ pointer: '/dryRun', code: 'ignored' }],
    });
  });

  it('has a completion rate of all leads and a reply rate of contacted leads', async () => {
    const id = await createCampaign(['cid__reply_2h', 'dan', 'eli', 'f__unreachable']);
    const none = {
      targetsCount: 4,
      contactedCount: 0,
      repliesCount: 0,
      completionRate: 0,
      replyRate: 0,
    };
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject(none);
    await advanceTo(fixture, '2026-03-06T03:00:00Z');
    expect(await read(id)).toMatchObject({
      contactedCount: 3,
      repliesCount: 1,
      completionRate: 0,
      replyRate: 1 / 3,
    });
    await advanceTo(fixture, '2026-03-08T09:00:00Z');
    expect(await read(id)).toMatchObject({
      status: 'completed',
      targetsCount: 4,
      completionRate: 0.5,
      replyRate: 1 / 3,
    });
  });

  it('shows isSyncing until scopeAssessedCount equals targetsCount', async () => {
    const { id: feed } = await ok('POST /lists', { name: 'Feed' });
    const { id: block } = await ok('POST /lists', { name: 'Block' });
    await ok(`POST /lists/${feed}/leads`, { platformIds: ['gil', 'hal', 'ida'] });
    await ok(`POST /lists/${block}/leads`, { platformIds: ['ida'] });
    const id = await createCampaign([], {
      rules: { syncedListIds: [feed], excludedListIds: [block], excludeMutuals: true },
    });
    const rules = {
      syncedLists: [{ listId: feed, listName: 'Feed', columnMapping: {} }],
      excludedLists: [{ listId: block, listName: 'Block' }],
      excludeContacted: false,
      excludeMutuals: true,
    };
    const before = await read(id);
    expect(before).toMatchObject({ isSyncing: true, scopeAssessedCount: 0, rules });
    expect(before.targetsCount).toBeGreaterThan(0);
    // Other operations go on during the sync.
    expect(await ok(`POST /campaigns/v2/${id}/leads`, { usernames: ['joe'] })).toMatchObject({
      added: 1,
    });
    while ((await syncRules(fixture.services, { sandbox: fixture.workspaceId })) > 0);
    expect(await read(id)).toMatchObject({
      isSyncing: false,
      targetsCount: 3,
      scopeAssessedCount: 3,
    });
  });

  it('shows the automations, and one sets a status when a prospect replies', async () => {
    const { id: statusId } = await ok('POST /statuses', { name: 'Interested', color: 'green' });
    const id = await createCampaign(['kim__reply_2h', 'lea']);
    const automations = [
      { trigger: 'replied', action: 'setStatus', actionData: { statusId }, enabled: true },
    ];
    const saved = (await ok(`PUT /campaigns/v2/${id}/automations`, { automations })).automations;
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({ automations: saved });
    await advanceTo(fixture, '2026-03-09T09:00:00Z');
    const statusOf = async (username: string) =>
      ((await ok(`GET /prospects/lookup?username=${username}`)).context as Body).statusId;
    expect([await statusOf('kim__reply_2h'), await statusOf('lea')]).toEqual([statusId, null]);
  });
});
