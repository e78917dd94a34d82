import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { addPeople, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email')] });
const { db, services } = database;
const { as } = testApi(services);
const send = await as(database);
const { ok, create, createReady, createActive, createIn } = campaignSteps(send, database);
const laneOf = (sender: string) =>
  db.selectFrom('lanes').selectAll().where('sender_id', '=', sender).executeTakeFirstOrThrow();

describe('pause and resume', () => {
  it('pausing records the reason and wakes the lanes; pausing again is 200', async () => {
    const { id, sender } = await createActive();
    await db.updateTable('lanes').set({ next_at: null }).where('sender_id', '=', sender).execute();
    const paused = await ok(`POST /api/campaigns/${id}/pause`);
    expect(paused).toMatchObject({
      campaign: {
        status: 'paused',
        pause_reason: 'user',
        paused_at: '2026-03-02T09:00:00.000Z',
        sender_accounts: [{ id: sender }],
      },
    });
    expect((await laneOf(sender)).next_at).toEqual(services.clock.now());
    expect(await ok(`POST /api/campaigns/${id}/pause`)).toEqual(paused);
  });

  it('resuming clears the reason; resuming again is 200', async () => {
    const id = await createIn('paused');
    const resumed = await ok(`POST /api/campaigns/${id}/resume`);
    expect(resumed).toMatchObject({ campaign: { status: 'active', pause_reason: null } });
    expect(await ok(`POST /api/campaigns/${id}/resume`)).toEqual(resumed);
  });

  it('resuming completes a campaign whose people have all ended', async () => {
    const { id, person } = await createReady();
    await ok(`POST /api/campaigns/${id}/launch`);
    await ok(`POST /api/campaigns/${id}/pause`);
    await db
      .updateTable('prospects')
      .set({ status: 'replied', ended_at: services.clock.now() })
      .where('id', '=', person)
      .execute();
    expect(await ok(`POST /api/campaigns/${id}/sync-stats`)).toMatchObject({
      repaired: 2,
      prospects_by_status: { replied: 1 },
    });
    expect(await ok(`POST /api/campaigns/${id}/resume`)).toMatchObject({
      campaign: { status: 'completed' },
    });
    const event = await db
      .selectFrom('events')
      .selectAll()
      .where('campaign_id', '=', id)
      .where('kind', '=', 'campaign.completed')
      .executeTakeFirstOrThrow();
    expect(event).toMatchObject({
      kind: 'campaign.completed',
      actor: expect.stringMatching(/^key:/),
    });
  });

  it.each([
    ['pause', 'draft', 'campaign.not_active'],
    ['pause', 'completed', 'campaign.not_active'],
    ['resume', 'draft', 'campaign.not_paused'],
    ['resume', 'completed', 'campaign.not_paused'],
  ])('%s of a %s campaign is 400', async (verb, status, code) => {
    expect(await send(`POST /api/campaigns/${await createIn(status)}/${verb}`)).toMatchObject({
      status: 400,
      body: { code },
    });
  });
});

describe('delete', () => {
  it.each(['draft', 'active', 'completed'])(
    'removes a campaign that is %s with its roster, and is 404 afterwards',
    async (status) => {
      const id = await createIn(status);
      await addPeople(db, database, id, [{ email: 'x@example.com' }]);
      expect(await ok(`DELETE /api/campaigns/${id}`)).toEqual({ success: true });
      expect(await send(`GET /api/campaigns/${id}`)).toMatchObject({ status: 404 });
      expect(await send(`DELETE /api/campaigns/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'campaign.not_found' },
      });
      expect(
        await db.selectFrom('prospects').select('id').where('campaign_id', '=', id).execute(),
      ).toEqual([]);
    },
  );

  it('leaves the suppressions that came from the campaign', async () => {
    const { id } = await create();
    const row = {
      workspace_id: database.workspaceId,
      kind: 'email',
      value: 'gone@example.com',
      reason: 'unsubscribed',
      campaign_id: id,
      created_at: services.clock.now(),
    };
    await db.insertInto('suppressions').values(row).execute();
    await ok(`DELETE /api/campaigns/${id}`);
    expect(
      await db.selectFrom('suppressions').select('value').where('campaign_id', '=', id).execute(),
    ).toEqual([{ value: 'gone@example.com' }]);
  });
});

describe('list', () => {
  it('sorts active and paused before drafts and completed, and shows their stats', async () => {
    const tenant = await testDatabase({ channels: [idleChannel('email')] });
    const other = testApi(tenant.services);
    const sendAsTenant = await other.as(tenant);
    const steps = campaignSteps(sendAsTenant, tenant);
    expect(await steps.ok('GET /api/campaigns')).toEqual({ campaigns: [], total: 0 });
    const paused = await steps.createIn('paused');
    const completed = await steps.createIn('completed');
    const active = await steps.createIn('active');
    const draft = (await steps.create({ type: 'linkedin' })).id;
    const { campaigns, total } = (await steps.ok('GET /api/campaigns')) as {
      campaigns: { id: string }[];
      total: number;
    };
    expect(campaigns.map((campaign) => campaign.id)).toEqual([active, paused, draft, completed]);
    expect(total).toBe(4);
    expect(campaigns[0]).toMatchObject({
      node_count: 2,
      stats: { total: 1, pending: 1, contacted: 0 },
      sender_accounts: [{ status: 'active' }],
    });
    const page = await steps.ok('GET /api/campaigns?limit=1&page=2');
    expect(page).toMatchObject({ campaigns: [{ id: paused }], total: 4 });
    expect(await steps.ok('GET /api/campaigns?status=draft&type=linkedin&q=CAMP')).toMatchObject({
      campaigns: [{ id: draft }],
      total: 1,
    });
  });
});
