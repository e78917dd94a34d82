import { expect, it } from 'vitest';
import type { Operation } from '../../../src/operation.ts';
import { operations } from '../../../src/operations/index.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { describeMembers, splitRoute } from '../../../src/surfaces/members.ts';
import { makeEverything, urlIn } from '../../factories/everything.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

// Requests that are malformed in their names, encodings, media types, nesting or sizes.
const env = {
  POSTRIDER_AI_PROVIDER: 'openai-compatible',
  POSTRIDER_AI_API_KEY: 'unused',
  POSTRIDER_AI_MODEL: 'unused',
};
const database = await testDatabase({ channels: [idleChannel('email'), idleChannel('x')], env });
const unlimited = [{ limit: 1_000_000, ms: 60_000 }];
const { as, anonymous } = testApi(database.services, {
  perMinute: 1_000_000,
  inboxWindows: unlimited,
});
const send = await as(database);
const ids = await makeEverything(send, database, database.db);

const prototypeNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'toJSON'];
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const json = { 'content-type': 'application/json' };

async function ask(
  operation: Operation,
  tail: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
) {
  const route = `${splitRoute(operation).method} ${urlIn(ids, operation)}${tail}`;
  const answer = await send(route, body, headers);
  const request = `${route.slice(0, 300)} ${String(body ?? '').slice(0, 200)}`;
  const exchange = `${request} -> ${answer.text.slice(0, 300)}`;
  expect(answer.status, exchange).toBeLessThan(500);
  const shape = route.includes(' /api/v1/')
    ? { error: { code: expect.any(String) } }
    : { code: expect.any(String), errors: expect.any(Array) };
  if (answer.status >= 400) expect(answer.body, exchange).toMatchObject(shape);
  return { ...answer, exchange };
}

const all = [...operations, ...inboxRoutes].map(
  (operation) => [operation.route, operation] as const,
);
const writes = all.filter(([route, { body }]) => !route.startsWith('GET ') && !body);

it.each(all)(
  '%s treats names of the object prototype as unknown fields',
  async (route, operation) => {
    const asBody = !route.startsWith('GET ') && !operation.body;
    for (const name of prototypeNames) {
      // In a query, names that begin with "_" are those of caches and trackers, and ignored.
      const queries = name.startsWith('_') ? [] : [`?${name}=1`, `?${name}=1&${name}=2`];
      const answers = [];
      for (const query of queries) answers.push(await ask(operation, query));
      if (asBody) answers.push(await ask(operation, '', `{"${name}":1}`, json));
      for (const { status, exchange, text } of answers) {
        // A warning names the unknown fields that Puffle tolerates.
        if (status >= 400 || operation.body) expect(status, exchange).toBeGreaterThanOrEqual(400);
        else expect(text, exchange).toContain(`"${name}`);
      }
    }
  },
);

it.each(all)('%s survives hostile JSON and encodings in a query', async (route, operation) => {
  const deep = encodeURIComponent(`${'{"a":'.repeat(2500)}1${'}'.repeat(2500)}`);
  const values = [
    deep,
    encodeURIComponent(nested(5000)),
    encodeURIComponent('{"__proto__":{"a":1}}'),
    encodeURIComponent('["\\u0000"]'),
  ];
  const others = [
    '9'.repeat(400),
    '-9223372036854775808',
    '1e999',
    'NaN',
    '',
    '%20',
    ',,,',
    '[',
    '%F0%9F%98%80',
  ];
  for (const member of describeMembers(operation).filter((one) => one.in !== 'path'))
    for (const value of [...values, ...others]) {
      await ask(operation, `?${member.name}=${value}`);
      if (!route.startsWith('GET ') && value === deep)
        await ask(operation, `?${member.name}=${value}`, undefined, {
          'idempotency-key': `${member.name} ${database.services.newId()}`,
        });
    }
  for (const tail of [
    '?%ff=1',
    '?x=%ff',
    '?x=%00',
    '?x=%ED%A0%80',
    '?=1',
    '?&&&',
    `?${'a=1&'.repeat(3000)}`,
  ])
    await ask(operation, tail);
});

it.each(writes)('%s refuses a body that is not a JSON object', async (_route, operation) => {
  for (const body of ['[]', 'null', '1', '"x"', '{', '{"a":1,"a":2}', '{"a":NaN}']) {
    const { status, exchange } = await ask(operation, '', body, json);
    expect(status, exchange).toBe(400);
  }
  expect(
    (await ask(operation, '', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), json))
      .status,
  ).toBe(400);
  for (const type of [
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    '///',
    ...(operation.page ? [] : ['multipart/form-data']),
  ])
    expect((await ask(operation, '', '{}', { 'content-type': type })).status, type).toBe(415);
});

it.each(writes)('%s answers a huge value within three seconds', async (_route, operation) => {
  const values = [
    nested(60),
    `[${'0,'.repeat(50_000)}0]`,
    `{${Array.from({ length: 10_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
    `"${'%a|'.repeat(30_000)}"`,
    `"${'%pick%'.repeat(15_000)}"`,
    `"${'a@'.repeat(45_000)}"`,
  ];
  for (const { name } of describeMembers(operation).filter((member) => member.in === 'body'))
    for (const value of values) {
      const startedAt = performance.now();
      await ask(operation, '', `{"${name}":${value}}`, json);
      expect(performance.now() - startedAt, `${name} ${value.slice(0, 30)}`).toBeLessThan(3_000);
    }
});

it('a person has no fields of the object prototype', async () => {
  const fields = prototypeNames.slice(1).map((name) => `"${name}":"x"`);
  const body = `{"prospects":[{"email":"proto@people.test",${fields}}]}`;
  const answer = await send(`POST /api/campaigns/${ids.campaign}/leads`, body, json);
  expect(answer.status).toBeLessThan(300);
  for (const name of prototypeNames.slice(1))
    expect(answer.text).toContain(`There is no field \\"${name}\\" of a person`);
});

it('a simulated mailbox can be changed and checked but gets no connection', async () => {
  const { key } = (await send('POST /api/workspaces', { name: 'Sandbox' })).body;
  const inSandbox = (route: string, body?: unknown) =>
    anonymous(route, body, { authorization: `Bearer ${String(key)}` });
  const made = await inSandbox('POST /api/senders/sandbox', {
    type: 'email',
    email_address: 'sam@sender.test',
  });
  const { id } = made.body.account as { id: string };
  const changed = await inSandbox(`PATCH /api/email/accounts/${id}`, {
    display_name: 'Sam',
    status: 'paused',
  });
  expect(changed).toMatchObject({
    status: 200,
    body: { account: { display_name: 'Sam', status: 'paused' } },
  });
  for (const connection of [
    { smtp: { host: '127.0.0.1', port: 25, tls: 'none' } },
    { password: 'x' },
    { sent_copy: 'none' },
  ])
    expect(await inSandbox(`PATCH /api/email/accounts/${id}`, connection)).toMatchObject({
      status: 400,
      body: { code: 'workspace.sandbox' },
    });
  expect(await inSandbox(`POST /api/email/accounts/${id}/check`)).toMatchObject({
    status: 200,
    body: { ok: true },
  });
});
