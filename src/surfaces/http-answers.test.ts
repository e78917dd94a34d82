import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { testApi } from '../../test/fixtures/api.ts';
import { testDatabase } from '../../test/fixtures/database.ts';
import { operations } from '../operations/index.ts';
import { apiDialect } from './openapi/dialect.ts';
import { problemType } from './problem.ts';

const database = await testDatabase();
const { services } = database;
const { app, as, anonymous } = testApi(services);
const send = await as(database);

it.each([
  ['application/json', 'application/json'],
  ['application/json; q=0.9, text/html', 'application/json'],
  ['application/json, application/problem+json', 'application/problem+json'],
  ['application/json, */*;q=0.1', 'application/problem+json'],
  ['application/*', 'application/problem+json'],
  ['text/html', 'application/problem+json'],
  [undefined, 'application/problem+json'],
])('an error for a caller that accepts %s is %s', async (accept, type) => {
  expect(problemType(accept)).toBe(type);
  if (accept === undefined) return;
  const answer = await anonymous('GET /api/settings', undefined, { accept });
  expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
  expect(answer.body).toMatchObject({ code: 'auth.required', status: 401 });
});

/** Sends all of a body before it reads, as many clients do. Returns the answer's head. */
async function sendFirst(head: string, bytes: number): Promise<string> {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  const failed = new Promise<never>((_resolve, reject) => socket.once('error', reject));
  const whole = async () => {
    socket.write(`${head}\r\n\r\n`);
    const piece = Buffer.alloc(1024 * 1024, 'x');
    for (let left = bytes; left > 0; left -= piece.length) {
      const part = piece.subarray(0, Math.min(left, piece.length));
      await new Promise((resolve) => socket.write(part, resolve));
    }
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return String(answer).split('\r\n')[0]!;
  };
  return Promise.race([whole(), failed]);
}

it.each([
  ['POST /api/campaigns', 5],
  ['POST /api/campaigns/019ae6a0-0000-7000-8000-000000000000/leads', 20],
  ['POST /api/v1/campaigns/v2', 5],
])(
  'a client that sends all of a body that is too large to %s first reads the 413',
  async (route, mb) => {
    const key = await as(database);
    expect((await key('GET /api/settings')).status).toBe(200);
    const { text } = await issue();
    const bytes = mb * 1024 * 1024;
    const head = [
      `${route} HTTP/1.1`,
      'host: localhost',
      `authorization: Bearer ${text}`,
      'content-type: application/json',
      `content-length: ${bytes}`,
    ].join('\r\n');
    expect(await sendFirst(head, bytes)).toMatch(/^HTTP\/1\.1 413 /);
  },
);

async function issue() {
  const { issueKey } = await import('../engine/accounts/keys.ts');
  const { workspaceId, memberId, clock } = database;
  return issueKey(services.db, {
    workspaceId,
    memberId,
    name: 'test',
    scopes: ['admin'],
    at: clock.now(),
  });
}

it('a thousand people with long texts fit into one call', async () => {
  const { id } = (await send('POST /api/campaigns', { type: 'email', name: 'Long' })).body
    .campaign as { id: string };
  const prospects = Array.from({ length: 1000 }, (_none, n) => ({
    email: `p${n}@people.test`,
    custom_fields: { text: 'x'.repeat(10_000) },
  }));
  expect((await send(`POST /api/campaigns/${id}/leads`, { prospects })).body).toMatchObject({
    imported: 1000,
  });
});

it('parameters of a query that begin with _ are ignored, mistyped ones are not', async () => {
  expect((await send('GET /api/campaigns?_=1712&_cache=no')).status).toBe(200);
  expect((await send('GET /api/v1/campaigns/v2?_=1712')).status).toBe(200);
  expect((await send('GET /api/campaigns?lmit=5')).status).toBe(400);
});

it.each(['0', '-5', '100000'])('a page of %s is as large as a page can be', async (limit) => {
  for (const { route } of operations.filter(({ input }) => 'limit' in input.shape)) {
    const [method, path = ''] = route.split(' ');
    if (method !== 'GET' || path.includes('{')) continue;
    const query = route === 'GET /api/people' ? `q=ann&limit=${limit}` : `limit=${limit}`;
    expect([route, (await send(`${route}?${query}`)).status]).toEqual([route, 200]);
  }
});

it.each([
  'GET /api/email/accounts/warmup-analytics',
  'PATCH /api/email/accounts/019ae6a0-0000-7000-8000-000000000000/retry-warmup',
  'GET /api/credits/config',
  'POST /api/credits/preview',
  'GET /api/onboarding/status',
  'GET /api/signals',
  'PATCH /api/signals/settings',
  'GET /api/enrichments',
  'POST /api/enrichment',
  'GET /api/enrichment/12/items',
  'POST /api/leads/search',
  'GET /api/leads/search/results?taskId=1',
  'POST /api/unipile/search',
])('%s is another business, and the answer says so', async (route) => {
  expect(await send(route)).toMatchObject({
    status: 501,
    body: {
      code: 'route.not_offered',
      detail: expect.stringMatching(/^Postrider does not have /),
      hint: expect.stringContaining('docs/api.md'),
    },
  });
});

it('operations that the pages of Puffle name carry that name', () => {
  const named = operations.flatMap((one) => apiDialect.more(one)['x-puffle-operation'] ?? []);
  expect(named.toSorted()).toEqual([
    'addLeadsToCampaign',
    'getCampaign',
    'importLeadsFromListToCampaign',
    'launchCampaign',
    'updateCampaign',
  ]);
});
