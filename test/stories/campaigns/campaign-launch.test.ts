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
  it('lists every problem that prevents it', async () => {
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

  it('is refused with the reason when a sender is not active', async () => {
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

  it('of a LinkedIn campaign names the setting that its channel needs', async () => {
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

  it('with dry_run reports the outcome and changes nothing', async () => {
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

  it('makes the campaign active, records time and actor, and wakes its lanes', async () => {
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

  it('is 400 for an active campaign and 409 while another launch is under way', async () => {
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

  it('succeeds once when five requests arrive together', async () => {
    const { id } = await createReady();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send(`POST /api/campaigns/${id}/launch`)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400, 400, 400, 400]);
  });

  it('needs a key with the scope to send', async () => {
    const { id } = await createReady();
    const writer = await as(database, ['write']);
    expect(await writer(`POST /api/campaigns/${id}/launch`)).toMatchObject({
      status: 403,
      body: { code: 'auth.scope' },
    });
  });
});

/** The warning about a campaign without operating hours. */
const atAnyTime = expect.stringMatching(/^It sends at night and on weekends too: /);

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
      warnings: [atAnyTime],
      problems: [],
      findings: [],
    });
  });

  it('lists everything that a fresh draft lacks', async () => {
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
      warnings: [expect.stringContaining('roster is empty'), atAnyTime],
    });
  });

  it('names the status as the only error of a campaign that is not a draft', async () => {
    const id = await createIn('paused');
    expect(await ok(`GET /api/campaigns/${id}/validate`)).toMatchObject({
      ready: false,
      checks: { is_draft: false },
      errors: ['Campaign is paused — must be draft to launch'],
    });
  });

  it('warns of people who lack a value and of opens that cannot be tracked', async () => {
    const { id } = await createReady({ open_tracking: true });
    await addPeople(db, database, id, [{ first_name: null }, { first_name: ' ' }]);
    const { ready, warnings } = await ok(`GET /api/campaigns/${id}/validate`);
    expect({ ready, warnings }).toEqual({
      ready: true,
      warnings: [
        expect.stringContaining('POSTRIDER_PUBLIC_URL'),
        atAnyTime,
        expect.stringMatching(/%first_name% is empty for 2 of 3 people \(.+\): they will be held/),
      ],
    });
  });
});
