import { describe, expect, it } from 'vitest';
import { syncRules } from '../../../src/engine/people/rules.ts';
import { testApi } from '../../fixtures/api.ts';
import { type Body, bare, twoSteps } from '../../fixtures/inbox-api.ts';
import { advanceTo, openSandboxFixture } from '../../fixtures/sandbox.ts';

// What the page says of the answer, statement by statement, while a campaign lives.
const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const { anonymous } = testApi(fixture.services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const ask = async (route: string, body?: unknown) =>
  anonymous(route, body, { authorization: `Bearer ${fixture.key}` });
const ok = async (route: string, body?: unknown): Promise<Body> => {
  const answer = await ask(route.includes('/api/') ? route : route.replace(' ', ' /api/v1'), body);
  expect(answer.status, `${route} ${answer.text}`).toBeLessThan(300);
  return answer.body;
};
const account = bare(
  (
    (await ok('POST /api/senders/sandbox', { type: 'x', daily_limit: 500 })).account as {
      id: string;
    }
  ).id,
);
const dashed = (id: unknown) => String(id).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

let serial = 0;
async function make(usernames: readonly string[] = [], fields: Body = {}): Promise<string> {
  serial += 1;
  const { id } = await ok('POST /campaigns/v2', {
    name: `Made ${serial}`,
    accountLinkIds: [account],
    ...fields,
  });
  await ok(`PUT /campaigns/v2/${id}/sequence`, { steps: twoSteps });
  await ok(`PATCH /campaigns/v2/${id}`, { hourlyMessageRate: 25 });
  if (usernames.length > 0) await ok(`POST /campaigns/v2/${id}/leads`, { usernames });
  return String(id);
}
const shown = (id: string) => ok(`GET /campaigns/v2/${id}`);

describe('Response: "OK"', () => {
  it('"Current lifecycle status of the campaign: draft, active, paused, completed", and the instants that go with it', async () => {
    const id = await make(['ann']);
    expect(await shown(id)).toMatchObject({
      status: 'draft',
      enabled: false,
      pausedAt: null,
      completedAt: null,
      lastStartedAt: null,
    });
    await ok(`POST /campaigns/v2/${id}/enable`, {});
    expect(await shown(id)).toMatchObject({
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
    expect(await shown(id)).toMatchObject({
      status: 'completed',
      completedAt: expect.stringMatching(/^2026-03-0[34]T/),
      pausedAt: '2026-03-02T12:00:00.000Z',
    });
  });

  it('"Disabling any campaign transitions it to paused": a draft too, which is launched when it is enabled', async () => {
    const id = await make(['bea']);
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
    expect((await ask(`POST /api/campaigns/${dashed(await make())}/pause`)).body).toMatchObject({
      code: 'campaign.not_active',
    });
  });

  it('"Enabling a draft campaign transitions it to active", also before anybody is in it', async () => {
    const id = await make();
    const active = { status: 'active', enabled: true, completedAt: null };
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      ...active,
      targetsCount: 0,
      completionRate: 0,
    });
    await ok(`POST /campaigns/v2/${id}/leads`, { usernames: ['abe'] });
    expect(await shown(id)).toMatchObject({ ...active, targetsCount: 1 });
    await advanceTo(fixture, '2026-03-05T21:00:00Z');
    expect(await shown(id)).toMatchObject({ status: 'active', contactedCount: 1 });
  });

  it('"dryRun … simulates sending … cannot be set through the API": it is shown, and refused', async () => {
    const { campaign } = await ok('POST /api/campaigns', {
      type: 'x',
      name: 'Dry',
      dry_run: true,
      sender_account_ids: [dashed(account)],
    });
    expect(await shown(bare((campaign as { id: string }).id))).toMatchObject({ dryRun: true });
    for (const [route, body] of [
      ['POST /api/v1/campaigns/v2', { name: 'Wet', accountLinkIds: [account], dryRun: true }],
      [`PATCH /api/v1/campaigns/v2/${await make()}`, { dryRun: true }],
    ] as const)
      expect((await ask(route, body)).body.error).toMatchObject({
        status: 400,
        message: expect.stringContaining('dryRun'),
      });
  });

  it('"Fraction of targeted leads that have fully completed their sequence", "Fraction of contacted leads that replied (0-1). Zero when no leads have been contacted."', async () => {
    const id = await make(['cid__reply_2h', 'dan', 'eli', 'f__unreachable']);
    const none = {
      targetsCount: 4,
      contactedCount: 0,
      repliesCount: 0,
      completionRate: 0,
      replyRate: 0,
    };
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject(none);
    await advanceTo(fixture, '2026-03-06T03:00:00Z');
    expect(await shown(id)).toMatchObject({
      contactedCount: 3,
      repliesCount: 1,
      completionRate: 0,
      replyRate: 1 / 3,
    });
    await advanceTo(fixture, '2026-03-08T09:00:00Z');
    expect(await shown(id)).toMatchObject({
      status: 'completed',
      targetsCount: 4,
      completionRate: 0.5,
      replyRate: 1 / 3,
    });
  });

  it('"True while the campaign is updating its lead list … Once scopeAssessedCount equals targetsCount, the final scope of the campaign is known."', async () => {
    const { id: feed } = await ok('POST /lists', { name: 'Feed' });
    const { id: block } = await ok('POST /lists', { name: 'Block' });
    await ok(`POST /lists/${feed}/leads`, { platformIds: ['gil', 'hal', 'ida'] });
    await ok(`POST /lists/${block}/leads`, { platformIds: ['ida'] });
    const id = await make([], {
      rules: { syncedListIds: [feed], excludedListIds: [block], excludeMutuals: true },
    });
    const rules = {
      syncedLists: [{ listId: feed, listName: 'Feed', columnMapping: {} }],
      excludedLists: [{ listId: block, listName: 'Block' }],
      excludeContacted: false,
      excludeMutuals: true,
    };
    const before = await shown(id);
    expect(before).toMatchObject({ isSyncing: true, scopeAssessedCount: 0, rules });
    expect(before.targetsCount).toBeGreaterThan(0);
    // "… does not block … any other operations."
    expect(await ok(`POST /campaigns/v2/${id}/leads`, { usernames: ['joe'] })).toMatchObject({
      added: 1,
    });
    while ((await syncRules(fixture.services, { sandbox: fixture.workspaceId })) > 0);
    expect(await shown(id)).toMatchObject({
      isSyncing: false,
      targetsCount: 3,
      scopeAssessedCount: 3,
    });
  });

  it('"Automations that trigger actions on certain events, such as setting a status when a prospect replies."', async () => {
    const { id: statusId } = await ok('POST /statuses', { name: 'Interested', color: 'green' });
    const id = await make(['kim__reply_2h', 'lea']);
    const automations = [
      { trigger: 'replied', action: 'setStatus', actionData: { statusId }, enabled: true },
    ];
    const made = (await ok(`PUT /campaigns/v2/${id}/automations`, { automations })).automations;
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({ automations: made });
    await advanceTo(fixture, '2026-03-09T09:00:00Z');
    const statusOf = async (username: string) =>
      ((await ok(`GET /prospects/lookup?username=${username}`)).context as Body).statusId;
    expect([await statusOf('kim__reply_2h'), await statusOf('lea')]).toEqual([statusId, null]);
  });
});
