import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { addSender, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email'), idleChannel('linkedin')] });
const { db, services } = database;
const send = await testApi(services).as(database);
const { ok, create, createReady, createActive } = campaignSteps(send, database);

const laneOf = (sender: string) =>
  db.selectFrom('lanes').selectAll().where('sender_id', '=', sender).executeTakeFirstOrThrow();
const sleepUntil = (sender: string, next_at: Date) =>
  db
    .updateTable('lanes')
    .set({ next_at, because: 'operating_hours' })
    .where('sender_id', '=', sender)
    .execute();

describe('a change of the sending hours', () => {
  it('wakes the lanes of an active campaign at once', async () => {
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

  it.each([{ daily_limit: 5 }, { timezone: 'Europe/Berlin' }])(
    '%j wakes the lanes of an active campaign too',
    async (change) => {
      const { id, sender } = await createActive();
      await sleepUntil(sender, new Date('2026-03-05T09:00:00Z'));
      await ok(`PATCH /api/campaigns/${id}`, change);
      expect(await laneOf(sender)).toMatchObject({ next_at: services.clock.now() });
    },
  );

  it('a renamed or a paused campaign wakes no lane', async () => {
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
  ])('%s is refused with a 400', async (_case, operating_hours) => {
    const { id } = await create();
    expect(await send(`PATCH /api/campaigns/${id}`, { operating_hours })).toMatchObject({
      status: 400,
    });
  });
});

describe('fields of the body', () => {
  it('a name has at least one character and is unique', async () => {
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

  it('one of ten simultaneous renames to the same name succeeds', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, async () => (await create()).id));
    const answers = await Promise.all(
      ids.map((id) => send(`PATCH /api/campaigns/${id}`, { name: 'Contested' })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(9).fill(409)]);
  });

  it.each([0, 501, 1.5, '10', 4503599627370495])(
    'a daily limit of %j is refused because it is not a whole number from 1 to 500',
    async (daily_limit) => {
      const { id } = await create();
      expect(await send(`PATCH /api/campaigns/${id}`, { daily_limit })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/daily_limit' }] },
      });
    },
  );

  it('sender_account_ids replace all senders of the campaign', async () => {
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

  it('account_limits keep the last value of an account, and null removes it', async () => {
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

  it('account_limits hold up to 50 limits of 1 to 500 for senders of the campaign', async () => {
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

  it('roster and timezone change in any status', async () => {
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
