import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/json-schema.ts';
import type { Operation } from '../../../src/operation.ts';
import { operations } from '../../../src/operations/index.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { describeMembers, splitRoute } from '../../../src/surfaces/members.ts';
import { type Everything, makeEverything } from '../../factories/everything.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';
import { bare } from '../../fixtures/inbox-api.ts';
import { targets } from './tenant-targets.ts';

// Ids in a body, in a query or behind another id of a path must name things of the caller as well.
const env = {
  POSTRIDER_AI_PROVIDER: 'openai-compatible',
  POSTRIDER_AI_API_KEY: 'unused',
  POSTRIDER_AI_MODEL: 'unused',
};
const database = await testDatabase({
  channels: [idleChannel('email'), idleChannel('x')],
  env,
  scoped: true,
});
const { db, services, clock, workspaceId } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 1_000_000, ms: 60_000 }] });
const strangers = await addWorkspace(db, clock.now());
const owner = await as(database);
const stranger = await as(strangers);

const unknownId = '019ae6a0-0000-7000-8000-000000000000';

/**
 * Every place of an id but the first of a path, because tenants.test.ts and inbox-tenants.test.ts
 * cover that one.
 */
function idPlaces(operation: Operation): string[] {
  const first = splitRoute(operation).pathNames[0];
  const places: string[] = [];
  const walk = (schema: JsonSchema | boolean | undefined, place: string): void => {
    if (typeof schema !== 'object') return;
    const last = place.split('.').at(-1)!;
    const named = /(^id|_id|[a-z]Id)$|(_ids|[a-z]Ids|Tags)\[\]$/.test(last);
    if (schema.format === 'uuid' || (named && [schema.type].flat().includes('string')))
      places.push(`${operation.route} ${place}`);
    for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])])
      walk(branch as JsonSchema, place);
    if (typeof schema.items === 'object' && !Array.isArray(schema.items))
      walk(schema.items as JsonSchema, `${place}[]`);
    for (const [name, own] of Object.entries(schema.properties ?? {}))
      walk(own as JsonSchema, `${place}.${name}`);
  };
  for (const member of describeMembers(operation))
    if (member.name !== first) walk(member.schema, member.name);
  return [...new Set(places)];
}

/** Places of ids that name nothing in a workspace, or that tenants.test.ts covers. */
const exceptions = [
  / (externalIds|platformIds|platformId|externalId|externalPlatformId)(\[\])?$/,
  // Filters and places of lists: one statement, whose plan says the workspace of each table.
  /^GET \/api\/(v1\/)?threads(\/lookup)? /,
  /^GET \/api\/(v1\/)?threads\/\{\w+\}\/messages /,
  / leads\[\]\.(platformId|externalId)(\[\])?$/,
  / data\.columnMapping\[\]\.targetColumnId(\[\])?$/,
  / (sequence_nodes|automations)\[\]\.campaign_id$/,
  /confirm-csv lead_list_id$/,
  / steps\[\]\.id$/,
  / cursor$/,
  /unipile\/(reconnect|refresh|accounts) accountId$/,
  /^POST \/api\/x\/connect account_id$/,
  /^GET \/api\/v1\/.* identifier$/,
];

it('every place of an id in a request has a target', () => {
  const places = [...operations, ...inboxRoutes].flatMap(idPlaces);
  expect(
    places.filter(
      (place) => !(place in targets) && !exceptions.some((pattern) => pattern.test(place)),
    ),
  ).toEqual([]);
  expect(Object.keys(targets).filter((place) => !places.includes(place))).toEqual([]);
});

/** All rows of a workspace as text, by table. */
async function readRows(workspace: string): Promise<string> {
  const { rows } = await sql<{
    name: string;
  }>`select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'workspace_id' order by 1`.execute(db);
  const texts = rows.map(async ({ name }) => {
    const found = await sql<{
      row: string;
    }>`select t::text as row from ${sql.table(name)} t where workspace_id = ${workspace} order by 1`.execute(
      db,
    );
    return `${name}\n${found.rows.map(({ row }) => row).join('\n')}`;
  });
  return (await Promise.all(texts)).join('\n');
}

function request(
  place: string,
  id: string,
  own: Everything,
): { route: string; body: object | undefined } {
  const [method = '', template = '', member = ''] = place.split(' ');
  const { kind, body, query } = targets[place]!;
  const isInbox = template.startsWith('/api/v1/');
  const firsts = {
    campaigns: isInbox ? own.inbox : own.campaign,
    lists: own.list,
    prospects: own.lead,
    unmatched: own.mail,
    x: own.onX,
    threads: own.thread,
  };
  const first = firsts[/^\/api\/(?:v1\/)?(\w+)/.exec(template)![1] as keyof typeof firsts] ?? '';
  const inPath = template.includes(`{${member}}`) && !template.includes(`/{${member}}/leads`);
  let path = template.replace(/\{\w+\}/, first);
  if (inPath) path = path.replace(`{${member}}`, id);
  path = path.replace(/\{\w+\}/g, isInbox ? own.inboxAutomation : own.automation);
  expect(kind in own).toBe(true);
  const route = `${method} ${path}${query ? `?${query(id)}` : ''}`;
  return { route, body: body?.(id, own) };
}

const theirs = await makeEverything(owner, database, db);
const before = await readRows(workspaceId);
const spelling = (place: string, id: string) => (place.includes(' /api/v1/') ? bare(id) : id);
/** The parts of an answer that differ from run to run. */
const varyingParts = [
  /\d{4}-\d\d-\d\dT[\d:.]+Z/,
  /[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/,
  /custom_\w{24}/,
  /"(New|World|Inbox) \d+/,
  /(lead|free)\d+@/,
  /one\d+@/,
];
const varying = new RegExp(varyingParts.map(({ source }) => source).join('|'), 'g');

/** Codes of requests that find the thing of their id and are refused for another reason. */
const refusedLater = /^(message\.(not_composed|not_unknown)|thread_message\.state)$/;

it.each(Object.keys(targets))(
  '%s of another workspace is answered like an unknown id',
  async (place) => {
    const { kind, launched } = targets[place]!;
    const ask = async (own: Everything, id: string) => {
      const { route, body } = request(place, spelling(place, id), own);
      const answer = await stranger(route, body);
      return { ...answer, masked: answer.text.replace(varying, '…') };
    };
    const [one, other] = [
      await makeEverything(stranger, strangers, db),
      await makeEverything(stranger, strangers, db),
    ];
    for (const { campaign } of launched ? [one, other] : [])
      await stranger(`POST /api/campaigns/${campaign}/launch`);
    const unknown = await ask(
      one,
      kind === 'column' || kind === 'inboxColumn' ? `custom_${'0'.repeat(24)}` : unknownId,
    );
    const foreign = await ask(other, theirs[kind]);
    expect(foreign.status, foreign.text).toBe(unknown.status);
    expect(foreign.masked).toBe(unknown.masked);
    const good = await ask(other, other[kind]);
    if (!refusedLater.test(String(good.body.code)))
      expect(good.status, good.text).toBeLessThan(400);
  },
);

it('the rows of the owner are unchanged, and the stranger holds none of their ids', async () => {
  expect(await readRows(workspaceId)).toBe(before);
  const kept = await readRows(strangers.workspaceId);
  for (const [name, id] of Object.entries(theirs))
    expect(kept.includes(id) || kept.includes(bare(id)), name).toBe(false);
});
