import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Operation } from '../../../src/operation.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { describeMembers, splitRoute } from '../../../src/surfaces/members.ts';
import { idleChannel } from '../../factories/rows.ts';
import { sample } from '../../factories/schema-values.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';
import { bare, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { services, workspaceId, clock } = database;
const { as } = testApi(services);
const owner = await as(database);
const stranger = await as(await addWorkspace(services.db, clock.now()));
const { ok, createReady } = inboxSteps(owner, database);

/** Makes one resource of each kind. Returns its id by the path under which it stands. */
async function createOwned(): Promise<Record<string, string>> {
  const { id: campaign, accountLinkIds } = await createReady();
  const { id: column } = await ok(`POST /campaigns/v2/${campaign}/columns`, { name: 'City' });
  const { id: list } = await ok('POST /lists', { name: 'Mine' });
  await ok(`POST /lists/${list}/leads`, { platformIds: ['jane'] });
  const { id: tag } = await ok('POST /tags', { name: 'Mine' });
  const { id: status } = await ok('POST /statuses', { name: 'Mine' });
  const { id: prospect } = await ok('GET /prospects/lookup?username=jane');
  const job = await ok(`POST /lists/${list}/import-jobs`, {
    data: {
      type: 'csv',
      content: 'x\njane\n',
      columnMapping: [{ csvHeader: 'x', targetColumnId: 'username' }],
    },
  });
  const person = { accountLinkId: accountLinkIds[0], externalPlatformId: 'jane' };
  const { id: thread } = await ok('POST /threads', person);
  return {
    '/api/v1/threads': thread,
    '/api/v1/campaigns': campaign,
    '/api/v1/campaigns/v2': campaign,
    '/api/v1/lists': list,
    '/api/v1/tags': tag,
    '/api/v1/statuses': status,
    '/api/v1/prospects': prospect,
    '/api/v1/members': bare(database.memberId),
    account: accountLinkIds[0]!,
    columnId: column,
    jobId: job.id,
    identifier: 'jane',
    platformId: 'jane',
  } as Record<string, string>;
}

const ids = await createOwned();
const byName = /^(columnId|jobId|identifier|platformId)$/;
/** Members that a valid request needs beyond the required ones. */
const extraMembers: Record<string, Record<string, unknown>> = {
  'PUT /api/v1/campaigns/v2/{campaignId}/automations': { automations: [] },
  'PATCH /api/v1/campaigns/v2/{campaignId}/automations': { automations: [] },
  'POST /api/v1/campaigns/v2/{campaignId}/leads': { usernames: ['sam'] },
  'POST /api/v1/lists/{listId}/import-jobs': {
    data: {
      type: 'csv',
      content: 'x\nsam\n',
      columnMapping: [{ csvHeader: 'x', targetColumnId: 'username' }],
    },
  },
};
const routesWithIds = inboxRoutes.filter((route) => splitRoute(route).pathNames.length > 0);

async function snapshot(): Promise<unknown[]> {
  const tables =
    'campaigns sequences prospects counters lists leads list_leads list_imports ' +
    'tags lead_statuses lead_tags lead_rules campaign_columns threads hand_messages';
  return Promise.all(
    tables.split(' ').map(async (table) => {
      const { rows } = await sql`
        select * from ${sql.table(table)} where workspace_id = ${workspaceId}
        order by 1, 2, 3`.execute(services.db);
      return { table, rows };
    }),
  );
}
const before = await snapshot();

function requestFor(operation: Operation): { route: string; body: unknown } {
  const { method, path, pathNames } = splitRoute(operation);
  const base = path.replace(/\/\{.*$/, '');
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const id = byName.test(name) ? ids[name] : ids[base];
    return id ?? expect.fail(`${operation.route}: give this test an id for ${name}`);
  });
  const wanted = describeMembers(operation).filter(
    (member) => member.required && !pathNames.includes(member.name),
  );
  const body = {
    ...Object.fromEntries(wanted.map(({ name, schema }) => [name, sample(schema, { name })])),
    ...extraMembers[operation.route],
  };
  return { route: `${method} ${url}`, body: method === 'GET' ? undefined : body };
}

it.each(routesWithIds.map((operation) => [operation.route, operation] as const))(
  '%s of another workspace does not exist',
  async (_route, operation) => {
    const { route, body } = requestFor(operation);
    const answer = await stranger(route, body);
    expect(answer, answer.text).toMatchObject({
      status: 404,
      body: { error: { code: expect.stringMatching(/_NOT_FOUND$/), status: 404 } },
    });
  },
);

it('no list and no lookup shows an id of another workspace', async () => {
  for (const operation of inboxRoutes.filter(
    (route) => route.route.startsWith('GET ') && !routesWithIds.includes(route),
  )) {
    const { route } = requestFor(operation);
    const { text } = await stranger(route.endsWith('/lookup') ? `${route}?username=jane` : route);
    for (const id of Object.values(ids).filter((one) => one.length > 20))
      expect(text, operation.route).not.toContain(id);
  }
});

it('no request can use an account, tag or status of another workspace', async () => {
  const { ok: strangerOk, fail } = inboxSteps(stranger, database);
  expect(
    await fail('POST /campaigns/v2', { name: 'Theirs', accountLinkIds: [ids.account] }),
  ).toMatchObject({ status: 400 });
  const refused = { status: 400, code: 'BAD_REQUEST' };
  const { id } = await strangerOk('POST /lists', { name: 'Theirs' });
  await strangerOk(`POST /lists/${id}/leads`, { platformIds: ['theirs'] });
  const { id: prospect } = await strangerOk('GET /prospects/lookup?username=theirs');
  for (const context of [{ addTags: [ids['/api/v1/tags']] }, { statusId: ids['/api/v1/statuses'] }])
    expect(await fail(`PATCH /prospects/${prospect}/context`, context)).toMatchObject(refused);
});

it('the refused requests changed nothing of the owner', async () => {
  const after = await snapshot();
  expect(after).toEqual(before);
});
