import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { addSender, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email'), idleChannel('linkedin')] });
const { db, services } = database;
const { as } = testApi(services);
const send = await as(database);
const { ok, create, createReady, createIn } = campaignSteps(send, database);

const email = { type: 'email', subject: 'Hi', body: 'Hello' };
const end = { type: 'end' };
const afterDraft = ['active', 'paused', 'completed'];
describe('a partial update', () => {
  it('leaves every other field as it was', async () => {
    const before = await create({ daily_limit: 40, signature: 'Ada' });
    const { campaign } = await ok(`PATCH /api/campaigns/${before.id}`, { open_tracking: true });
    const { sequence_nodes: _, ...rest } = before;
    expect(campaign).toEqual({ ...rest, open_tracking: true });
  });

  it('changes nothing when the body is empty and answers the campaign', async () => {
    const { id } = await create();
    expect(await ok(`PATCH /api/campaigns/${id}`, {})).toMatchObject({
      campaign: { id, status: 'draft' },
    });
  });

  it('answers the campaign and its sequence with every documented field', async () => {
    const sender = await addSender(db, database);
    const { id } = await create({ sender_account_ids: [sender] });
    const { campaign, sequence_nodes } = (await ok(`PATCH /api/campaigns/${id}`, {
      name: 'Full answer',
    })) as {
      campaign: object;
      sequence_nodes: object[];
    };
    const fields =
      'id user_id type name status daily_limit stop_on_reply open_tracking signature ' +
      'skip_other_campaigns operating_hours stats created_at updated_at';
    for (const field of fields.split(' ')) expect(campaign).toHaveProperty(field);
    const account =
      'id type email_address provider_account_id display_name first_name last_name status ' +
      'daily_limit weekly_connection_limit weekly_message_limit is_premium';
    for (const field of account.split(' '))
      expect(campaign).toHaveProperty(['sender_accounts', '0', field]);
    const node =
      'id campaign_id position type subject body include_message is_reply ' +
      'delay_days delay_hours delay_minutes ai_node';
    for (const field of node.split(' ')) expect(sequence_nodes[0]).toHaveProperty(field);
  });
});

describe('fields allowed by status', () => {
  const hours = { 1: { start: 540, end: 1020 } };

  it.each(['draft', ...afterDraft])(
    'name, operating_hours and daily_limit of email change in %s',
    async (status) => {
      const id = await createIn(status);
      const fields = { name: `Renamed in ${status}`, operating_hours: hours, daily_limit: 77 };
      const answer = await ok(`PATCH /api/campaigns/${id}`, fields);
      expect(answer).toMatchObject({ campaign: { ...fields, status } });
      expect(answer.warnings).toBeUndefined();
    },
  );

  it.each(['draft', ...afterDraft])('account_limits of email change in %s', async (status) => {
    const id = await createIn(status);
    if (status === 'draft')
      await ok(`PATCH /api/campaigns/${id}`, {
        sender_account_ids: [await addSender(db, database)],
      });
    const { campaign } = (await ok(`GET /api/campaigns/${id}`)) as {
      campaign: { sender_accounts: { id: string }[] };
    };
    const account_limits = [{ account_id: campaign.sender_accounts[0]!.id, daily_limit: 12 }];
    expect(await ok(`PATCH /api/campaigns/${id}`, { account_limits })).toMatchObject({
      campaign: { sender_accounts: [{ campaign_daily_limit: 12, daily_limit: 30 }] },
    });
  });

  const draftOnly = {
    stop_on_reply: false,
    open_tracking: true,
    signature: 'Changed',
    sender_account_ids: [] as string[],
    sequence_nodes: [email, { type: 'delay', delay_days: 1 }, email, end],
  };

  it('draft-only fields change while the campaign is a draft', async () => {
    const { id } = await createReady();
    const { sender_account_ids, sequence_nodes, ...settings } = draftOnly;
    const answer = await ok(`PATCH /api/campaigns/${id}`, draftOnly);
    expect(answer).toMatchObject({
      campaign: { ...settings, sender_accounts: sender_account_ids },
      sequence_nodes,
    });
    expect(answer.warnings).toBeUndefined();
  });

  it.each(afterDraft)('draft-only fields are ignored with a warning each in %s', async (status) => {
    const id = await createIn(status);
    const before = await ok(`GET /api/campaigns/${id}`);
    const answer = await ok(`PATCH /api/campaigns/${id}`, draftOnly);
    expect(answer).toMatchObject({
      campaign: { stop_on_reply: true, open_tracking: false, signature: null },
      sequence_nodes: before.sequence_nodes,
    });
    expect((answer.campaign as { sender_accounts: unknown[] }).sender_accounts).toHaveLength(1);
    expect(
      (answer.warnings as { pointer: string }[]).map((warning) => warning.pointer).sort(),
    ).toEqual(
      Object.keys(draftOnly)
        .map((field) => `/${field}`)
        .sort(),
    );
    const strict = await send(
      `PATCH /api/campaigns/${id}`,
      { signature: 'x' },
      { prefer: 'handling=strict' },
    );
    expect(strict).toMatchObject({ status: 400, body: { code: 'request.ignored_field' } });
  });

  it('skip_other_campaigns of LinkedIn changes in a draft and is ignored later', async () => {
    const { id } = await create({ type: 'linkedin' });
    expect(await ok(`PATCH /api/campaigns/${id}`, { skip_other_campaigns: true })).toMatchObject({
      campaign: { skip_other_campaigns: true },
    });
    await db.updateTable('campaigns').set({ status: 'active' }).where('id', '=', id).execute();
    expect(await ok(`PATCH /api/campaigns/${id}`, { skip_other_campaigns: false })).toMatchObject({
      campaign: { skip_other_campaigns: true },
      warnings: [{ pointer: '/skip_other_campaigns' }],
    });
  });

  it('fields of the other channel are ignored with a warning', async () => {
    const { id } = await create({ type: 'linkedin' });
    expect(await ok(`PATCH /api/campaigns/${id}`, { daily_limit: 10 })).toMatchObject({
      campaign: { daily_limit: null },
      warnings: [{ pointer: '/daily_limit' }],
    });
    const sender = await addSender(db, database, { type: 'linkedin', status: 'connected' });
    await ok(`PATCH /api/campaigns/${id}`, { sender_account_ids: [sender] });
    const emailOnly = {
      stop_on_reply: true,
      open_tracking: true,
      signature: 'Bye',
      account_limits: [{ account_id: sender, daily_limit: 5 }],
    };
    const { campaign, warnings } = await ok(`PATCH /api/campaigns/${id}`, emailOnly);
    expect(campaign).toMatchObject({ stop_on_reply: null, open_tracking: null, signature: null });
    expect((warnings as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(
      Object.keys(emailOnly).map((name) => `/${name}`),
    );
    const { id: emailId } = await create();
    expect(
      await ok(`PATCH /api/campaigns/${emailId}`, { connection_timeout_days: 20 }),
    ).toMatchObject({
      campaign: { connection_timeout_days: null },
      warnings: [{ pointer: '/connection_timeout_days' }],
    });
  });
});

describe('the campaign of the path', () => {
  it('is refused with a 400 when its id is no UUID', async () => {
    expect(await send('PATCH /api/campaigns/17', { name: 'x' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/id' }] },
    });
  });

  it.each([
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '8c2b2d4e-e29b-41d4-a716-446655440000',
  ])('%s fits the pattern and is not found', async (id) => {
    expect(await send(`PATCH /api/campaigns/${id}`, { name: 'x' })).toMatchObject({
      status: 404,
      body: { code: 'campaign.not_found' },
    });
  });

  it('is not found in another workspace', async () => {
    const { id } = await create();
    const other = await as(await addWorkspace(db, services.clock.now()));
    for (const route of [
      `PATCH /api/campaigns/${id}`,
      `DELETE /api/campaigns/${id}`,
      `POST /api/campaigns/${id}/launch`,
      `POST /api/campaigns/${id}/pause`,
    ]) {
      expect(await other(route, {})).toMatchObject({
        status: 404,
        body: { code: 'campaign.not_found' },
      });
    }
  });
});
