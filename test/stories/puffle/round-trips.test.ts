import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { operations } from '../../../src/operations/index.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { type Everything, makeEverything } from '../../factories/everything.ts';
import { addSender, idleChannel } from '../../factories/rows.ts';
import { type Send, testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { bare } from '../../fixtures/inbox-api.ts';

const channels = ['email', 'x', 'linkedin'].map(idleChannel);
const database = await testDatabase({ channels });
const { db, workspaceId } = database;
const { as } = testApi(database.services, { perMinute: 1_000_000 });
const send = await as(database);
const world = await makeEverything(send, database, db);
const seat = await addSender(db, database, { type: 'linkedin', status: 'disconnected' });
await sql`update senders set provider_account_id = 'seat' where workspace_id = ${workspaceId} and id = ${seat}`.execute(
  db,
);

type Value = Record<string, unknown>;
type Trip = {
  /** Where the object is read, and where in the answer. */
  read: string;
  in?: string;
  /** The body of the change, from the object as it was read; the object itself unless given. */
  body?: (shown: Value) => unknown;
  /** Members of the object that change by themselves, or with a version that is kept. */
  but?: readonly string[];
};

const at = (id: string) => `/api/campaigns/${id}`;
const inbox = (id: string) => `/api/v1/campaigns/v2/${id}`;

/** How each operation that changes an object is sent the object as it was read. */
const trips = (w: Everything): Record<string, Trip> => ({
  [`PATCH ${at(w.campaign)}`]: { read: at(w.campaign), in: 'campaign' },
  [`PATCH ${at(w.campaign)}?with=nodes`]: {
    read: at(w.campaign),
    body: ({ campaign, sequence_nodes }) => ({ ...(campaign as Value), sequence_nodes }),
  },
  [`PATCH ${at(w.campaign)}/leads`]: {
    read: `${at(w.campaign)}/leads`,
    in: 'prospects',
    body: (updates) => ({ prospect_id: updates.id, updates }),
  },
  [`PATCH ${at(w.campaign)}/leads/${w.prospect}/data`]: {
    read: `${at(w.campaign)}/leads`,
    in: 'prospects',
    body: () => ({ data: {} }),
    but: ['updated_at'],
  },
  [`PATCH ${at(w.campaign)}/generate-messages`]: {
    read: `${at(w.campaign)}/generate-messages`,
    in: 'messages',
    body: (message) => ({ message_id: message.id, ...message }),
  },
  [`PUT ${at(w.campaign)}/sequence/nodes/${w.node}`]: {
    read: at(w.campaign),
    in: 'sequence_nodes',
  },
  [`PATCH ${at(w.campaign)}/sequence/nodes`]: {
    read: at(w.campaign),
    in: 'sequence_nodes',
    body: (node) => ({ nodeId: node.id, toPosition: node.position }),
  },
  [`PATCH ${at(w.campaign)}/columns/${w.column}`]: {
    read: `${at(w.campaign)}/columns`,
    in: 'columns',
    but: ['updated_at'],
  },
  [`PATCH ${at(w.campaign)}/automations/${w.automation}`]: {
    read: `${at(w.campaign)}/automations`,
    in: 'automations',
    but: ['updated_at'],
  },
  [`PUT ${at(w.campaign)}/automations`]: {
    read: `${at(w.campaign)}/automations`,
    but: ['updated_at'],
  },
  [`PATCH ${at(w.campaign)}/rules`]: { read: `${at(w.campaign)}/rules`, in: 'rules' },
  [`PUT ${at(w.campaign)}/rules`]: { read: `${at(w.campaign)}/rules`, in: 'rules' },
  'PATCH /api/leads': { read: `/api/leads?id=${w.lead}`, in: 'leads', but: ['updatedAt'] },
  [`PATCH /api/leads/${w.lead}/data`]: {
    read: `/api/leads?id=${w.lead}`,
    in: 'leads',
    body: ({ attributes }) => ({ data: attributes }),
    but: ['updatedAt'],
  },
  'PATCH /api/lists': { read: '/api/lists', in: 'lists' },
  [`PATCH /api/tags/${w.tag}`]: { read: '/api/tags', in: 'tags' },
  [`PATCH /api/statuses/${w.status}`]: { read: '/api/statuses', in: 'statuses' },
  'PUT /api/settings': { read: '/api/settings' },
  [`PATCH /api/members/${w.member}`]: { read: '/api/members', in: 'members' },
  [`PATCH /api/threads/${w.thread}`]: {
    read: `/api/threads/${w.thread}`,
    in: 'thread',
    but: ['updated_at'],
  },
  [`PATCH /api/v1/threads/${bare(w.thread)}`]: {
    read: `/api/v1/threads/${bare(w.thread)}`,
    but: ['updatedAt'],
  },
  [`PATCH /api/email/accounts/${w.sender}`]: { read: `/api/senders/${w.sender}`, in: 'account' },
  [`PATCH /api/x/accounts/${w.onX}`]: { read: `/api/senders/${w.onX}`, in: 'account' },
  [`PATCH /api/unipile/accounts/${seat}`]: { read: `/api/senders/${seat}`, in: 'account' },
  [`PATCH ${inbox(w.inbox)}`]: { read: inbox(w.inbox) },
  [`PATCH ${inbox(bare(w.campaign))}`]: { read: inbox(bare(w.campaign)) },
  [`PATCH ${inbox(w.inbox)}/rules`]: { read: inbox(w.inbox), in: 'rules' },
  [`PUT ${inbox(w.inbox)}/sequence`]: {
    read: inbox(w.inbox),
    in: 'sequence',
    but: ['version', 'updatedAt'],
  },
  [`PUT ${inbox(w.inbox)}/automations`]: { read: inbox(w.inbox), body: own('automations') },
  [`PATCH ${inbox(w.inbox)}/automations`]: { read: inbox(w.inbox), body: own('automations') },
  [`PATCH ${inbox(w.inbox)}/columns/${w.inboxColumn}`]: {
    read: `${inbox(w.inbox)}/columns`,
    in: '0',
    but: ['updatedAt'],
  },
  [`PATCH /api/v1/lists/${bare(w.list)}`]: { read: `/api/v1/lists/${bare(w.list)}` },
  [`PATCH /api/v1/tags/${bare(w.tag)}`]: { read: '/api/v1/tags', in: '0' },
  [`PATCH /api/v1/statuses/${bare(w.status)}`]: { read: '/api/v1/statuses', in: '0' },
  [`PATCH /api/v1/prospects/${bare(w.lead)}/context`]: {
    read: `/api/v1/prospects/${bare(w.lead)}`,
    body: ({ context }) => context,
    but: ['updatedAt', 'lastUpdatedAt'],
  },
});

function own(name: string) {
  return (shown: Value) => ({ [name]: shown[name] });
}

/** Routes that change something that no answer shows as one object. */
const exempt = [
  'PATCH /api/clock',
  // A key has no session; test/stories/sign-in/sessions.test.ts changes one.
  'PATCH /api/session',
  'PATCH /api/v1/lists/{listId}/leads/{platformId}',
  'PATCH /api/v1/campaigns/v2/{campaignId}/leads/{identifier}',
];

async function read(by: Send, { read: path, in: member }: Trip): Promise<Value> {
  const answer = await by(`GET ${path}`);
  expect(answer.status, `${path} ${answer.text}`).toBe(200);
  const found = member === undefined ? answer.body : answer.body[member];
  return (Array.isArray(found) ? found[0] : found) as Value;
}

function rest(shown: Value, but: readonly string[] = []): unknown {
  return JSON.parse(JSON.stringify(shown), (name, value) =>
    but.includes(name) ? undefined : value,
  );
}

async function expectNoEffect(by: Send, route: string, trip: Trip): Promise<void> {
  const before = await read(by, trip);
  const body = trip.body ? trip.body(before) : before;
  database.clock.advanceMs(1000);
  const answer = await by(route, body);
  expect(answer.status, `${route} ${JSON.stringify(body)} ${answer.text}`).toBe(200);
  expect(rest(await read(by, trip), trip.but), route).toEqual(rest(before, trip.but));
}

const routes = Object.entries(trips(world));

it('every operation that changes an object is tried with the object as it is shown', () => {
  const tried = routes.map(([route]) => route.replace(/\?.*/, ''));
  const changing = [...operations, ...inboxRoutes]
    .map(({ route }) => route)
    .filter((route) => /^(PATCH|PUT) /.test(route) && !exempt.includes(route));
  const missing = changing.filter((route) => {
    const pattern = new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    return !tried.some((one) => pattern.test(one));
  });
  expect(missing).toEqual([]);
});

it.each(routes)('%s with what was read is a 200 without effect', async (route, trip) => {
  await expectNoEffect(send, route.replace(/\?.*/, ''), trip);
});

it.each(['active', 'paused', 'completed'])(
  'the campaign, its people and messages go back as they were read while it is %s',
  async (status) => {
    const byWriter = await as(database, ['read', 'write']);
    const ofCampaign = routes.filter(([route]) =>
      /campaigns\/(v2\/)?[\w-]+(\?.*|\/leads|\/generate-messages)?$/.test(route),
    );
    await sql`update campaigns set status = ${status} where workspace_id = ${workspaceId}`.execute(
      db,
    );
    for (const [route, trip] of ofCampaign)
      await expectNoEffect(byWriter, route.replace(/\?.*/, ''), trip);
    await sql`update campaigns set status = 'draft' where workspace_id = ${workspaceId}`.execute(
      db,
    );
    expect(ofCampaign.length).toBe(6);
  },
);

const limit = fc.option(fc.integer({ min: 1, max: 25 }));
const settings = fc.record(
  {
    daily_limit: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.constantFrom(null, 0, 'many')),
    hourly_limit: limit,
    company_daily_limit: limit,
    stop_on_reply: fc.constantFrom(true, false, null),
    skip_other_campaigns: fc.constantFrom(true, false, null),
    open_tracking: fc.constantFrom(true, null),
    signature: fc.constantFrom(null, '', '-- \n%sender_first%'),
    timezone: fc.constantFrom(null, 'Europe/Berlin'),
    holidays: fc.constantFrom(null, { dates: ['2030-01-01'], countries: ['DE'] }),
    operating_hours: fc.constantFrom(null, {}, { mon: ['09:00-12:00', '13:00-17:00'] }),
    roster: fc.constantFrom('open', 'frozen', null),
    guard_bounce_rate: fc.constantFrom(null, 0.1),
  },
  { requiredKeys: [] },
);

it.each(['email', 'linkedin', 'x'])(
  'whatever an %s campaign is made of, both APIs take it back without effect',
  async (type) => {
    let serial = 0;
    const property = fc.asyncProperty(settings, async (drawn) => {
      serial += 1;
      const { daily_limit: _own, ...right } = drawn;
      const isWrong = drawn.daily_limit === 0 || drawn.daily_limit === 'many';
      const given = isWrong && type !== 'linkedin' ? right : drawn;
      const body = { type, name: `Drawn ${type} ${serial}` };
      const made = await send('POST /api/campaigns', body);
      const { id } = made.body.campaign as { id: string };
      const set = await send(`PATCH ${at(id)}`, given);
      expect(set.status, `${JSON.stringify(given)} ${set.text}`).toBe(200);
      await expectNoEffect(send, `PATCH ${at(id)}`, { read: at(id), in: 'campaign' });
      await expectNoEffect(send, `PATCH ${inbox(bare(id))}`, { read: inbox(bare(id)) });
      await expectNoEffect(send, `PATCH ${inbox(bare(id))}`, { read: at(id), body: () => ({}) });
    });
    await fc.assert(property, { numRuns: 15 });
  },
);
