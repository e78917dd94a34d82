import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { addSender, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email'), idleChannel('linkedin')] });
const { db, services } = database;
const { as } = testApi(services);
const send = await as(database);
const { ok, create, createReady, createActive, createIn } = campaignSteps(send, database);

const email = { type: 'email', subject: 'Hi', body: 'Hello' };
const end = { type: 'end' };
const afterDraft = ['active', 'paused', 'completed'];
const laneOf = (sender: string) =>
  db.selectFrom('lanes').selectAll().where('sender_id', '=', sender).executeTakeFirstOrThrow();
const sleepUntil = (sender: string, next_at: Date) =>
  db
    .updateTable('lanes')
    .set({ next_at, because: 'operating_hours' })
    .where('sender_id', '=', sender)
    .execute();

describe('"A partial update — only fields present in the body are applied"', () => {
  it('leaves everything else as it was', async () => {
    const before = await create({ daily_limit: 40, signature: 'Ada' });
    const { campaign } = await ok(`PATCH /api/campaigns/${before.id}`, { open_tracking: true });
    const { sequence_nodes: _, ...rest } = before;
    expect(campaign).toEqual({ ...rest, open_tracking: true });
  });

  it('an empty body changes nothing and answers the campaign', async () => {
    const { id } = await create();
    expect(await ok(`PATCH /api/campaigns/${id}`, {})).toMatchObject({
      campaign: { id, status: 'draft' },
    });
  });

  it('"Returns the full campaign + sequence", with every documented field', async () => {
    const sender = await addSender(db, database);
    const { id } = await create({ sender_account_ids: [sender] });
    const { campaign, sequence_nodes } = (await ok(`PATCH /api/campaigns/${id}`, {
      name: 'Full answer',
    })) as {
      campaign: object;
      sequence_nodes: object[];
    };
    const fields =
      'id user_id type name status daily_limit stop_on_reply open_tracking signature skip_other_campaigns operating_hours stats created_at updated_at';
    for (const field of fields.split(' ')) expect(campaign).toHaveProperty(field);
    const account =
      'id type email_address provider_account_id display_name first_name last_name status daily_limit weekly_connection_limit weekly_message_limit is_premium';
    for (const field of account.split(' '))
      expect(campaign).toHaveProperty(['sender_accounts', '0', field]);
    const node =
      'id campaign_id position type subject body include_message is_reply delay_days delay_hours delay_minutes ai_node';
    for (const field of node.split(' ')) expect(sequence_nodes[0]).toHaveProperty(field);
  });
});

describe('"Allowed fields by status"', () => {
  const hours = { 1: { start: 540, end: 1020 } };

  it.each(['draft', ...afterDraft])(
    'name, operating_hours and daily_limit (email) can change in %s',
    async (status) => {
      const id = await createIn(status);
      const fields = { name: `Renamed in ${status}`, operating_hours: hours, daily_limit: 77 };
      const answer = await ok(`PATCH /api/campaigns/${id}`, fields);
      expect(answer).toMatchObject({ campaign: { ...fields, status } });
      expect(answer.warnings).toBeUndefined();
    },
  );

  it.each(['draft', ...afterDraft])('account_limits (email) can change in %s', async (status) => {
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

  it('stop_on_reply, open_tracking, signature, sender_account_ids and sequence_nodes can change in draft', async () => {
    const { id } = await createReady();
    const { sender_account_ids, sequence_nodes, ...settings } = draftOnly;
    const answer = await ok(`PATCH /api/campaigns/${id}`, draftOnly);
    expect(answer).toMatchObject({
      campaign: { ...settings, sender_accounts: sender_account_ids },
      sequence_nodes,
    });
    expect(answer.warnings).toBeUndefined();
  });

  it.each(afterDraft)('… and are ignored in %s: still 200, with a warning each', async (status) => {
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

  it('skip_other_campaigns (LinkedIn) can change in draft and is ignored after it', async () => {
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
    const { id: email } = await create();
    expect(await ok(`PATCH /api/campaigns/${email}`, { skip_other_campaigns: true })).toMatchObject(
      {
        campaign: { skip_other_campaigns: null },
        warnings: [{ pointer: '/skip_other_campaigns' }],
      },
    );
  });
});

describe('"Operating-hours tweak on active campaigns"', () => {
  it('"triggers an immediate wake-up" of the lanes, whatever the number of people', async () => {
    const { id, sender } = await createActive();
    await sleepUntil(sender, new Date('2026-03-05T09:00:00Z'));
    await ok(`PATCH /api/campaigns/${id}`, {
      operating_hours: {
        monday: [
          { start: 0, end: 720 },
          { start: 780, end: 1440 },
        ],
      },
    });
    expect(await laneOf(sender)).toMatchObject({
      next_at: services.clock.now(),
      because: 'planning',
    });
  });

  it.each([{ daily_limit: 5 }, { timezone: 'Europe/Berlin' }])('so does %j', async (change) => {
    const { id, sender } = await createActive();
    await sleepUntil(sender, new Date('2026-03-05T09:00:00Z'));
    await ok(`PATCH /api/campaigns/${id}`, change);
    expect(await laneOf(sender)).toMatchObject({ next_at: services.clock.now() });
  });

  it('a paused campaign and a mere rename wake nobody', async () => {
    const { id, sender } = await createActive();
    const asleep = new Date('2026-03-05T09:00:00Z');
    await sleepUntil(sender, asleep);
    await ok(`PATCH /api/campaigns/${id}`, { name: 'Only renamed' });
    expect((await laneOf(sender)).next_at).toEqual(asleep);
    await ok(`POST /api/campaigns/${id}/pause`);
    await sleepUntil(sender, asleep);
    await ok(`PATCH /api/campaigns/${id}`, { operating_hours: {} });
    expect((await laneOf(sender)).next_at).toEqual(asleep);
  });

  it.each([
    ['an unknown day', { someday: { start: 0, end: 60 } }],
    ['an end before the start', { 1: { start: 600, end: 540 } }],
    [
      'overlapping windows',
      {
        1: [
          { start: 0, end: 100 },
          { start: 50, end: 150 },
        ],
      },
    ],
    ['an hour too many', { 1: { start: 0, end: 1441 } }],
  ])('%s is 400', async (_what, operating_hours) => {
    const { id } = await create();
    expect(await send(`PATCH /api/campaigns/${id}`, { operating_hours })).toMatchObject({
      status: 400,
    });
  });
});

describe('Body', () => {
  it('name: "Minimum string length: 1", unique as on create', async () => {
    const { id } = await create({ name: 'First' });
    await create({ name: 'Second' });
    expect(await send(`PATCH /api/campaigns/${id}`, { name: '' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/name' }] },
    });
    const taken = await send(`PATCH /api/campaigns/${id}`, { name: 'Second' });
    expect(taken).toMatchObject({
      status: 409,
      body: { code: 'campaign.name_taken', suggested_name: 'Second (2)' },
    });
    await ok(`PATCH /api/campaigns/${id}`, { name: 'First' });
  });

  it('… also when ten rename at once: one wins', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, async () => (await create()).id));
    const answers = await Promise.all(
      ids.map((id) => send(`PATCH /api/campaigns/${id}`, { name: 'Contested' })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(9).fill(409)]);
  });

  it.each([0, 501, 1.5, '10', 4503599627370495])(
    'daily_limit: "Required range: 1 <= x <= 500", not %j',
    async (daily_limit) => {
      const { id } = await create();
      expect(await send(`PATCH /api/campaigns/${id}`, { daily_limit })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/daily_limit' }] },
      });
    },
  );

  it('sender_account_ids: "Replaces the full sender set for this campaign"', async () => {
    const [one, two, three] = [
      await addSender(db, database),
      await addSender(db, database),
      await addSender(db, database),
    ];
    const { id } = await create({ sender_account_ids: [one, two] });
    await ok(`PATCH /api/campaigns/${id}`, {
      account_limits: [{ account_id: two, daily_limit: 5 }],
    });
    const { campaign } = await ok(`PATCH /api/campaigns/${id}`, {
      sender_account_ids: [three, two, three],
    });
    expect(campaign).toMatchObject({
      sender_accounts: [
        { id: three, campaign_daily_limit: null },
        { id: two, campaign_daily_limit: 5 },
      ],
    });
    const linkedin = await addSender(db, database, { type: 'linkedin' });
    expect(
      await send(`PATCH /api/campaigns/${id}`, { sender_account_ids: [linkedin] }),
    ).toMatchObject({
      status: 400,
      body: { code: 'campaign.sender_mismatch' },
    });
  });

  it('account_limits: "Duplicate account_id keeps the last value"; null removes one', async () => {
    const { id, sender } = await createReady();
    const limit = (daily_limit: number | null) => ({ account_id: sender, daily_limit });
    const { campaign } = await ok(`PATCH /api/campaigns/${id}`, {
      account_limits: [limit(10), limit(20)],
    });
    expect(campaign).toMatchObject({ sender_accounts: [{ campaign_daily_limit: 20 }] });
    expect(
      (await ok(`PATCH /api/campaigns/${id}`, { account_limits: [limit(null)] })).campaign,
    ).toMatchObject({
      sender_accounts: [{ campaign_daily_limit: null }],
    });
  });

  it('account_limits: "Maximum array length: 50", 1 to 500, and only for senders of the campaign', async () => {
    const { id, sender } = await createReady();
    const limits = (count: number, daily_limit: number, account_id = sender) => ({
      account_limits: Array(count).fill({ account_id, daily_limit }),
    });
    await ok(`PATCH /api/campaigns/${id}`, limits(50, 500));
    for (const wrong of [
      limits(51, 10),
      limits(1, 0),
      limits(1, 501),
      limits(1, 10, await addSender(db, database)),
    ]) {
      expect(await send(`PATCH /api/campaigns/${id}`, wrong)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: expect.stringContaining('/account_limits') }] },
      });
    }
  });

  it('roster and timezone, our own fields, can change in any status', async () => {
    const { id } = await createActive();
    expect(
      (await ok(`PATCH /api/campaigns/${id}`, { roster: 'open', timezone: 'Europe/Berlin' }))
        .campaign,
    ).toMatchObject({
      roster: 'open',
      timezone: 'Europe/Berlin',
    });
    expect(await send(`PATCH /api/campaigns/${id}`, { timezone: 'Mars/Olympus' })).toMatchObject({
      status: 400,
    });
  });
});

describe('Path parameters', () => {
  it('an id that is no UUID is 400', async () => {
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

  it("another workspace's campaign is 404", async () => {
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
