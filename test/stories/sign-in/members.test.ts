import { describe, expect, it } from 'vitest';
import { type Role, roleScopes } from '../../../src/operation.ts';
import { operations } from '../../../src/operations/index.ts';
import { splitRoute } from '../../../src/surfaces/members.ts';
import { testApi } from '../../fixtures/api.ts';
import { addPerson, goodPassword, signedIn } from '../../fixtures/browser/browser.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase();
const { services, db, clock, workspaceId } = database;
const api = testApi(services);
const other = await addWorkspace(db, clock.now());

const ann = await addPerson(services, 'ann@acme.example', [{ workspaceId, role: 'admin' }]);
const annAt = await signedIn(api, ann.email);

/** Somebody new with a role, signed in. */
async function join(email: string, role: Role, more: readonly string[] = []) {
  const all = [workspaceId, ...more].map((id) => ({ workspaceId: id, role }));
  const person = await addPerson(services, email, all);
  return { ...person, memberId: person.memberIds[0]!, at: await signedIn(api, email) };
}

/** A file, because an upload is asked about its scope once its form was read. */
const form = [
  '--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nemail\r\n--b--\r\n',
  { 'content-type': 'multipart/form-data; boundary=b' },
] as const;

describe('a role', () => {
  it.each(['viewer', 'editor', 'operator'] as const)(
    '%s is refused every operation beyond its scopes, and no other',
    async (role) => {
      const { at } = await join(`${role}@acme.example`, role);
      const refused: string[] = [];
      const beyond = operations.filter(
        ({ scope }) => scope !== 'open' && scope !== 'self' && !roleScopes[role].includes(scope),
      );
      for (const operation of beyond) {
        const { method, path } = splitRoute(operation);
        const url = path.replaceAll(/\{\w+\}/g, services.newId());
        const file = operation.body === 'upload' ? form : [];
        const answer = await at.send(`${method} ${url}`, ...file);
        if (answer.body.code === 'auth.scope' && answer.status === 403)
          refused.push(operation.name);
      }
      expect(beyond.length).toBeGreaterThan(10);
      expect(refused).toEqual(beyond.map(({ name }) => name));
      const allowed = { viewer: 200, editor: 201, operator: 201 }[role];
      const [route, body] =
        role === 'viewer' ? ['GET /api/tags'] : ['POST /api/tags', { name: role }];
      expect((await at.send(route!, body)).status).toBe(allowed);
    },
  );

  it('may do what a key of its scopes may, and says in its refusals which role could', async () => {
    const { at } = await join('vic@acme.example', 'viewer');
    expect((await at.send('POST /api/tags', { name: 'x' })).body.detail).toBe(
      'This needs the role editor; yours is viewer.',
    );
  });

  it('holds from the next call on, and bounds the keys of the member', async () => {
    const bea = await join('bea@acme.example', 'admin');
    const { body } = await bea.at.send('POST /api/keys', { name: 'ci', scopes: ['admin'] });
    const bearer = { authorization: `Bearer ${(body.key as { key: string }).key}` };
    const byKey = (route: string, given?: object) => api.anonymous(route, given, bearer);
    expect((await byKey('GET /api/keys')).status).toBe(200);
    expect(
      await annAt.send(`PATCH /api/members/${bea.memberId}`, { role: 'viewer' }),
    ).toMatchObject({ status: 200, body: { member: { role: 'viewer', email: bea.email } } });
    expect((await bea.at.send('GET /api/keys')).status).toBe(403);
    await expect.poll(async () => (await byKey('GET /api/keys')).status).toBe(403);
    expect((await byKey('GET /api/tags')).status).toBe(200);
  });
});

it('the last admin who can sign in is neither demoted nor removed', async () => {
  const member = `/api/members/${ann.memberIds[0]}`;
  const theirs = await addPerson(services, 'zoe@acme.example', [
    { workspaceId: other.workspaceId, role: 'admin' },
  ]);
  const zoe = await signedIn(api, theirs.email);
  const last = { status: 409, body: { code: 'member.last_admin' } };
  const id = theirs.memberIds[0]!;
  expect(await zoe.send(`PATCH /api/members/${id}`, { role: 'operator' })).toMatchObject(last);
  expect(await zoe.send(`DELETE /api/members/${id}`)).toMatchObject(last);
  // The one that acts by keys only may go, because zoe stays.
  expect((await zoe.send(`DELETE /api/members/${other.memberId}`)).status).toBe(200);
  const cy = await join('cy@acme.example', 'admin');
  // Of two that take the right from each other at once, one is too late.
  const both = await Promise.all([
    annAt.send(`PATCH /api/members/${cy.memberId}`, { role: 'viewer' }),
    cy.at.send(`PATCH ${member}`, { role: 'viewer' }),
  ]);
  expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
  const { members } = (await cy.at.send('GET /api/members')).body as {
    members: { email: string | null; role: string }[];
  };
  const admins = members.filter(({ email, role }) => email && role === 'admin');
  expect(admins).toHaveLength(1);
  const keep = admins[0]!.email === ann.email ? annAt : cy.at;
  await keep.send(`PATCH ${member}`, { role: 'admin' });
});

it('a removed member is out at once, only here, and an invitation brings it back', async () => {
  const dan = await join('dan@acme.example', 'admin', [other.workspaceId]);
  const here = { 'postrider-workspace': workspaceId };
  const { body } = await dan.at.send('POST /api/keys', { name: 'crm' }, here);
  const bearer = { authorization: `Bearer ${(body.key as { key: string }).key}` };
  expect(await annAt.send(`DELETE /api/members/${dan.memberId}`)).toMatchObject({
    status: 200,
    body: { revoked_keys: ['crm'] },
  });
  expect(await dan.at.send('GET /api/tags', undefined, here)).toMatchObject({
    status: 404,
    body: { code: 'workspace.not_found' },
  });
  expect((await dan.at.send('GET /api/session')).body).toMatchObject({
    session: { workspaces: [{ id: other.workspaceId }] },
  });
  await expect
    .poll(async () => (await api.anonymous('GET /api/tags', undefined, bearer)).status)
    .toBe(401);
  expect((await annAt.send('GET /api/members')).text).not.toContain(dan.memberId);
  const again = (await annAt.send('POST /api/links', { email: dan.email, role: 'editor' })).body;
  const { token } = again.link as { token: string };
  expect(
    (await dan.at.send('POST /api/links/accept', { token, password: goodPassword })).body,
  ).toMatchObject({
    session: { role: 'editor', member_id: dan.memberId, workspace: { id: workspaceId } },
  });
});

it('who is removed from the last workspace is signed out everywhere', async () => {
  const eve = await join('eve@acme.example', 'viewer');
  await annAt.send(`DELETE /api/members/${eve.memberId}`);
  expect(await eve.at.send('GET /api/session')).toMatchObject({
    status: 401,
    body: { code: 'auth.session_over' },
  });
  expect(await eve.at.signIn(eve.email)).toMatchObject({
    status: 403,
    body: { code: 'auth.no_workspace' },
  });
});

it('events name the member who acted', async () => {
  const { body } = await annAt.send('GET /api/events?sort=newest&limit=1');
  expect(body.events).toMatchObject([
    { kind: 'member.removed', actor: `member:${ann.memberIds[0]}` },
  ]);
});

it('a workspace that somebody makes is theirs, as admin', async () => {
  const { body } = await annAt.send('POST /api/workspaces', { name: 'Rehearsal' });
  const made = body.workspace as { id: string };
  expect(made).toMatchObject({ mode: 'sandbox', role: 'admin' });
  const { workspaces } = (await annAt.send('GET /api/workspaces')).body;
  expect(workspaces).toMatchObject([{ id: workspaceId }, { id: made.id, role: 'admin' }]);
  const there = { 'postrider-workspace': made.id };
  expect((await annAt.send('GET /api/clock', undefined, there)).status).toBe(200);
});
