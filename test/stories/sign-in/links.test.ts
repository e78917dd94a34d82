import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, expect, it, vi } from 'vitest';
import { issueKey } from '../../../src/engine/accounts/keys.ts';
import { issueLink } from '../../../src/engine/accounts/links.ts';
import { welcomeLink } from '../../../src/engine/first-boot.ts';
import { link } from '../../../src/surfaces/commands/link.ts';
import { testApi } from '../../fixtures/api.ts';
import {
  addPerson,
  createBrowser,
  goodPassword,
  signedIn,
} from '../../fixtures/browser/browser.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase();
const { services, db, clock, workspaceId } = database;
const api = testApi(services);
const other = await addWorkspace(db, clock.now());
const hourMs = 3_600_000;
/** A server on which nobody has an account. */
const empty = await testDatabase();
const dataDir = mkdtempSync('/tmp/postrider-link-');
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const ann = await addPerson(services, 'ann@acme.example', [{ workspaceId, role: 'admin' }]);
const { send } = await signedIn(api, ann.email);

async function make(body: Record<string, unknown>) {
  const answer = await send('POST /api/links', body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body.link as { id: string; token: string; url: string };
}
const accept = (body: Record<string, unknown>) =>
  createBrowser(api).send('POST /api/links/accept', { password: goodPassword, ...body });
const gone = { status: 404, body: { code: 'link.not_found' } };

it('an invitation makes a member once, with an account of its own', async () => {
  const { token, url } = await make({ email: 'Bob@Acme.Example', role: 'viewer' });
  expect(url).toMatch(new RegExp(`/#invite=${token}$`));
  expect((await send('GET /api/links')).text).not.toContain(token);
  expect((await createBrowser(api).send('POST /api/links/show', { token })).body).toMatchObject({
    link: { kind: 'invite', email: 'bob@acme.example', role: 'viewer', made_by: 'ann' },
  });
  for (const [body, pointer] of [
    [{ password: 'short' }, '/password'],
    [{}, '/name'],
    [{ name: 'Bob', password: 'x'.repeat(1025) }, '/password'],
    [{ name: 'Bob\nEve' }, '/name'],
  ] as const) {
    const named = pointer === '/password' ? { name: 'Bob' } : {};
    const refused = await accept({ token, ...named, ...body });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    expect(refused.text).not.toContain('short');
  }
  const all = await Promise.all([1, 2, 3].map((n) => accept({ token, name: `Bob ${n}` })));
  expect(all.map(({ status }) => status).toSorted()).toEqual([201, 404, 404]);
  expect(await accept({ token, name: 'Bob' })).toMatchObject(gone);
  expect(await send('POST /api/links', { email: 'bob@acme.example' })).toMatchObject({
    status: 409,
    body: { code: 'member.exists' },
  });
  const { members } = (await send('GET /api/members')).body as { members: object[] };
  expect(members).toContainEqual(
    expect.objectContaining({ email: 'bob@acme.example', role: 'viewer' }),
  );
});

it('an invitation takes over no account: who has one proves it', async () => {
  const cy = await addPerson(services, 'cy@other.example', [
    { workspaceId: other.workspaceId, role: 'admin' },
  ]);
  const { token } = await make({ email: cy.email, role: 'operator' });
  expect(await accept({ token, name: 'Mallory', password: 'mallory was here' })).toMatchObject({
    status: 401,
    body: { code: 'auth.refused' },
  });
  const joined = await accept({ token });
  expect(joined.body.session).toMatchObject({
    person: { id: cy.id, name: 'cy' },
    role: 'operator',
    workspace: { id: workspaceId },
  });
});

it('a link is over in time, after the next one, and when it was withdrawn', async () => {
  const invite = { email: 'dan@acme.example' };
  const first = await make(invite);
  const second = await make(invite);
  expect(await accept({ token: first.token, name: 'Dan' })).toMatchObject(gone);
  expect((await send('GET /api/links')).body.links).toMatchObject([{ id: second.id }]);
  expect((await send(`DELETE /api/links/${second.id}`)).status).toBe(200);
  expect(await accept({ token: second.token, name: 'Dan' })).toMatchObject(gone);
  const third = await make(invite);
  const reset = await make({ kind: 'reset', email: ann.email });
  const welcome = await issueLink(db, { kind: 'welcome', at: clock.now() });
  const show = (token: string) => createBrowser(api).send('POST /api/links/show', { token });
  clock.advanceMs(24 * hourMs);
  expect(await show(reset.token)).toMatchObject(gone);
  expect(await show(welcome.token)).toMatchObject(gone);
  clock.advanceMs(6 * 24 * hourMs - 1);
  expect((await show(third.token)).status).toBe(200);
  clock.advanceMs(1);
  expect(await accept({ token: third.token, name: 'Dan' })).toMatchObject(gone);
  expect(await accept({ token: 'x', name: 'Dan' })).toMatchObject(gone);
});

it('links of somebody who is no admin any more are worth nothing', async () => {
  const eve = await addPerson(services, 'eve@acme.example', [{ workspaceId, role: 'admin' }]);
  const hers = await signedIn(api, eve.email);
  const links = await Promise.all(
    ['backdoor', 'second'].map(async (name) => {
      const { body } = await hers.send('POST /api/links', {
        email: `${name}@acme.example`,
        role: 'admin',
      });
      return body.link as { token: string };
    }),
  );
  const member = `/api/members/${eve.memberIds[0]}`;
  await send(`PATCH ${member}`, { role: 'editor' });
  expect(await accept({ token: links[0]!.token, name: 'x' })).toMatchObject(gone);
  await send(`PATCH ${member}`, { role: 'admin' });
  await send(`DELETE ${member}`);
  expect(await accept({ token: links[1]!.token, name: 'x' })).toMatchObject(gone);
});

it('a reset ends all sessions and sets a new password', async () => {
  const fay = await addPerson(services, 'fay@acme.example', [{ workspaceId, role: 'viewer' }]);
  const hers = await signedIn(api, fay.email);
  const { token } = await make({ kind: 'reset', email: fay.email });
  const password = 'a new one, quite long';
  expect(await accept({ token, password })).toMatchObject({
    status: 201,
    body: { session: { person: { email: fay.email }, role: 'viewer' } },
  });
  expect((await hers.send('GET /api/session')).status).toBe(401);
  expect((await hers.signIn(fay.email)).status).toBe(401);
  expect((await hers.signIn(fay.email, password)).status).toBe(201);
  expect(await accept({ token, password })).toMatchObject(gone);
});

it('no admin resets a password that opens a workspace of others', async () => {
  const gus = await addPerson(services, 'gus@acme.example', [
    { workspaceId, role: 'viewer' },
    { workspaceId: other.workspaceId, role: 'admin' },
  ]);
  const reset = { kind: 'reset', email: gus.email };
  const refused = { status: 403, body: { code: 'member.elsewhere' } };
  expect(await send('POST /api/links', reset)).toMatchObject(refused);
  const { text } = await issueKey(db, {
    ...database,
    name: 'test',
    scopes: ['admin'],
    at: clock.now(),
  });
  const bearer = { authorization: `Bearer ${text}` };
  expect(await api.anonymous('POST /api/links', reset, bearer)).toMatchObject(refused);
  const stranger = { kind: 'reset', email: 'hal@other.example' };
  await addPerson(services, stranger.email, [{ ...other, role: 'viewer' }]);
  const foreign = await send('POST /api/links', stranger);
  const unknown = await send('POST /api/links', { ...stranger, email: 'nobody@other.example' });
  expect(foreign).toMatchObject({ status: 404, body: { code: 'member.not_found' } });
  const { request_id: _one, ...said } = foreign.body;
  const { request_id: _other, ...ofUnknown } = unknown.body;
  expect(said).toEqual(ofUnknown);
  // An admin of both may.
  await addPerson(services, 'ida@acme.example', [
    { workspaceId, role: 'admin' },
    { workspaceId: other.workspaceId, role: 'admin' },
  ]);
  const ida = await signedIn(api, 'ida@acme.example');
  expect((await ida.send('POST /api/links', reset)).status).toBe(201);
});

it("on the server's machine a link is made for anybody who has an account", async () => {
  const env = { DATABASE_URL: database.url, POSTRIDER_DATA_DIR: dataDir, POSTRIDER_PORT: '4321' };
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const spies = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')];
  for (const spy of spies) spy.mockImplementation(say);
  const run = async (...argv: string[]) => [await link(argv, env), said.splice(0).join('\n')];
  expect(await run()).toEqual([2, expect.stringContaining(ann.email)]);
  expect(await run('--email', 'nobody@acme.example')).toEqual([2, expect.any(String)]);
  expect(await run('--mail', ann.email)).toEqual([2, expect.stringContaining('Usage')]);
  expect(await run('--help')).toEqual([0, expect.stringContaining('postrider link create')]);
  const [code, url] = await run('--email', ann.email.toUpperCase());
  for (const spy of spies) spy.mockRestore();
  const [, token = ''] = /^http:\/\/127\.0\.0\.1:4321\/#reset=([\w-]{43})$/.exec(String(url)) ?? [];
  expect(code).toBe(0);
  expect((await accept({ token })).body).toMatchObject({
    session: { person: { email: ann.email } },
  });
  const welcome = await welcomeLink(empty.db, empty.services.config, clock.now());
  expect(welcome).toContain('/#welcome=');
});
