import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { customFieldsLimit } from '../../../src/domain/people/prospect-input.ts';
import { sequenceLimit } from '../../../src/domain/sequence/sequence.ts';
import { makeEverything } from '../../factories/everything.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const env = {
  POSTRIDER_AI_PROVIDER: 'openai-compatible',
  POSTRIDER_AI_API_KEY: 'unused',
  POSTRIDER_AI_MODEL: 'unused',
};
const database = await testDatabase({ channels: [idleChannel('email'), idleChannel('x')], env });
const { db } = database;
const { as } = testApi(database.services, { perMinute: 1_000_000 });
const send = await as(database);
const world = await makeEverything(send, database, db);

/** Eight megabytes of rows, and what the wire adds to them. */
const maxAnswer = 10 * 1024 * 1024;

type Paged = { route: string; items: string; next: string };

/** Reads every page of a list; each must be small enough. Returns the number of items. */
async function readAll({ route, items, next }: Paged): Promise<{ pages: number; found: number }> {
  const seen = { pages: 0, found: 0 };
  let cursor: unknown = null;
  do {
    const answer = await send(cursor === null ? route : `${route}&cursor=${String(cursor)}`);
    expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    expect(answer.text.length, route).toBeLessThan(maxAnswer);
    seen.pages += 1;
    seen.found += (answer.body[items] as unknown[]).length;
    cursor = answer.body[next] ?? null;
  } while (cursor !== null);
  return seen;
}

const filled = (room: number) => sql`jsonb_build_object('a', repeat('x', ${room}::int))`;
const copies = (n: number) => sql`generate_series(1, ${n}::int) as n`;

it('leads of the greatest size are listed in pages of eight megabytes', async () => {
  await sql`
    insert into leads (workspace_id, id, type, email, location, socials, contacts, attributes,
      sources, created_at, updated_at)
    select ${database.workspaceId}, gen_random_uuid(), 'person', 'large' || n || '@people.test',
      ${filled(customFieldsLimit)}, jsonb_build_array(${filled(customFieldsLimit)}),
      jsonb_build_array(${filled(customFieldsLimit)}), ${filled(customFieldsLimit)}, '[]',
      ${database.clock.now()}, ${database.clock.now()} from ${copies(300)}`.execute(db);
  await sql`insert into list_leads (workspace_id, list_id, lead_id, added_at)
    select workspace_id, ${world.list}, id, ${database.clock.now()} from leads where email like 'large%'`.execute(
    db,
  );
  const page = { items: 'leads', next: 'nextCursor' };
  const all = await readAll({ route: 'GET /api/leads?limit=500', ...page });
  expect(all).toEqual({ pages: expect.any(Number), found: 302 });
  expect(all.pages).toBeGreaterThan(4);
  expect(
    (await readAll({ route: `GET /api/lists/${world.list}/leads?limit=500`, ...page })).found,
  ).toBe(302);
});

it('a lead that is larger than allowed today is still read, and can become smaller', async () => {
  const size = 9_000_000;
  await sql`update leads set attributes = ${filled(size)} where id = ${world.lead}`.execute(db);
  const found = await send(`GET /api/leads?id=${world.lead}`);
  expect(found.text.length).toBeGreaterThan(size);
  const grown = await send(`PATCH /api/leads/${world.lead}/data`, { data: { b: 'y' } });
  expect(grown).toMatchObject({ status: 400, body: { errors: [{ code: 'too_big' }] } });
  const shrunk = await send(`PATCH /api/leads/${world.lead}/data`, { data: { a: null, b: 'y' } });
  expect(shrunk).toMatchObject({ status: 200, body: { lead: { attributes: { b: 'y' } } } });
});

it('large prospects are listed in pages, and the end of one is announced', async () => {
  await sql`
    insert into prospects (workspace_id, id, campaign_id, identity, email, headline, custom_fields,
      source, status, created_at, updated_at)
    select ${database.workspaceId}, gen_random_uuid(), ${world.campaign}, 'large' || n,
      'large' || n || '@people.test', repeat('h', 2000), ${filled(2 * customFieldsLimit)}, 'api',
      'pending', ${database.clock.now()}, ${database.clock.now()} from ${copies(700)}`.execute(db);
  const route = `GET /api/campaigns/${world.campaign}/leads?limit=500`;
  const all = await readAll({ route, items: 'prospects', next: 'next_cursor' });
  expect(all.found).toBe(702);
  expect(all.pages).toBeGreaterThan(2);
  expect((await send(route)).body.warnings).toMatchObject([
    { pointer: '/limit', message: expect.stringContaining('8 MB') },
  ]);
});

it('large messages, events and campaigns with large sequences are listed in pages', async () => {
  const at = database.clock.now();
  await sql`update messages set body_text = repeat('b', 3000000), body_html = repeat('b', 3000000)`.execute(
    db,
  );
  const messages = `GET /api/campaigns/${world.campaign}/generate-messages?limit=1000`;
  expect(await readAll({ route: messages, items: 'messages', next: 'next_cursor' })).toMatchObject({
    found: 4,
    pages: 4,
  });
  await sql`
    with counted as (update workspaces set event_seq = event_seq + 5 where id = ${database.workspaceId}
      returning id, event_seq)
    insert into events (workspace_id, seq, at, kind, actor, data)
    select id, event_seq - 5 + n, ${at}, 'campaign.launched', 'test', ${filled(3_000_000)}
    from counted cross join ${copies(5)}`.execute(db);
  const events = await send('GET /api/events?limit=1000');
  expect(events.text.length).toBeLessThan(maxAnswer);
  expect(events.body.has_more).toBe(true);
  await sql`
    with made as (
      insert into campaigns (workspace_id, id, member_id, name, type, status, created_at, updated_at)
      select ${database.workspaceId}, gen_random_uuid(), ${database.memberId}, 'large' || n, 'email',
        'draft', ${at}, ${at} from ${copies(60)} returning workspace_id, id, revision)
    insert into sequences (workspace_id, campaign_id, revision, nodes, created_at)
    select made.workspace_id, made.id, made.revision, jsonb_build_array(jsonb_set(q.nodes->0, '{body}',
      to_jsonb(repeat('b', ${sequenceLimit}::int)))), ${at}
    from made join sequences q on q.campaign_id = ${world.campaign}`.execute(db);
  const route = 'GET /api/campaigns?include=sequence';
  const newest = { route: `${route}&sort=newest`, items: 'campaigns', next: 'next_cursor' };
  expect(await readAll(newest)).toEqual({ pages: 2, found: 62 });
  const first = await send(route);
  expect(first.text.length).toBeLessThan(maxAnswer);
  expect(first.body).toMatchObject({ total: 62, warnings: [{ pointer: '/limit' }] });
});

it('revisions are listed, and another is made, without reading their texts', async () => {
  await sql`
    insert into sequences (workspace_id, campaign_id, revision, nodes, created_at)
    select workspace_id, campaign_id, revision + n, nodes || jsonb_build_array(jsonb_build_object('id',
      gen_random_uuid(), 'type', 'email', 'body', repeat('b', 3000000))), created_at
    from sequences cross join ${copies(100)} where campaign_id = ${world.campaign}`.execute(db);
  const before = process.memoryUsage().rss;
  const listed = await send(`GET /api/campaigns/${world.campaign}/revisions?limit=101`);
  expect(listed.body.revisions).toHaveLength(101);
  expect((listed.body.revisions as { touches: number }[])[0]).toMatchObject({
    nodes: 5,
    touches: 3,
  });
  const given = { sequence_nodes: [{ type: 'email', subject: 'Hi', body: 'Hi' }, { type: 'end' }] };
  await send(`POST /api/campaigns/${world.campaign}/revisions`, { ...given, dry_run: true });
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

it.each([
  ['POST /api/leads', { attributes: { a: 'x'.repeat(customFieldsLimit) } }, '/attributes'],
  ['POST /api/leads', { location: { a: 'x'.repeat(customFieldsLimit) } }, '/location'],
  ['POST /api/leads', { socials: [{ a: 'x'.repeat(customFieldsLimit) }] }, '/socials'],
  [
    'POST /api/lists/import',
    { leads: [{ email: 'a@people.test', attributes: { a: 'x'.repeat(customFieldsLimit) } }] },
    '/leads/0/attributes',
  ],
])('%s with %.20j is refused, because it is too large', async (route, body, pointer) => {
  const answer = await send(route, body);
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
});

it('a sequence that is too large is refused, as a whole and node by node', async () => {
  const { body } = await send('POST /api/campaigns', { type: 'email', name: 'Too large' });
  const { id } = body.campaign as { id: string };
  const node = { type: 'email', subject: 'Hi', body: 'x'.repeat(99_000) };
  const whole = await send(`PATCH /api/campaigns/${id}`, {
    sequence_nodes: [node, node, node, { type: 'end' }],
  });
  expect(whole).toMatchObject({
    status: 400,
    body: { code: 'sequence.invalid', errors: [{ code: 'too_big' }] },
  });
  for (const status of [200, 200, 400])
    expect(await send(`POST /api/campaigns/${id}/sequence/nodes`, node)).toMatchObject({ status });
});
