import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Operation } from '../../../src/operation.ts';
import { operations } from '../../../src/operations/index.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { describeMembers, type JsonSchema, splitRoute } from '../../../src/surfaces/members.ts';
import { type Everything, makeEverything } from '../../factories/everything.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';
import { bare } from '../../fixtures/inbox-api.ts';

// Ids that stand in a body, in a query, or behind another id of a path: what they name must be the
// caller's as well.
const env = {
  POSTRIDER_AI_PROVIDER: 'openai-compatible',
  POSTRIDER_AI_API_KEY: 'unused',
  POSTRIDER_AI_MODEL: 'unused',
};
const database = await testDatabase({ channels: [idleChannel('email'), idleChannel('x')], env });
const { db, services, clock, workspaceId } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 1_000_000, ms: 60_000 }] });
const strangers = await addWorkspace(db, clock.now());
const owner = await as(database);
const stranger = await as(strangers);

let serial = 0;
const nobody = '019ae6a0-0000-7000-8000-000000000000';

type Target = {
  of: keyof Everything;
  body?: (id: string, own: Everything) => object;
  query?: (id: string) => string;
  launched?: boolean;
};

const said = { event: 'replied', action: 'notify', text: 'x' };
const has = (name: string) => (id: string) => ({ [name]: id });
const listOf = (name: string) => (id: string) => ({ [name]: [id] });
const email = { type: 'email', subject: 'Hi', body: 'Hi' };
const follows = { status_id: 'set_status', tag_id: 'add_tag', list_id: 'add_to_list' } as const;
const kinds = { status_id: 'status', tag_id: 'tag', list_id: 'list' } as const;
const inboxFollows = {
  statusId: ['setStatus', 'status'],
  tagId: ['addTag', 'tag'],
  listId: ['addToList', 'list'],
} as const;

/** Where an id stands, and the rest of a request that is good when the id is the caller's. */
const targets: Record<string, Target> = {
  'POST /api/campaigns sender_account_ids[]': {
    of: 'sender',
    body: (id) => ({ type: 'email', name: `New ${++serial}`, sender_account_ids: [id] }),
  },
  'PATCH /api/campaigns/{id} sender_account_ids[]': {
    of: 'sender',
    body: listOf('sender_account_ids'),
  },
  'PATCH /api/campaigns/{id} sequence_nodes[].id': {
    of: 'node',
    body: (id) => ({ sequence_nodes: [{ ...email, id }, { type: 'end' }] }),
  },
  'PATCH /api/campaigns/{id} account_limits[].account_id': {
    of: 'sender',
    body: (id) => ({ account_limits: [{ account_id: id, daily_limit: 5 }] }),
  },
  'POST /api/campaigns/{id}/senders sender_account_ids[]': {
    of: 'sender',
    body: listOf('sender_account_ids'),
  },
  'DELETE /api/campaigns/{id}/senders/{senderId} senderId': { of: 'sender' },
  'POST /api/campaigns/{id}/forecasts sender_account_ids[]': {
    of: 'sender',
    body: listOf('sender_account_ids'),
  },
  'POST /api/campaigns/{id}/forecasts sender_limits[].account_id': {
    of: 'sender',
    body: (id) => ({ sender_limits: [{ account_id: id, daily_limit: 5 }] }),
  },
  'GET /api/campaigns/{id}/forecasts/{forecastId} forecastId': { of: 'forecast' },
  'POST /api/campaigns/{id}/revisions sequence_nodes[].id': {
    of: 'node',
    body: (id) => ({ sequence_nodes: [{ ...email, id }, { type: 'end' }] }),
  },
  'PATCH /api/campaigns/{id}/sequence/nodes nodeId': {
    of: 'node',
    body: (nodeId) => ({ nodeId, toPosition: 0 }),
  },
  'DELETE /api/campaigns/{id}/sequence/nodes nodeId': { of: 'node', body: has('nodeId') },
  'PUT /api/campaigns/{id}/sequence/nodes/{nodeId} nodeId': {
    of: 'node',
    body: () => ({ body: 'New' }),
  },
  'PATCH /api/campaigns/{id}/columns/{columnId} columnId': {
    of: 'column',
    body: () => ({ name: 'New' }),
  },
  'DELETE /api/campaigns/{id}/columns/{columnId} columnId': { of: 'column' },
  'PATCH /api/campaigns/{id}/automations/{automationId} automationId': {
    of: 'automation',
    body: () => ({ enabled: false }),
  },
  'DELETE /api/campaigns/{id}/automations/{automationId} automationId': { of: 'automation' },
  'PUT /api/campaigns/{id}/automations automations[].id': {
    of: 'automation',
    body: (id) => ({ automations: [{ id, ...said }] }),
  },
  'PATCH /api/campaigns/{id}/leads/{prospectId}/data prospectId': {
    of: 'prospect',
    body: (_id, own) => ({ data: { [own.column]: 'x' } }),
  },
  'GET /api/campaigns/{id}/leads/{prospectId}/explain prospectId': { of: 'prospect' },
  'POST /api/campaigns/{id}/leads/{prospectId}/pause prospectId': { of: 'prospect' },
  'POST /api/campaigns/{id}/leads/{prospectId}/resume prospectId': { of: 'prospect' },
  'POST /api/campaigns/{id}/leads/{prospectId}/cancel prospectId': { of: 'prospect' },
  'POST /api/campaigns/{id}/leads/{prospectId}/skip-ahead prospectId': {
    of: 'prospect',
    launched: true,
  },
  'POST /api/campaigns/{id}/leads/{prospectId}/mark-replied prospectId': { of: 'prospect' },
  'PATCH /api/campaigns/{id}/leads prospect_id': {
    of: 'prospect',
    body: (id) => ({ prospect_id: id, updates: { first_name: 'New' } }),
  },
  'DELETE /api/campaigns/{id}/leads prospect_ids[]': {
    of: 'prospect',
    body: listOf('prospect_ids'),
  },
  'GET /api/campaigns/{id}/leads/find prospect_id': {
    of: 'prospect',
    query: (id) => `prospect_id=${id}`,
  },
  'GET /api/campaigns/{id}/leads/find lead_id': { of: 'lead', query: (id) => `lead_id=${id}` },
  'POST /api/campaigns/{id}/leads/enrol people[].lead_id': {
    of: 'lead',
    body: (id) => ({ people: [{ lead_id: id }] }),
  },
  'POST /api/campaigns/{id}/leads/import-from-list listId': { of: 'list', body: has('listId') },
  'POST /api/campaigns/{id}/leads/import-from-list filter.leadIds[]': {
    of: 'unused',
    body: (id, own) => ({ listId: own.list, filter: { leadIds: [id] } }),
  },
  'GET /api/campaigns/{id}/rules/leads/{leadId} leadId': { of: 'lead' },
  'GET /api/campaigns/{id}/generate-messages prospect_id': {
    of: 'prospect',
    query: (id) => `prospect_id=${id}`,
  },
  'POST /api/campaigns/{id}/generate-messages node_id': { of: 'node', body: has('node_id') },
  'POST /api/campaigns/{id}/generate-messages prospect_ids[]': {
    of: 'prospect',
    body: listOf('prospect_ids'),
  },
  'PATCH /api/campaigns/{id}/generate-messages message_id': {
    of: 'message',
    body: (id) => ({ message_id: id, body_text: 'New' }),
  },
  'GET /api/campaigns/{id}/messages/{messageId}/preview messageId': { of: 'message' },
  'POST /api/campaigns/{id}/drafts/retry prospect_ids[]': {
    of: 'prospect',
    body: listOf('prospect_ids'),
  },
  'GET /api/events campaign_id': { of: 'campaign', query: (id) => `campaign_id=${id}` },
  'GET /api/events prospect_id': { of: 'prospect', query: (id) => `prospect_id=${id}` },
  'GET /api/leads id': { of: 'lead', query: (id) => `id=${id}` },
  'GET /api/leads statusId': { of: 'status', query: (id) => `statusId=${id}` },
  'GET /api/leads tagId': { of: 'tag', query: (id) => `tagId=${id}` },
  'PATCH /api/leads id': { of: 'lead', body: (id) => ({ id, title: 'New' }) },
  'DELETE /api/leads id': { of: 'lead', body: has('id') },
  'POST /api/lists leadIds[]': { of: 'lead', body: (id) => ({ name: 'New', leadIds: [id] }) },
  'PATCH /api/lists id': { of: 'list', body: (id) => ({ id, name: 'New' }) },
  'DELETE /api/lists id': { of: 'list', body: has('id') },
  'POST /api/lists/{id}/leads leadIds[]': { of: 'lead', body: listOf('leadIds') },
  'DELETE /api/lists/{id}/leads leadIds[]': { of: 'lead', body: listOf('leadIds') },
  'POST /api/lists/{id}/leads/enrol people[].lead_id': {
    of: 'lead',
    body: (id) => ({ people: [{ lead_id: id }] }),
  },
  'POST /api/lists/import listId': {
    of: 'list',
    body: (listId) => ({ listId, leads: [{ email: 'new@people.test' }] }),
  },
  'GET /api/lists/{id}/imports/{importId} importId': { of: 'listImport' },
  'POST /api/lists/{id}/imports/{importId}/cancel importId': { of: 'listImport' },
  'PUT /api/settings campaign_account.id': {
    of: 'sender',
    body: (id) => ({ campaign_account: { id, daily_limit: 5 } }),
  },
  'PATCH /api/v1/campaigns/v2/{campaignId} accountLinkIds[]': {
    of: 'onX',
    body: listOf('accountLinkIds'),
  },
  'POST /api/v1/campaigns/v2 accountLinkIds[]': {
    of: 'onX',
    body: (id) => ({ name: `New ${++serial}`, accountLinkIds: [id] }),
  },
  'PUT /api/v1/campaigns/v2/{campaignId}/automations automations[].id': {
    of: 'inboxAutomation',
    body: (id) => ({
      automations: [{ id, trigger: 'replied', action: 'notify', actionData: { text: 'y' } }],
    }),
  },
  'PATCH /api/v1/campaigns/v2/{campaignId}/automations automations[].id': {
    of: 'inboxAutomation',
    body: (id) => ({ automations: [{ id, enabled: false }] }),
  },
  'PATCH /api/v1/campaigns/v2/{campaignId}/columns/{columnId} columnId': {
    of: 'inboxColumn',
    body: () => ({ name: 'New' }),
  },
  'GET /api/v1/lists/{listId}/import-jobs/{jobId} jobId': { of: 'listImport' },
  'POST /api/v1/lists/{listId}/import-jobs/{jobId}/cancel jobId': { of: 'listImport' },
  'PATCH /api/v1/prospects/{prospectId}/context statusId': { of: 'status', body: has('statusId') },
  'PATCH /api/v1/prospects/{prospectId}/context addTags[]': { of: 'tag', body: listOf('addTags') },
  'PATCH /api/v1/prospects/{prospectId}/context removeTags[]': {
    of: 'tag',
    body: listOf('removeTags'),
  },
};

for (const field of ['status_id', 'tag_id', 'list_id'] as const) {
  const one = (id: string) => ({ event: 'replied', action: follows[field], [field]: id });
  targets[`POST /api/campaigns/{id}/automations ${field}`] = { of: kinds[field], body: one };
  targets[`PATCH /api/campaigns/{id}/automations/{automationId} ${field}`] = {
    of: kinds[field],
    body: one,
  };
  targets[`PUT /api/campaigns/{id}/automations automations[].${field}`] = {
    of: kinds[field],
    body: (id) => ({ automations: [one(id)] }),
  };
}
for (const [field, [action, of]] of Object.entries(inboxFollows))
  for (const method of ['PUT', 'PATCH'])
    targets[
      `${method} /api/v1/campaigns/v2/{campaignId}/automations automations[].actionData.${field}`
    ] = {
      of,
      body: (id, own) => ({
        automations: [
          { id: own.inboxAutomation, trigger: 'replied', action, actionData: { [field]: id } },
        ],
      }),
    };
for (const method of ['PATCH', 'PUT'])
  for (const field of ['synced_list_ids', 'excluded_list_ids'])
    targets[`${method} /api/campaigns/{id}/rules ${field}[]`] = { of: 'list', body: listOf(field) };
for (const field of ['syncedListIds', 'excludedListIds']) {
  targets[`PATCH /api/v1/campaigns/v2/{campaignId}/rules ${field}[]`] = {
    of: 'list',
    body: listOf(field),
  };
  targets[`POST /api/v1/campaigns/v2 rules.${field}[]`] = {
    of: 'list',
    body: (id, own) => ({
      name: `New ${++serial}`,
      accountLinkIds: [bare(own.onX)],
      rules: { [field]: [id] },
    }),
  };
}
for (const [field, of] of [
  ['statusId', 'status'],
  ['addTags[]', 'tag'],
  ['removeTags[]', 'tag'],
] as const) {
  const name = field.replace('[]', '');
  const value = (id: string) => (name === field ? id : [id]);
  targets[`PATCH /api/v1/prospects/{prospectId}/context ${field}`] = {
    of,
    body: (id) => ({ [name]: value(id) }),
  };
  targets[`PATCH /api/leads ${field}`] = {
    of,
    body: (id, own) => ({ id: own.lead, [name]: value(id) }),
  };
}

/**
 * Every place of an id but the first of a path, which tenants.test.ts and inbox-tenants.test.ts are
 * about.
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

/** Ids that name nothing of ours, or that tenants.test.ts tries. */
const others = [
  / (externalIds|platformIds|leads\[\]\.(platformId|externalId)|platformId|externalId|data\.columnMapping\[\]\.targetColumnId)(\[\])?$/,
  / sequence_nodes\[\]\.campaign_id$/,
  /confirm-csv lead_list_id$/,
  / steps\[\]\.id$/,
  / cursor$/,
  /unipile\/(reconnect|refresh|accounts) accountId$/,
  /^POST \/api\/x\/connect account_id$/,
  /^GET \/api\/v1\/.* identifier$/,
];

it('every place where an id can stand is tried', () => {
  const places = [...operations, ...inboxRoutes].flatMap(idPlaces);
  expect(
    places.filter((place) => !(place in targets) && !others.some((pattern) => pattern.test(place))),
  ).toEqual([]);
  expect(Object.keys(targets).filter((place) => !places.includes(place))).toEqual([]);
});

/** The tables of a workspace, and all that they hold for it as text. */
async function everything(workspace: string): Promise<string> {
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
  const { of, body, query } = targets[place]!;
  const isInbox = template.startsWith('/api/v1/');
  const firsts = {
    campaigns: isInbox ? own.inbox : own.campaign,
    lists: own.list,
    prospects: own.lead,
  };
  const first = firsts[/^\/api\/(?:v1\/)?(\w+)/.exec(template)![1] as keyof typeof firsts] ?? '';
  const inPath = template.includes(`{${member}}`) && !template.includes(`/{${member}}/leads`);
  let path = template.replace(/\{\w+\}/, first);
  if (inPath) path = path.replace(`{${member}}`, id);
  path = path.replace(/\{\w+\}/g, isInbox ? own.inboxAutomation : own.automation);
  expect(of in own).toBe(true);
  const route = `${method} ${path}${query ? `?${query(id)}` : ''}`;
  return { route, body: body?.(id, own) };
}

const theirs = await makeEverything(owner, database, db);
const before = await everything(workspaceId);
const spelling = (place: string, id: string) => (place.includes(' /api/v1/') ? bare(id) : id);
const varying =
  /\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|custom_\w{24}|"(New|World|Inbox) \d+|(lead|free)\d+@|one\d+@/g;

/** What a request needs that reaches what its id names, and is refused for another reason. */
const reached = /^message\.not_composed$/;

it.each(Object.keys(targets))(
  '%s of another workspace is as one that nobody has',
  async (place) => {
    const { of, launched } = targets[place]!;
    const ask = async (own: Everything, id: string) => {
      const { route, body } = request(place, spelling(place, id), own);
      const answer = await stranger(route, body);
      return { ...answer, said: answer.text.replace(varying, '…') };
    };
    const [one, other] = [
      await makeEverything(stranger, strangers, db),
      await makeEverything(stranger, strangers, db),
    ];
    for (const { campaign } of launched ? [one, other] : [])
      await stranger(`POST /api/campaigns/${campaign}/launch`);
    const unknown = await ask(
      one,
      of === 'column' || of === 'inboxColumn' ? `custom_${'0'.repeat(24)}` : nobody,
    );
    const foreign = await ask(other, theirs[of]);
    expect(foreign.status, foreign.text).toBe(unknown.status);
    expect(foreign.said).toBe(unknown.said);
    const good = await ask(other, other[of]);
    if (!reached.test(String(good.body.code))) expect(good.status, good.text).toBeLessThan(400);
  },
);

it('nothing of the owner has changed, and nothing of theirs lies with the stranger', async () => {
  expect(await everything(workspaceId)).toBe(before);
  const kept = await everything(strangers.workspaceId);
  for (const [name, id] of Object.entries(theirs))
    expect(kept.includes(id) || kept.includes(bare(id)), name).toBe(false);
});
