import { expect, it } from 'vitest';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { inboxPages } from '../../factories/inbox-schemas.ts';
import { pufflePages } from '../../factories/page-schemas.ts';
import { testApi } from '../../fixtures/api.ts';
import { bare, twoSteps } from '../../fixtures/inbox-api.ts';
import { advanceTo, openSandboxFixture } from '../../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const { anonymous } = testApi(fixture.services);
const headers = { authorization: `Bearer ${fixture.key}` };

type One = { id: string };
/** The members that are read of answers; the schema of the page has checked those it has. */
type Answer = One & {
  name: string;
  campaign: One & { status: string; stats: Record<string, number> };
  sequence_nodes: One[];
  prospects: One[];
  messages: One[];
  total: number;
  activities: (One & { activity_type: string })[];
  next_cursor: string;
  allTime: { email: unknown };
  weekly: unknown;
};
const tried = new Set<string>();

/** Sends a request; the answer must be as the page says. */
async function ask(pages: typeof pufflePages, request: string, body?: unknown): Promise<Answer> {
  const [method = '', url = ''] = request.split(' ');
  const path = url.replace(/\?.*/, '').replace(/(?<=\/)(?=\w*\d)[\w-]{24,}/g, '{id}');
  const route = `${method} ${path}`;
  const base = pages === inboxPages ? '/api/v1' : '';
  const answer = await anonymous(`${method} ${base}${url}`, body, headers);
  expect(answer.status, `${request} ${answer.text}`).toBeLessThan(300);
  const page = pages[route];
  expect(page, `There is no page of ${route}`).toBeDefined();
  const read = page!.safeParse(answer.body);
  expect(read.error?.issues, `${route} ${answer.text}`).toBeUndefined();
  tried.add(route);
  return answer.body as Answer;
}

const puffle = (request: string, body?: unknown) => ask(pufflePages, request, body);
const inbox = (request: string, body?: unknown) => ask(inboxPages, request, body);
const sandboxSender = async (type: string) => {
  const address = type === 'email' ? { email_address: 'sam@sender.test' } : {};
  const body = { type, daily_limit: 500, ...address };
  const made = await anonymous('POST /api/senders/sandbox', body, headers);
  return (made.body.account as { id: string }).id;
};
const hours = { mon: '00:00-24:00', tue: '00:00-24:00', wed: '00:00-24:00' };

it('a client of Puffle reads every answer in the life of a campaign', async () => {
  const { campaign } = await puffle('POST /api/campaigns', {
    type: 'email',
    name: 'Life',
    sender_account_ids: [await sandboxSender('email')],
    skip_other_campaigns: null,
  });
  const at = `/api/campaigns/${campaign.id}`;
  const { sequence_nodes } = await puffle(`PATCH ${at}`, {
    operating_hours: hours,
    sequence_nodes: [
      { type: 'email', subject: 'Hi', body: 'Hi %first_name%' },
      { type: 'delay', delay_days: 1 },
      { type: 'email', is_reply: true, body: 'Again' },
      { type: 'end' },
    ],
  });
  await puffle(`PUT ${at}/sequence/nodes/${sequence_nodes[0]!.id}`, { ...sequence_nodes[0] });
  const people = ['ann+reply-2h', 'bob', 'cid+bounce', 'dan+unsubscribe-2h', 'eve', 'fay'];
  const prospects = people.map((one) => ({ email: `${one}@people.test`, first_name: one }));
  await puffle(`POST ${at}/leads`, { prospects });
  const { prospects: roster } = await puffle(`GET ${at}/leads?limit=0&_=17`);
  expect(roster).toHaveLength(1);
  await puffle(`PATCH ${at}/leads`, { prospect_id: roster[0]!.id, updates: { company: 'Acme' } });
  const all = (await puffle(`GET ${at}/leads?limit=900`)).prospects;
  await puffle(`DELETE ${at}/leads`, { prospect_ids: [all.at(-1)!.id] });
  await puffle(`POST ${at}/generate-messages`, { action: 'resolve' });
  const { messages } = await puffle(`GET ${at}/generate-messages?status=all`);
  await puffle(`PATCH ${at}/generate-messages`, { message_id: messages[0]!.id, subject: 'Hello' });
  await puffle(`GET ${at}/validate`);
  await puffle(`POST ${at}/launch`);
  await advanceTo(fixture, '2026-03-02T10:00:00Z');
  await puffle(`POST ${at}/pause`);
  await puffle(`POST ${at}/resume`);
  await fixture.call(cancelProspect, { id: campaign.id, prospectId: all.at(-2)!.id });
  await advanceTo(fixture, '2026-03-06T09:00:00Z');
  const ended = await puffle(`GET ${at}`);
  const { stats } = ended.campaign;
  expect(ended.campaign.status).toBe('completed');
  expect(stats).toMatchObject({
    total: 5,
    replied: 1,
    bounced: 1,
    completed: 1,
    cancelled: 2,
    unsubscribed: 1,
  });
  const pages = ['pending', 'sent', 'connection_sent', 'connected', 'message_sent', 'replied'];
  const sum = [...pages, 'bounced', 'completed', 'timed_out', 'cancelled'].map(
    (name) => stats[name]!,
  );
  expect(sum.reduce((total, n) => total + n, 0)).toBe(stats.total);
  expect(stats.messages_sent).toBe(
    (await puffle(`GET ${at}/generate-messages?status=sent`)).messages.length,
  );
  expect((await puffle(`GET ${at}/leads?status=unsubscribed`)).total).toBe(1);
  await puffle(`GET ${at}/senders`);
  await puffle(`GET ${at}/account-usage`);
  await puffle('GET /api/campaigns/settings');
  await puffle('GET /api/senders');
  await puffle('GET /api/accounts?type=email');
  await puffle('GET /api/campaigns');
  const { activities, next_cursor } = await puffle(
    `GET /api/activities?campaign_id=${campaign.id}&limit=2`,
  );
  expect(activities).toHaveLength(2);
  const older = await puffle(`GET /api/activities?cursor=${encodeURIComponent(next_cursor)}`);
  const told = [...activities, ...older.activities].map((one) => one.activity_type);
  expect(new Set(told)).toEqual(
    new Set(['email_sent', 'email_replied', 'email_bounced', 'email_unsubscribed']),
  );
  expect(told).toHaveLength(
    new Set([...activities, ...older.activities].map((one) => one.id)).size,
  );
  const { allTime, weekly } = await puffle(
    `GET /api/dashboard/analytics?campaign_ids=${campaign.id}`,
  );
  expect(allTime.email).toMatchObject({ replied: 1, bounced: 1, completed: 1, contacted: 5 });
  expect(weekly).toMatchObject([{ week_start: '2026-03-02', email: { replied: 1, bounced: 1 } }]);
  await puffle(`POST ${at}/sync-stats`);
  await puffle(`DELETE ${at}`);
});

it('a client of Inbox reads every answer in the life of a campaign', async () => {
  const account = bare(await sandboxSender('x'));
  const body = { name: 'Life', accountLinkIds: [account], scheduleTimezone: 'UTC' };
  const { id } = await inbox('POST /campaigns/v2', body);
  const twin = await inbox('POST /campaigns/v2', body);
  expect(twin).toMatchObject({ name: 'Life', status: 'draft' });
  expect((await inbox(`PATCH /campaigns/v2/${twin.id}`, { name: 'Life' })).name).toBe('Life');
  const renamed = await inbox('POST /campaigns/v2', { ...body, name: 'Other' });
  expect((await inbox(`PATCH /campaigns/v2/${renamed.id}`, { name: 'Life' })).name).toBe('Life');
  const at = `/campaigns/v2/${id}`;
  await inbox(`PUT ${at}/sequence`, { steps: twoSteps });
  await inbox(`PATCH ${at}`, { hourlyMessageRate: 25, description: 'x' });
  await inbox(`PATCH ${at}/rules`, { excludeContacted: true });
  await inbox(`POST ${at}/leads`, { usernames: ['ann__reply_2h', 'bob', 'cid'] });
  await inbox(`POST ${at}/enable`, {});
  await advanceTo(fixture, '2026-03-06T12:00:00Z');
  const lead = (await anonymous('GET /api/v1/prospects/lookup?username=bob', undefined, headers))
    .body as { id: string };
  await inbox(`PATCH /prospects/${lead.id}/context`, {
    notes: 'Call',
    valuation: 1200.5,
    assigneeId: null,
    done: true,
  });
  await advanceTo(fixture, '2026-03-10T09:00:00Z');
  expect(await inbox(`GET ${at}`)).toMatchObject({ status: 'completed', repliesCount: 1 });
  expect(await inbox(`POST ${at}/disable`, {})).toMatchObject({ status: 'paused', enabled: false });
  expect(await inbox(`POST ${at}/enable`, {})).toMatchObject({ status: 'completed' });
  await inbox('GET /campaigns/v2');
  await inbox('GET /account-links');
  await inbox(`POST ${at}/disable`, {});
  await inbox(`DELETE ${at}`);
});

it('every page that is written down here was read', () => {
  const pages = [...Object.keys(pufflePages), ...Object.keys(inboxPages)];
  expect(pages.filter((route) => !tried.has(route))).toEqual([
    'POST /campaigns/v2/{id}/leads/{id}/cancel',
  ]);
});
