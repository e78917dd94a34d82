import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../../src/config.ts';
import { removeMemberRow } from '../../../src/db/accounts/members.ts';
import { dayMs } from '../../../src/domain/time.ts';
import { issueKey } from '../../../src/engine/accounts/keys.ts';
import { issueLink } from '../../../src/engine/accounts/links.ts';
import type { Operation } from '../../../src/operation.ts';
import { testApi } from '../../fixtures/api.ts';
import {
  addPerson,
  createBrowser,
  goodPassword,
  signedIn,
} from '../../fixtures/browser/browser.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';
import { echo } from '../../fixtures/echo-operations.ts';

const database = await testDatabase();
const { services, db, clock, workspaceId } = database;
const api = testApi(services);
const other = await addWorkspace(db, clock.now());

it('the first account signs in by the welcome link, and nobody else by it', async () => {
  const { token } = await issueLink(db, { kind: 'welcome', at: clock.now() });
  const { token: second } = await issueLink(db, { kind: 'welcome', at: clock.now() });
  const browser = createBrowser(api);
  expect(await browser.send('POST /api/links/show', { token })).toMatchObject({
    status: 200,
    body: { link: { kind: 'welcome', email: null, has_account: false } },
  });
  const answer = await browser.send('POST /api/links/accept', {
    token,
    email: ' Ann@Acme.Example ',
    name: 'Ann',
    password: goodPassword,
  });
  expect(answer).toMatchObject({
    status: 201,
    body: {
      session: {
        person: { email: 'ann@acme.example', name: 'Ann' },
        member_id: database.memberId,
        role: 'admin',
        workspace: { id: workspaceId },
      },
    },
  });
  const cookie = String(answer.headers['set-cookie']);
  expect(cookie).toMatch(
    /^postrider_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
  );
  expect((await browser.send('GET /api/session')).body).toEqual(answer.body);
  for (const used of [token, second])
    expect(
      await createBrowser(api).send('POST /api/links/accept', {
        token: used,
        email: 'mallory@acme.example',
        name: 'Mallory',
        password: goodPassword,
      }),
    ).toMatchObject({ status: 404, body: { code: 'link.not_found' } });
});

it('somebody signs in, acts in the workspace of the header, and signs out', async () => {
  await addPerson(services, 'bob@acme.example', [
    { workspaceId, role: 'viewer' },
    { workspaceId: other.workspaceId, role: 'admin' },
  ]);
  const { send, cookie } = await signedIn(api, 'bob@acme.example');
  const here = { 'postrider-workspace': other.workspaceId };
  expect(await send('GET /api/session')).toMatchObject({
    body: { session: { role: 'viewer', scopes: ['read'], workspace: { id: workspaceId } } },
  });
  expect(await send('GET /api/session', undefined, here)).toMatchObject({
    body: { session: { role: 'admin', workspace: { id: other.workspaceId } } },
  });
  expect((await send('POST /api/tags', { name: 'VIP' })).status).toBe(403);
  expect((await send('POST /api/tags', { name: 'VIP' }, here)).status).toBe(201);
  const foreign = await addWorkspace(db, clock.now());
  for (const named of [foreign.workspaceId, 'x', services.newId()])
    expect(
      await send('GET /api/session', undefined, { 'postrider-workspace': named }),
    ).toMatchObject({ status: 404, body: { code: 'workspace.not_found' } });
  const { text } = await issueKey(db, {
    ...database,
    name: 'x',
    scopes: ['read'],
    at: clock.now(),
  });
  const bearer = { authorization: `Bearer ${text}` };
  expect((await api.anonymous('GET /api/tags', undefined, bearer)).status).toBe(200);
  expect((await api.anonymous('GET /api/tags', undefined, { ...bearer, ...here })).body.code).toBe(
    'workspace.not_found',
  );
  const { id } = (await send('GET /api/session')).body.session as { id: string };
  const stolen = cookie();
  expect((await send(`DELETE /api/sessions/${id}`)).status).toBe(200);
  expect(cookie()).toBe('postrider_session=');
  expect(await send('GET /api/session', undefined, { cookie: stolen })).toMatchObject({
    status: 401,
    body: { code: 'auth.session_over' },
  });
});

describe('the sessions of a person', () => {
  const agents = { 'user-agent': `Firefox ${'x'.repeat(500)}` };

  it('are listed without what they are found by, and ended one by one or all others', async () => {
    await addPerson(services, 'cy@acme.example', [{ workspaceId, role: 'viewer' }]);
    const [one, two, three] = [
      await signedIn(api, 'cy@acme.example'),
      await signedIn(api, 'cy@acme.example'),
      createBrowser(api),
    ];
    await three.send(
      'POST /api/sessions',
      { email: 'cy@acme.example', password: goodPassword },
      agents,
    );
    const { body, text } = await one.send('GET /api/sessions');
    const sessions = body.sessions as { id: string; current: boolean; user_agent: string }[];
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(sessions).toContainEqual(
      expect.objectContaining({ user_agent: agents['user-agent'].slice(0, 200) }),
    );
    expect(sessions[0]).toMatchObject({ network: '127.0.0.*' });
    for (const { cookie } of [one, two, three]) expect(text).not.toContain(cookie().split('=')[1]);
    expect((await one.send('DELETE /api/sessions')).body).toEqual({ ended: 2 });
    for (const ended of [two, three])
      expect((await ended.send('GET /api/session')).status).toBe(401);
    expect((await one.send('GET /api/session')).status).toBe(200);
  });

  it('of another person are not there', async () => {
    const people = ['dan@acme.example', 'eve@acme.example'];
    for (const email of people) await addPerson(services, email, [{ workspaceId, role: 'admin' }]);
    const [dan, eve] = [await signedIn(api, people[0]!), await signedIn(api, people[1]!)];
    const { id } = (await eve.send('GET /api/session')).body.session as { id: string };
    expect(await dan.send(`DELETE /api/sessions/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'session.not_found' },
    });
    expect((await dan.send('GET /api/sessions')).text).not.toContain(id);
    expect((await eve.send('GET /api/session')).status).toBe(200);
  });

  it('end 30 days after the last use', async () => {
    await addPerson(services, 'fay@acme.example', [{ workspaceId, role: 'viewer' }]);
    const { send } = await signedIn(api, 'fay@acme.example');
    for (const days of [29, 29]) {
      clock.advanceMs(days * dayMs);
      expect((await send('GET /api/session')).status).toBe(200);
    }
    clock.advanceMs(30 * dayMs);
    expect(await send('GET /api/session')).toMatchObject({
      status: 401,
      body: { code: 'auth.session_over' },
    });
  });

  it('are never those that a visitor brings along', async () => {
    await addPerson(services, 'gus@acme.example', [{ workspaceId, role: 'viewer' }]);
    const planted = 'A'.repeat(43);
    const victim = createBrowser(api);
    const answer = await victim.send(
      'POST /api/sessions',
      { email: 'gus@acme.example', password: goodPassword },
      { cookie: `postrider_session=${planted}` },
    );
    expect(answer.status).toBe(201);
    expect(victim.cookie()).not.toContain(planted);
    for (const cookie of [`postrider_session=${planted}`, 'postrider_session=', 'other=1'])
      expect((await api.anonymous('GET /api/session', undefined, { cookie })).status).toBe(401);
  });
});

it('a new password needs the present one, and ends the other sessions', async () => {
  await addPerson(services, 'hal@acme.example', [{ workspaceId, role: 'viewer' }]);
  const [one, two] = [
    await signedIn(api, 'hal@acme.example'),
    await signedIn(api, 'hal@acme.example'),
  ];
  const password = 'a new one, quite long';
  for (const [body, code] of [
    [{ password }, 'request.invalid'],
    [{ password, present_password: 'wrong' }, 'auth.refused'],
    [{ password: 'short', present_password: goodPassword }, 'request.invalid'],
  ] as const)
    expect((await one.send('PATCH /api/session', body)).body.code).toBe(code);
  expect(
    await one.send('PATCH /api/session', {
      name: 'Hal B.',
      password,
      present_password: goodPassword,
    }),
  ).toMatchObject({ status: 200, body: { session: { person: { name: 'Hal B.' } } } });
  expect((await two.send('GET /api/session')).status).toBe(401);
  expect((await one.send('GET /api/members')).text).toContain('Hal B.');
  expect((await two.signIn('hal@acme.example')).status).toBe(401);
  expect((await two.signIn('hal@acme.example', password)).status).toBe(201);
});

describe('a long answer', () => {
  let begun = Promise.withResolvers<void>();
  let pages = 0;
  const input = z.object({ cursor: z.int().optional(), limit: z.int().optional() });
  const operation: Operation = {
    ...echo,
    route: 'GET /api/endless',
    input,
    async run() {
      begun.resolve();
      return { items: [{ n: 1 }], next: ++pages };
    },
    follow: { look: async () => 'same', isOver: () => false, progress: () => '' },
    list: { items: 'items', cursor: 'cursor', next: 'next', limit: 1 },
  };
  const long = testApi(services, { operations: [operation], follow: { everyMs: 5 } });

  it.each([
    ['stream', 'text/event-stream', 'its session'],
    ['stream', 'text/event-stream', 'the membership'],
    ['table', 'text/csv', 'its session'],
  ])('a %s ends (%s) when %s does', async (_kind, accept, ended) => {
    begun = Promise.withResolvers();
    const email = `${services.newId()}@acme.example`;
    const person = await addPerson(services, email, [
      { workspaceId, role: 'viewer' },
      { workspaceId: other.workspaceId, role: 'viewer' },
    ]);
    const { cookie, send } = await signedIn(api, email);
    const answer = long.app.inject({ url: '/api/endless', headers: { cookie: cookie(), accept } });
    // The table is cut off, which is a failure for a client.
    const over = answer.then(
      () => 'over',
      () => 'over',
    );
    await begun.promise;
    if (ended === 'its session') {
      const { id } = (await send('GET /api/session')).body.session as { id: string };
      await send(`DELETE /api/sessions/${id}`);
    } else
      await removeMemberRow(db, { workspaceId, memberId: person.memberIds[0]!, at: clock.now() });
    expect(await over).toBe('over');
  });
});

it.each([
  ['https://outreach.example', '__Host-postrider_session', '/'],
  ['https://example.com/postrider', '__Secure-postrider_session', '/postrider'],
])('at %s the cookie goes over https only', async (publicUrl, name, path) => {
  const config = readConfig({ POSTRIDER_PUBLIC_URL: publicUrl });
  const secure = testApi({ ...services, config: { ...services.config, ...config } });
  const email = `${services.newId()}@acme.example`;
  await addPerson(services, email, [{ workspaceId, role: 'viewer' }]);
  const { headers } = await createBrowser(secure).signIn(email);
  const [pair = '', ...attributes] = String(headers['set-cookie']).split('; ');
  const [named, token] = pair.split('=');
  expect(named).toBe(name);
  expect(attributes).toEqual([
    `Path=${path}`,
    expect.stringMatching(/^Max-Age=\d+$/),
    'HttpOnly',
    'SameSite=Lax',
    'Secure',
  ]);
  const plain = { cookie: `postrider_session=${token}` };
  expect((await secure.anonymous('GET /api/session', undefined, plain)).status).toBe(401);
});

it('an Idempotency-Key of nobody is ignored with a warning, and kept nowhere', async () => {
  await addPerson(services, 'ida@acme.example', [{ workspaceId, role: 'viewer' }]);
  const body = { email: 'ida@acme.example', password: goodPassword };
  const key = { 'idempotency-key': 'again' };
  const ask = (more = {}) =>
    createBrowser(api).send('POST /api/sessions', body, { ...key, ...more });
  const [one, two] = [await ask(), await ask()];
  expect(one.body.warnings).toMatchObject([{ pointer: '/idempotency-key' }]);
  expect(two.headers['set-cookie']).not.toBe(one.headers['set-cookie']);
  expect((await ask({ prefer: 'handling=strict' })).status).toBe(400);
});
