import { expect, it } from 'vitest';
import { addCounters } from '../../../src/db/counters.ts';
import { campaignSteps } from '../../factories/campaigns.ts';
import { addSender, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email')] });
const { db, services, workspaceId } = database;
const { as } = testApi(services);
const send = await as(database);
const { ok, create } = campaignSteps(send, database);

const addUsage = (
  sender_id: string,
  campaign_id: string,
  touch: string,
  bucket: string,
  n: number,
) =>
  db
    .insertInto('sender_usage')
    .values({
      workspace_id: workspaceId,
      sender_id,
      campaign_id,
      touch,
      bucket_at: new Date(bucket),
      n,
    })
    .execute();

// The clock stands at 2026-03-02T09:00Z; midnight in New York, the default zone, was at 05:00Z.
it('senders show their sends of the campaign, of today and of the week', async () => {
  const [ada, bob] = [await addSender(db, database), await addSender(db, database)];
  const { id } = await create({ sender_account_ids: [ada, bob] });
  const other = (await create({ sender_account_ids: [ada] })).id;
  await ok(`PATCH /api/campaigns/${id}`, { account_limits: [{ account_id: bob, daily_limit: 7 }] });
  await addUsage(ada, id, 'email', '2026-03-02T08:45:00Z', 3);
  await addUsage(ada, id, 'email', '2026-03-02T04:45:00Z', 2);
  await addUsage(ada, id, 'email', '2026-02-20T12:00:00Z', 10);
  await addUsage(ada, other, 'email', '2026-03-01T12:00:00Z', 100);
  await addUsage(bob, id, 'email', '2026-03-02T06:00:00Z', 1);
  await addCounters(db, workspaceId, [
    { campaignId: id, name: 'pending', n: 50 },
    { campaignId: id, name: 'sent', nodeId: services.newId(), senderId: ada, n: 9 },
    { campaignId: id, name: 'replied', senderId: ada, n: 4 },
    { campaignId: id, name: 'answered', senderId: ada, n: 5 },
    { campaignId: id, name: 'bounced', senderId: bob, n: 1 },
    { campaignId: id, name: 'contacted', senderId: ada, n: 15 },
  ]);
  const answer = await ok(`GET /api/campaigns/${id}/senders`);
  expect(answer.senders).toMatchObject([
    {
      account_id: ada,
      campaign_messages_sent: 15,
      today_sent: 3,
      weekly_messages_sent: 105,
      weekly_connections_sent: 0,
      committed_count: 9,
      daily_limit: 30,
      campaign_daily_limit: null,
    },
    {
      account_id: bob,
      campaign_messages_sent: 1,
      today_sent: 1,
      weekly_messages_sent: 1,
      committed_count: 0,
      campaign_daily_limit: 7,
      warmup_status: null,
    },
  ]);
  const { senders: _, ...totals } = answer;
  expect(totals).toEqual({
    campaign_type: 'email',
    campaign_total_sent: 16,
    campaign_total_replies: 5,
    campaign_total_bounced: 1,
    campaign_total_completed: 0,
    campaign_total_committed: 9,
    campaignStatsByStatus: { [id]: { pending: 50, sent: 9, replied: 4, bounced: 1 } },
    campaignSenderStatsByStatus: {
      [`${id}:${ada}`]: { sent: 9, replied: 4 },
      [`${id}:${bob}`]: { bounced: 1 },
    },
    campaignSenderTodayStatsByStatus: {
      [`${id}:${ada}`]: { sent: 3 },
      [`${id}:${bob}`]: { sent: 1 },
    },
    campaignActiveProspectsCount: { [id]: 59 },
  });
});

it('senders show their LinkedIn touches and their weekly limits', async () => {
  const seat = await addSender(db, database, { type: 'linkedin', status: 'connected' });
  const { id } = await create({
    type: 'linkedin',
    sender_account_ids: [seat, await addSender(db, database, { type: 'linkedin' })],
  });
  await addUsage(seat, id, 'connection_request', '2026-03-02T08:45:00Z', 5);
  await addUsage(seat, id, 'message', '2026-03-02T08:45:00Z', 2);
  const { senders, campaignSenderTodayStatsByStatus: today } = (await ok(
    `GET /api/campaigns/${id}/senders`,
  )) as {
    senders: object[];
    campaignSenderTodayStatsByStatus: object;
  };
  const limits = { weekly_connection_limit: 80, weekly_message_limit: 100 };
  expect(senders[0]).toMatchObject({
    campaign_messages_sent: 7,
    weekly_connections_sent: 5,
    weekly_messages_sent: 2,
    ...limits,
  });
  expect(today).toMatchObject({ [`${id}:${seat}`]: { connection_sent: 5, message_sent: 2 } });
  expect(await ok('GET /api/campaigns/settings')).toMatchObject({
    accounts: expect.arrayContaining([
      expect.objectContaining({
        id: seat,
        limits: {
          ...limits,
          max_connection_limit: 150,
          max_message_limit: 150,
          recommended_connection_limit: 100,
          recommended_message_limit: 150,
        },
      }),
    ]),
  });
});

it('account-usage sums a day in UTC over all campaigns, by default today', async () => {
  const sender = await addSender(db, database);
  const { id } = await create({ sender_account_ids: [sender] });
  await addUsage(sender, id, 'email', '2026-03-02T00:00:00Z', 4);
  await addUsage(sender, services.newId(), 'email', '2026-03-02T08:00:00Z', 2);
  await addUsage(sender, id, 'email', '2026-03-01T23:45:00Z', 9);
  const usage = {
    account_id: sender,
    email: `${sender}@example.com`,
    daily_limit: 30,
    status: 'active',
  };
  expect(await ok(`GET /api/campaigns/${id}/account-usage`)).toEqual({
    accounts: [{ ...usage, sent_today: 6 }],
  });
  expect(await ok(`GET /api/campaigns/${id}/account-usage?date=2026-03-01`)).toEqual({
    accounts: [{ ...usage, sent_today: 9 }],
  });
  expect(await send(`GET /api/campaigns/${id}/account-usage?date=yesterday`)).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/date' }] },
  });
});

it('settings show the senders of the own workspace only', async () => {
  const tenant = await addWorkspace(db, services.clock.now());
  const sender = await addSender(db, tenant);
  await db
    .insertInto('sender_usage')
    .values({
      workspace_id: tenant.workspaceId,
      sender_id: sender,
      campaign_id: services.newId(),
      touch: 'email',
      bucket_at: services.clock.now(),
      n: 8,
    })
    .execute();
  const sendAsTenant = await as(tenant);
  const { body } = await sendAsTenant('GET /api/campaigns/settings');
  expect(body).toMatchObject({ schedules: [], weekly_stats: [] });
  expect(body.accounts).toMatchObject([
    {
      id: sender,
      type: 'email',
      weekly_stats: { connections_sent: 0, messages_sent: 8 },
      daily_stats: { sent: 8, daily_limit: 30 },
      limits: { weekly_message_limit: null },
    },
  ]);
});

it("another workspace's campaign is 404", async () => {
  const { id } = await create();
  const other = await as(await addWorkspace(db, services.clock.now()));
  for (const route of ['', '/senders', '/account-usage', '/validate'])
    expect(await other(`GET /api/campaigns/${id}${route}`)).toMatchObject({ status: 404 });
});
