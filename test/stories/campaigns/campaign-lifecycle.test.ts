import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { addPeople, addSender, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email')] });
const { db, services } = database;
const { as } = testApi(services);
const send = await as(database);
const { ok, create, createReady, createActive, createIn } = campaignSteps(send, database);
const laneOf = (sender: string) =>
  db.selectFrom('lanes').selectAll().where('sender_id', '=', sender).executeTakeFirstOrThrow();
const statusOf = async (id: string) =>
  ((await ok(`GET /api/campaigns/${id}`)).campaign as { status: string }).status;

describe('launch', () => {
  it('lists everything that stands against it', async () => {
    const { id } = await create();
    await ok(`PATCH /api/campaigns/${id}`, {
      sequence_nodes: [{ type: 'email', subject: 'Hi {{first_name}}', body: '' }, { type: 'end' }],
    });
    const answer = await send(`POST /api/campaigns/${id}/launch`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'campaign.not_launchable' } });
    const problems = answer.body.errors as { pointer: string; message: string }[];
    expect(problems.map((problem) => problem.pointer)).toEqual([
      '/sender_account_ids',
      '/sequence_nodes/0/body',
      '/sequence_nodes/0/subject',
    ]);
    expect(problems[2]!.message).toContain('%first_name%');
    expect(await statusOf(id)).toBe('draft');
  });

  it('refuses a sender that is not active, with the reason', async () => {
    const { id, sender } = await createReady();
    await db
      .updateTable('senders')
      .set({ status: 'credentials_required', status_reason: 'login refused' })
      .where('id', '=', sender)
      .execute();
    const answer = await send(`POST /api/campaigns/${id}/launch`);
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            pointer: '/sender_account_ids/0',
            code: 'sender_not_ready',
            message: expect.stringContaining('login refused'),
          },
        ],
      },
    });
  });

  it('of a LinkedIn campaign says which settings its channel needs', async () => {
    const sender = await addSender(db, database, { type: 'linkedin', status: 'connected' });
    const { id } = await create({ type: 'linkedin', sender_account_ids: [sender] });
    await addPeople(db, database, id, [{ linkedin_url: 'https://www.linkedin.com/in/jane' }]);
    const answer = await send(`POST /api/campaigns/${id}/launch`);
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            pointer: '/type',
            code: 'channel_unavailable',
            message: expect.stringContaining('POSTRIDER_UNIPILE_DSN'),
          },
        ],
      },
    });
  });

  it('with dry_run says what would happen and changes nothing', async () => {
    const { id, sender } = await createReady();
    const answer = await ok(`POST /api/campaigns/${id}/launch?dry_run=true`);
    expect(answer).toMatchObject({
      success: true,
      runId: null,
      prospectsToProcess: 1,
      status: 'active',
    });
    expect(await statusOf(id)).toBe('draft');
    expect((await laneOf(sender)).next_at).toBeNull();
  });

  it('makes the campaign active, notes when and by whom, and wakes its lanes', async () => {
    const { id, sender } = await createActive();
    expect(await ok(`GET /api/campaigns/${id}`)).toMatchObject({
      campaign: { status: 'active', launched_at: '2026-03-02T09:00:00.000Z' },
    });
    expect(await laneOf(sender)).toMatchObject({
      next_at: services.clock.now(),
      because: 'planning',
    });
    expect((await ok(`GET /api/events?campaign_id=${id}`)).events).toMatchObject([
      { kind: 'campaign.launched', actor: expect.stringMatching(/^key:/) },
    ]);
  });

  it('once only: relaunching is 400 and names the status, a launch under way is 409', async () => {
    const { id } = await createActive();
    expect(await send(`POST /api/campaigns/${id}/launch`)).toMatchObject({
      status: 400,
      body: { error: 'Campaign is active — must be draft to launch' },
    });
    await db.updateTable('campaigns').set({ status: 'launching' }).where('id', '=', id).execute();
    expect(await send(`POST /api/campaigns/${id}/launch`)).toMatchObject({
      status: 409,
      body: { code: 'campaign.launch_in_progress' },
    });
  });

  it('… also when five launch at once', async () => {
    const { id } = await createReady();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send(`POST /api/campaigns/${id}/launch`)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400, 400, 400, 400]);
  });

  it('needs a key that may send', async () => {
    const { id } = await createReady();
    const writer = await as(database, ['write']);
    expect(await writer(`POST /api/campaigns/${id}/launch`)).toMatchObject({
      status: 403,
      body: { code: 'auth.scope' },
    });
  });
});

describe('validate', () => {
  it('is ready when a launch would succeed, and changes nothing', async () => {
    const { id } = await createReady();
    expect(await ok(`GET /api/campaigns/${id}/validate`)).toEqual({
      ready: true,
      checks: {
        is_draft: true,
        has_sender_accounts: true,
        sender_accounts_ready: true,
        has_prospects: true,
        prospect_count: 1,
        has_sendable_nodes: true,
        all_nodes_have_content: true,
        messages_generated: false,
        message_count: 0,
      },
      errors: [],
      warnings: [],
      problems: [],
    });
  });

  it('says of a fresh draft all that is missing', async () => {
    const { id } = await create();
    expect(await ok(`GET /api/campaigns/${id}/validate`)).toMatchObject({
      ready: false,
      checks: {
        has_sender_accounts: false,
        has_prospects: false,
        all_nodes_have_content: false,
        has_sendable_nodes: true,
      },
      errors: [
        expect.stringContaining('no sender'),
        expect.stringContaining('Node 0'),
        expect.stringContaining('Node 0'),
      ],
      warnings: [expect.stringContaining('roster is empty')],
    });
  });

  it('"Not a draft": the single error names the status', async () => {
    const id = await createIn('paused');
    expect(await ok(`GET /api/campaigns/${id}/validate`)).toMatchObject({
      ready: false,
      checks: { is_draft: false },
      errors: ['Campaign is paused — must be draft to launch'],
    });
  });

  it('warns of people who lack a value, and of opens that nobody will see', async () => {
    const { id } = await createReady({ open_tracking: true });
    await addPeople(db, database, id, [{ first_name: null }, { first_name: ' ' }]);
    const { ready, warnings } = await ok(`GET /api/campaigns/${id}/validate`);
    expect({ ready, warnings }).toEqual({
      ready: true,
      warnings: [
        expect.stringContaining('POSTRIDER_PUBLIC_URL'),
        expect.stringMatching(/%first_name% is empty or unusable for 2 of the first 3/),
      ],
    });
  });
});

describe('pause and resume', () => {
  it('pausing notes the reason and wakes the lanes, so that they say why they are still; pausing again is 200', async () => {
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

  it('"if every lead is already terminal, the response comes back completed"', async () => {
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
    'takes a campaign that is %s with its roster, and is 404 afterwards',
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

  it('leaves suppressions', async () => {
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
  it('"active and paused sort before drafts and completed", with stats, senders and node_count', async () => {
    const tenant = await testDatabase({ channels: [idleChannel('email')] });
    const other = testApi(tenant.services);
    const asTenant = await other.as(tenant);
    const steps = campaignSteps(asTenant, tenant);
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
