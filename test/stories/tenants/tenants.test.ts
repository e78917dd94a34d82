import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/operation.ts';
import { operations } from '../../../src/operations/index.ts';
import { describeMembers, splitRoute } from '../../../src/surfaces/members.ts';
import { addUnmatchedMail } from '../../factories/rows.ts';
import { sample } from '../../factories/schema-values.ts';
import { testApi } from '../../fixtures/api.ts';
import { addPerson, signedIn } from '../../fixtures/browser/browser.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ scoped: true });
const { services, workspaceId, memberId, clock } = database;
const api = testApi(services);
const { as } = api;
const owner = await as(database);
const stranger = await as(await addWorkspace(services.db, clock.now()));

const first = (body: Record<string, unknown>, list: string) =>
  (body[list] as { id: string }[])[0]!.id;

/** Fills the workspace of the owner. Returns ids by the path or member that takes them. */
async function fillWorkspace(): Promise<Record<string, string>> {
  const made = await owner('POST /api/campaigns', { type: 'email', name: 'Mine' });
  const { id: campaign, sequence_nodes } = made.body.campaign as {
    id: string;
    sequence_nodes: { id: string }[];
  };
  await owner(`POST /api/campaigns/${campaign}/leads`, {
    prospects: [{ email: 'one@people.test' }],
  });
  const [sender, list, lead, job, now] = [
    services.newId(),
    services.newId(),
    services.newId(),
    services.newId(),
    clock.now(),
  ];
  await sql`insert into senders (workspace_id, id, member_id, type, status, email_address, created_at, updated_at)
    values (${workspaceId}, ${sender}, ${memberId}, 'email', 'active', 'me@sender.test', ${now}, ${now})`.execute(
    services.db,
  );
  await sql`insert into lanes (workspace_id, sender_id) values (${workspaceId}, ${sender})`.execute(
    services.db,
  );
  await sql`insert into lists (workspace_id, id, name, created_at, updated_at) values (${workspaceId}, ${list}, 'Mine', ${now}, ${now})`.execute(
    services.db,
  );
  await sql`insert into leads (workspace_id, id, type, email, created_at, updated_at) values (${workspaceId}, ${lead}, 'person', 'lead@people.test', ${now}, ${now})`.execute(
    services.db,
  );
  await sql`insert into list_leads (workspace_id, list_id, lead_id, added_at) values (${workspaceId}, ${list}, ${lead}, ${now})`.execute(
    services.db,
  );
  await sql`insert into imports (workspace_id, id, campaign_id, status, created_at, updated_at) values (${workspaceId}, ${job}, ${campaign}, 'completed', ${now}, ${now})`.execute(
    services.db,
  );
  const x = services.newId();
  await sql`insert into senders (workspace_id, id, member_id, type, status, created_at, updated_at)
    values (${workspaceId}, ${x}, ${memberId}, 'x', 'active', ${now}, ${now})`.execute(services.db);
  const seat = services.newId();
  await sql`insert into senders (workspace_id, id, member_id, type, status, provider_account_id, created_at, updated_at)
    values (${workspaceId}, ${seat}, ${memberId}, 'linkedin', 'active', 'account-1', ${now}, ${now})`.execute(
    services.db,
  );
  const key = first((await owner('GET /api/keys')).body, 'keys');
  const label = async (route: string, body: object, noun: string) =>
    ((await owner(route, body)).body[noun] as { id: string }).id;
  const tag = await label('POST /api/tags', { name: 'Mine' }, 'tag');
  const status = await label('POST /api/statuses', { name: 'Mine' }, 'status');
  const { body: invited } = await owner('POST /api/links', { email: 'new@people.test' });
  await addPerson(services, 'me@people.test', [{ workspaceId, role: 'admin' }]);
  const mine = await signedIn(api, 'me@people.test');
  await owner(`POST /api/campaigns/${campaign}/columns`, { name: 'Mine' });
  await owner(`POST /api/campaigns/${campaign}/automations`, {
    event: 'replied',
    action: 'add_tag',
    tag_id: tag,
  });
  await owner(`PATCH /api/campaigns/${campaign}/rules`, { excluded_list_ids: [list] });
  const begun = { participant_email: 'kim@people.test', account_id: sender };
  const thread = await label('POST /api/threads', begun, 'thread');
  return {
    '/api/campaigns': campaign,
    '/api/keys': key,
    '/api/links': (invited.link as { id: string }).id,
    '/api/members': memberId,
    '/api/sessions': first((await mine.send('GET /api/sessions')).body, 'sessions'),
    '/api/senders': sender,
    '/api/accounts': sender,
    '/api/email/accounts': sender,
    '/api/x/accounts': x,
    '/api/unipile/reconnect': seat,
    '/api/unipile/refresh': seat,
    '/api/unipile/accounts': seat,
    '/api/lists': list,
    '/api/leads': lead,
    '/api/tags': tag,
    '/api/statuses': status,
    '/api/imports': job,
    '/api/threads': thread,
    '/api/unmatched-mails': await addUnmatchedMail(services.db, {
      workspaceId,
      senderId: sender,
    }),
    nodeId: sequence_nodes[0]!.id,
    senderId: sender,
  };
}

const ids = await fillWorkspace();
/** All rows of the owner's workspace in the tables that reading does not change. */
async function snapshot(): Promise<unknown[]> {
  const tables = [
    'campaigns',
    'sequences',
    'prospects',
    'counters',
    'senders',
    'lanes',
    'lists',
    'leads',
    'list_leads',
    'imports',
    'api_keys',
    'links',
    'members',
    'suppressions',
    'tags',
    'lead_statuses',
    'lead_tags',
    'campaign_columns',
    'automations',
    'lead_rules',
    'rule_lists',
    'threads',
    'hand_messages',
  ];
  return Promise.all(
    tables.map(async (table) => {
      const { rows } =
        await sql`select * from ${sql.table(table)} where workspace_id = ${workspaceId} order by 1, 2, 3`.execute(
          services.db,
        );
      return { table, rows };
    }),
  );
}

const before = await snapshot();
const idMembers = /^(id|importId|nodeId|senderId|accountId)$/;

/** Operations that name something by its id: in the path, or in the body as `id`. */
const naming = operations.filter((operation) =>
  describeMembers(operation).some((member) => member.required && idMembers.test(member.name)),
);

function idFor(operation: Operation, name: string): string {
  const { path } = splitRoute(operation);
  const at = name === 'nodeId' || name === 'senderId' ? name : path.replace(/\/\{.*$/, '');
  return ids[at] ?? expect.fail(`${operation.route}: add to this test what ${name} names`);
}

/** Members that valid requests need besides the required ones. */
const more: Record<string, Record<string, unknown>> = {
  'DELETE /api/campaigns/{id}/leads': { all: true },
  'GET /api/campaigns/{id}/leads/find': { identity: 'one@people.test' },
  'POST /api/campaigns/{id}/test-mail': { to: 'me@people.test' },
  'PATCH /api/threads/{id}': { done: true },
};

function requestFor(operation: Operation): { route: string; body: unknown } {
  const { method, path } = splitRoute(operation);
  const wanted = describeMembers(operation).filter((member) => member.required);
  const input = Object.fromEntries(
    wanted.map((member) => [
      member.name,
      idMembers.test(member.name)
        ? idFor(operation, member.name)
        : sample(member.schema, { name: member.name }),
    ]),
  );
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(input[name]));
  const rest = Object.fromEntries(
    Object.entries({ ...input, ...more[operation.route] }).filter(
      ([name]) => !path.includes(`{${name}}`),
    ),
  );
  const query =
    method === 'GET' ? `?${new URLSearchParams(rest as Record<string, string>).toString()}` : '';
  return {
    route: `${method} ${url}${query}`,
    body: method === 'GET' || operation.body ? undefined : rest,
  };
}

describe('a thing of another workspace', () => {
  it.each(naming.map((operation) => [operation.route, operation] as const))(
    '%s is 404',
    async (_route, operation) => {
      const { route, body } = requestFor(operation);
      const headers: Record<string, string> =
        operation.body === 'stream' ? { 'content-type': 'text/csv' } : {};
      const form = [
        '--b',
        'content-disposition: form-data; name="file"; filename="x.csv"',
        'content-type: text/csv',
        '',
        'email',
        'a@b.test',
        '--b--',
        '',
      ].join('\r\n');
      const answer =
        operation.body === 'upload'
          ? await stranger(route, form, { 'content-type': 'multipart/form-data; boundary=b' })
          : await stranger(
              route,
              operation.body === 'stream' ? 'email\na@b.test\n' : body,
              headers,
            );
      expect(answer, answer.text).toMatchObject({
        status: 404,
        body: { code: expect.stringMatching(/\.not_found$/) },
      });
      const unknown = route.replaceAll(
        /[0-9a-f]{8}-[0-9a-f-]{27}/g,
        '019ae6a0-0000-7000-8000-000000000000',
      );
      if (unknown !== route && !operation.body)
        expect(
          (await stranger(unknown, body)).body.code,
          'the same code as for an unknown id',
        ).toBe(answer.body.code);
    },
  );

  it('is missing from every list', async () => {
    for (const operation of operations.filter(
      (one) => one.route.startsWith('GET ') && !naming.includes(one),
    )) {
      const { text } = await stranger(requestFor(operation).route);
      for (const id of Object.values(ids)) expect(text, operation.route).not.toContain(id);
    }
  });
});

it('the rows of the owner are unchanged', async () => {
  expect(await snapshot()).toEqual(before);
});
