import { describe, expect, it } from 'vitest';
import { operations } from '../../../src/operations/index.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';
import { bare, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { services, clock } = database;
const { as, anonymous } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const send = await as(database);
const { inbox, ok, fail, account } = inboxSteps(send, database);
const own = campaignSteps(send, database);

describe('rate limits', () => {
  const windows = [
    { limit: 3, ms: 60_000 },
    { limit: 5, ms: 3_600_000 },
  ];
  const limited = testApi(services, { inboxWindows: windows });

  it('a workspace over the limit is a 429 with Retry-After until the window moves on', async () => {
    const tenant = await addWorkspace(services.db, clock.now());
    const keys = [await limited.as(tenant), await limited.as(tenant)];
    const other = await limited.as(await addWorkspace(services.db, clock.now()));
    const ask = (n: number, route = 'GET /api/v1/tags') => keys[n % 2]!(route);
    for (const remaining of [2, 1, 0]) {
      expect(await ask(remaining)).toMatchObject({
        status: 200,
        headers: { 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': String(remaining) },
      });
    }
    const refused = await ask(0, 'GET /api/v1/team');
    expect(refused).toMatchObject({
      status: 429,
      body: { error: { code: 'RATE_LIMITED', status: 429, message: expect.any(String) } },
    });
    const reset = Number(refused.headers['x-ratelimit-reset']) * 1000;
    expect(reset - clock.now().getTime()).toBeLessThanOrEqual(61_000);
    expect(Number(refused.headers['retry-after']) * 1000).toBe(reset - clock.now().getTime());
    expect(await other('GET /api/v1/tags')).toMatchObject({ status: 200 });
    clock.advanceTo(new Date(reset));
    expect(await ask(0)).toMatchObject({
      status: 200,
      headers: { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '1' },
    });
    expect(await ask(1)).toMatchObject({ status: 200 });
    expect(await ask(1)).toMatchObject({ status: 429, headers: { 'x-ratelimit-limit': '5' } });
  });

  it('callers without a key are counted by their address', async () => {
    const answers = [];
    for (let n = 0; n < 4; n += 1)
      answers.push((await limited.anonymous('GET /api/v1/tags')).status);
    expect(answers).toEqual([401, 401, 401, 429]);
  });
});

describe('errors', () => {
  it('every error answers a code, a message and its status', async () => {
    const json = { 'content-type': 'application/json' };
    expect(await inbox('POST /tags', '{', json)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', status: 400 } },
    });
    expect(await inbox('POST /tags', 'x', { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
      body: { error: { status: 415 } },
    });
    expect(await inbox('POST /tags', { name: 'x', shade: 'red' })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('shade') } },
    });
    expect(await inbox('PUT /tags', {})).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
    expect(await anonymous('GET /api/v1/nothing')).toMatchObject({ status: 401 });
    expect((await inbox('GET /tags')).headers['content-type']).toContain('application/json');
  });

  it('no route of Inbox is a route of Postrider, and none stands twice', () => {
    const shape = (route: string) => route.replaceAll(/\{\w+\}/g, '{}');
    const ownRoutes = new Set(operations.map((operation) => shape(operation.route)));
    expect(inboxRoutes.filter((route) => ownRoutes.has(shape(route.route)))).toEqual([]);
    expect(operations.filter((operation) => operation.route.includes(' /api/v1'))).toEqual([]);
    expect(new Set(inboxRoutes.map((route) => shape(route.route))).size).toBe(inboxRoutes.length);
  });
});

describe('answers that are plain arrays or objects', () => {
  const readArray = async (route: string) => {
    const { status, text } = await inbox(route);
    expect(status).toBe(200);
    return JSON.parse(text) as Record<string, unknown>[];
  };

  it('/account-links shows the status of each sender', async () => {
    const id = await account();
    const offline = await account({ status: 'credentials_required' });
    const mailbox = await account({ type: 'email', status: 'paused' });
    const links = await readArray('GET /account-links');
    expect(links.find((link) => link.id === bare(id))).toEqual({
      id: bare(id),
      platform: 'twitter',
      platformId: expect.anything(),
      name: null,
      username: expect.anything(),
      image: null,
      createdAt: '2026-03-01T00:00:00.000Z',
      status: 'active',
      syncedAt: null,
    });
    expect(links.find((link) => link.id === bare(offline))).toMatchObject({ status: 'offline' });
    expect(links.find((link) => link.id === bare(mailbox))).toMatchObject({
      platform: 'email',
      status: 'paused',
    });
  });

  it('/members lists the members, and one is read by its id', async () => {
    const [member] = await readArray('GET /members');
    expect(member).toMatchObject({
      id: bare(database.memberId),
      userId: bare(database.memberId),
      role: 'owner',
      email: null,
      image: null,
    });
    expect(await ok(`GET /members/${member!.id}`)).toEqual(member);
    expect(await fail(`GET /members/${bare(services.newId())}`)).toMatchObject({
      status: 404,
      code: 'MEMBER_NOT_FOUND',
    });
  });

  it('/team shows the workspace', async () => {
    expect(await ok('GET /team')).toEqual({
      id: bare(database.workspaceId),
      name: expect.any(String),
      slug: expect.stringMatching(/^[a-z0-9-]+$/),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      currency: null,
      allowSupportAccess: false,
    });
  });

  it.each(['tags', 'statuses'])(
    '/%s are created, changed and deleted, with colours by name or hex',
    async (noun) => {
      const created = await ok(`POST /${noun}`, { name: `Hot ${noun}`, color: 'red' });
      expect(created).toMatchObject({
        id: expect.stringMatching(/^[0-9a-z]+$/),
        name: `Hot ${noun}`,
        color: '#fa5252',
      });
      expect(await fail(`POST /${noun}`, { name: `Hot ${noun}` })).toMatchObject({ status: 409 });
      expect(await ok(`PATCH /${noun}/${created.id}`, { color: '#00FF00' })).toMatchObject({
        name: `Hot ${noun}`,
        color: '#00ff00',
      });
      expect(await readArray(`GET /${noun}`)).toMatchObject([{ id: created.id }]);
      expect(await readArray(`GET /${noun}/colors`)).toContainEqual({
        name: 'red',
        color: '#fa5252',
      });
      expect(await ok(`DELETE /${noun}/${created.id}`)).toEqual({ success: true });
      expect(await readArray(`GET /${noun}`)).toEqual([]);
    },
  );
});

describe('prospects', () => {
  it('are found by lookup or answer null, and take tags and a status', async () => {
    await own.ok('POST /api/leads', { name: 'Jane Doe', xHandle: 'jane' });
    const jane = await ok('GET /prospects/lookup?username=@Jane');
    expect(jane).toMatchObject({
      platform: 'twitter',
      username: 'jane',
      displayName: 'Jane Doe',
      context: { tags: [], statusId: null },
    });
    for (const query of [
      'username=nobody',
      'platformId=12',
      `externalId=${bare(services.newId())}`,
      'externalId=nope',
    ])
      expect((await inbox(`GET /prospects/lookup?${query}`)).text).toBe('null');
    for (const query of ['', '?username=a&platformId=1'])
      expect(await fail(`GET /prospects/lookup${query}`)).toMatchObject({ status: 400 });
    const { id: tag } = await ok('POST /tags', { name: 'Warm' });
    const { id: statusId } = await ok('POST /statuses', { name: 'Lead' });
    const context = await ok(`PATCH /prospects/${jane.id}/context`, { addTags: [tag], statusId });
    expect(context).toMatchObject({ context: { tags: [{ id: tag, name: 'Warm' }], statusId } });
    expect(await ok(`GET /prospects/${jane.id}`)).toEqual(context);
    expect(await ok(`GET /prospects/lookup?externalId=${jane.externalId}`)).toEqual(context);
    expect(
      await ok(`PATCH /prospects/${jane.id}/context`, { removeTags: [tag], statusId: null }),
    ).toMatchObject({
      context: { tags: [], statusId: null },
    });
    expect(await fail(`GET /prospects/${bare(services.newId())}`)).toMatchObject({
      status: 404,
      code: 'PROSPECT_NOT_FOUND',
    });
  });
});

describe('query notation', () => {
  it.each([
    ['ids=1&ids=2', 400],
    ['limit[]=3', 200],
    ['limit[0]=3', 200],
    ['limit=3&limit=3', 400],
    ['cursor[id]=1', 400],
    ['cursor[=1', 400],
    [']=1', 400],
  ])('GET /campaigns/v2?%s answers %i', async (query, status) => {
    const answer = await inbox(`GET /campaigns/v2?${query}`);
    expect(answer.status, answer.text).toBe(status);
  });
});
