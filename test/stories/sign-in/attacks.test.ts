import { describe, expect, it } from 'vitest';
import { createPasswords } from '../../../src/engine/accounts/passwords.ts';
import type { Services } from '../../../src/operation.ts';
import { testApi } from '../../fixtures/api.ts';
import {
  addPerson,
  createBrowser,
  goodPassword,
  signedIn,
} from '../../fixtures/browser/browser.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ env: { POSTRIDER_TRUST_PROXY: 'loopback' } });
const { services, clock, workspaceId } = database;
const api = testApi(services);
const ann = await addPerson(services, 'ann@acme.example', [{ workspaceId, role: 'admin' }]);
const { send, cookie } = await signedIn(api, ann.email);

describe('a page of another site', () => {
  const tag = { name: 'Forged' };
  const json = { cookie: cookie(), host: 'outreach.example' };

  it.each([
    ['nothing said', {}],
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling host', { 'sec-fetch-site': 'same-site' }],
    ['no initiator', { 'sec-fetch-site': 'none' }],
    ['another Origin', { origin: 'https://evil.example' }],
    ['a hidden Origin', { origin: 'null' }],
    ['an Origin that begins like ours', { origin: 'https://outreach.example.evil.example' }],
    [
      'our Origin, called from elsewhere',
      {
        origin: 'https://outreach.example',
        'sec-fetch-site': 'cross-site',
      },
    ],
  ])('writes nothing with the cookie of its visitor: %s', async (_case, headers) => {
    for (const [route, body] of [
      ['POST /api/tags', tag],
      ['PATCH /api/session', { name: 'Forged' }],
      ['DELETE /api/sessions', undefined],
    ] as const)
      expect(await api.anonymous(route, body, { ...json, ...headers })).toMatchObject({
        status: 403,
        body: { code: 'auth.other_site' },
      });
  });

  it('is told from a page of ours, by Sec-Fetch-Site or by Origin', async () => {
    const own = [{ 'sec-fetch-site': 'same-origin' }, { origin: 'https://outreach.example' }];
    for (const [n, headers] of own.entries())
      expect(
        (await api.anonymous('POST /api/tags', { name: `Own ${n}` }, { ...json, ...headers }))
          .status,
      ).toBe(201);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'])(
    'sends no form as %s, even where imports take files of any kind',
    async (type) => {
      const made = await send('POST /api/campaigns', { type: 'email', name: type });
      const { id } = made.body.campaign as { id: string };
      for (const route of [`POST /api/campaigns/${id}/leads/import`, 'POST /api/tags'])
        expect((await send(route, 'email\na@b.test\n', { 'content-type': type })).status).toBe(415);
      const csv = { 'content-type': 'text/csv' };
      const taken = await send(`POST /api/campaigns/${id}/leads/import`, 'email\na@b.test\n', csv);
      expect(taken.status, taken.text).toBeLessThan(300);
    },
  );

  it('signs nobody in, and uses no link', async () => {
    const forged = { 'sec-fetch-site': 'cross-site' };
    for (const route of ['POST /api/sessions', 'POST /api/links/accept', 'POST /api/links/show'])
      expect(
        await api.anonymous(route, { email: ann.email, password: goodPassword }, forged),
      ).toMatchObject({ status: 403, body: { code: 'auth.other_site' } });
  });

  it('a key is no cookie: it needs nothing of this, and the cookie nothing elsewhere', async () => {
    const { body } = await send('POST /api/keys', { name: 'ci' });
    const bearer = { authorization: `Bearer ${(body.key as { key: string }).key}` };
    const both = { ...bearer, cookie: cookie(), 'sec-fetch-site': 'cross-site' };
    expect((await api.anonymous('POST /api/tags', { name: 'By key' }, both)).status).toBe(201);
    for (const route of ['GET /api/v1/members', 'GET /metrics'])
      expect((await send(route)).status).toBe(401);
  });
});

describe('somebody who guesses', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const guess = (email: string, address: string, password = 'wrong horse battery') =>
    createBrowser(api).send('POST /api/sessions', { email, password }, from(address));
  const limited = { status: 429, body: { code: 'request.rate_limited' } };

  it('has five tries a minute at an account, from wherever', async () => {
    for (let n = 1; n <= 5; n += 1)
      expect(await guess(ann.email, `198.51.100.${n}`)).toMatchObject({
        status: 401,
        body: { code: 'auth.refused' },
      });
    const refused = await guess(ann.email, '198.51.100.6', goodPassword);
    expect(refused).toMatchObject(limited);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50);
    // Those who are in stay in.
    expect((await send('GET /api/session')).status).toBe(200);
    clock.advanceMs(62_000);
    expect((await guess(ann.email, '198.51.100.6', goodPassword)).status).toBe(201);
  });

  it.each([
    ['IPv4', () => '203.0.113.7'],
    ['the IPv6 network of a subscriber', (n: number) => `2001:db8:1:2:${n}::${n}`],
  ])('has five tries a minute from a place, at all accounts: %s', async (_kind, address) => {
    for (let n = 1; n <= 5; n += 1)
      expect((await guess(`who${n}@acme.example`, address(n))).status).toBe(401);
    expect(await guess('who6@acme.example', address(6))).toMatchObject(limited);
    expect(await guess(ann.email, address(7), goodPassword)).toMatchObject(limited);
    expect((await guess(ann.email, '192.0.2.1', goodPassword)).status).toBe(201);
  });

  it('does not count those who are right', async () => {
    for (let n = 1; n <= 7; n += 1)
      expect((await guess(ann.email, '192.0.2.50', goodPassword)).status).toBe(201);
  });

  it('cannot guess the present password with a stolen session', async () => {
    clock.advanceMs(62_000);
    const body = { password: 'a new one, quite long', present_password: 'wrong' };
    for (let n = 1; n <= 5; n += 1)
      expect((await send('PATCH /api/session', body)).status).toBe(401);
    expect(await send('PATCH /api/session', body)).toMatchObject(limited);
    clock.advanceMs(62_000);
  });

  it('cannot tell who has an account: the answer is the same, and so is the work', async () => {
    const asked: (string | null)[] = [];
    const passwords: Services['passwords'] = {
      ...services.passwords,
      isRight: (given, stored) => {
        asked.push(stored === null ? null : 'stored');
        return services.passwords.isRight(given, stored);
      },
    };
    const { anonymous } = testApi({ ...services, passwords });
    const answers = await Promise.all(
      [ann.email, 'nobody@acme.example'].map((email) =>
        anonymous('POST /api/sessions', { email, password: 'wrong horse battery' }),
      ),
    );
    const [known, unknown] = answers.map(({ body: { request_id: _id, ...rest } }) => rest);
    expect(known).toEqual(unknown);
    expect(asked.toSorted()).toEqual([null, 'stored'].toSorted());
  });
});

describe('passwords', () => {
  it('are kept as argon2id, salted, and told apart by their characters', async () => {
    const { hash, isRight } = createPasswords();
    const [one, two] = await Promise.all([hash('correct horse'), hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await isRight('correct horse', one)).toBe(true);
    expect(await isRight('correct horse ', one)).toBe(false);
    expect(await isRight('correct horse', null)).toBe(false);
  });

  it('are computed two at a time, in a row that has an end', async () => {
    const { hash } = createPasswords();
    const all = await Promise.allSettled(Array.from({ length: 26 }, () => hash('x')));
    const refused = all.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({ reason: { code: 'request.rate_limited' } });
    expect(await hash('x')).toMatch(/^\$argon2id/);
  });

  it('are the same however an accent is typed', async () => {
    const [composed, decomposed] = ['pâte à crêpes', 'pâte à crêpes'.normalize('NFD')];
    const password = composed!.normalize('NFC');
    await send('PATCH /api/session', { password, present_password: goodPassword });
    expect((await createBrowser(api).signIn(ann.email, decomposed)).status).toBe(201);
  });
});
