import { expect, it } from 'vitest';
import { issueLink } from '../../../src/engine/accounts/links.ts';
import { testApi } from '../../fixtures/api.ts';
import { addPerson, createBrowser, goodPassword, signedIn } from '../../fixtures/browser.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

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
  const { id } = (await send('GET /api/session')).body.session as { id: string };
  const stolen = cookie();
  expect((await send(`DELETE /api/sessions/${id}`)).status).toBe(200);
  expect(cookie()).toBe('postrider_session=');
  expect(await send('GET /api/session', undefined, { cookie: stolen })).toMatchObject({
    status: 401,
    body: { code: 'auth.session_over' },
  });
});
