import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { testApi } from '../../test/fixtures/api.ts';
import { testDatabase } from '../../test/fixtures/database.ts';
import { openDatabase } from '../db/database.ts';

const database = await testDatabase();
const { services } = database;

describe('the rate limit', () => {
  it('counts per key and is told in headers', async () => {
    const limited = testApi(services, { perMinute: 2 });
    const one = await limited.as(database);
    const other = await limited.as(database);
    expect((await one('GET /api/settings')).headers).toMatchObject({
      'ratelimit-limit': '2',
      'ratelimit-remaining': '1',
    });
    expect((await one('GET /api/settings')).status).toBe(200);
    expect(await one('GET /api/settings')).toMatchObject({
      status: 429,
      body: { code: 'request.rate_limited' },
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    });
    expect((await other('GET /api/settings')).status).toBe(200);
  });
});

it('a key that is unknown is not looked up again for a moment', async () => {
  const api = testApi(services);
  let lookups = 0;
  const count = () => {
    lookups += 1;
  };
  database.pool.on('acquire', count);
  for (let n = 0; n < 50; n += 1)
    expect(
      (await api.anonymous('GET /api/settings', undefined, { authorization: 'Bearer x' })).status,
    ).toBe(401);
  database.pool.off('acquire', count);
  expect(lookups).toBeLessThan(25);
});

describe('an address that has spent its requests', () => {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  it('is refused without a look-up, unless its key was valid a moment ago', async () => {
    const api = testApi(services, { perMinute: 3 });
    const send = await api.as(database);
    expect((await send('GET /api/settings')).status).toBe(200);
    for (let n = 0; n < 3; n += 1)
      await api.anonymous('GET /api/settings', undefined, bearer(`unknown-${n}`));
    let lookups = 0;
    const count = () => {
      lookups += 1;
    };
    database.pool.on('acquire', count);
    const answer = await api.anonymous('GET /api/settings', undefined, bearer('another'));
    database.pool.off('acquire', count);
    expect([answer.status, lookups]).toEqual([429, 0]);
    expect((await send('GET /api/settings')).status).toBe(200);
  });

  it('is the address that a trusted proxy names', async () => {
    const asked = { ...services.config, trustProxy: 'loopback' };
    const api = testApi({ ...services, config: asked }, { perMinute: 1 });
    const from = async (address: string) =>
      (await api.anonymous('GET /api/settings', undefined, { 'x-forwarded-for': address })).status;
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([
      401, 429, 401,
    ]);
    const alone = testApi(services, { perMinute: 1 });
    const plain = async (address: string) =>
      (await alone.anonymous('GET /api/settings', undefined, { 'x-forwarded-for': address }))
        .status;
    expect([await plain('192.0.2.1'), await plain('192.0.2.2')]).toEqual([401, 429]);
  });

  it('is counted at the way back from a login too', async () => {
    const api = testApi(services);
    const statuses = [];
    for (let n = 0; n < 601; n += 1) statuses.push((await api.anonymous('GET /x/callback')).status);
    expect(statuses.indexOf(429)).toBe(600);
  });
});

it('many probes of readiness share a look at the database', async () => {
  const api = testApi(services);
  let looks = 0;
  const count = () => {
    looks += 1;
  };
  database.pool.on('acquire', count);
  const asked = Array.from({ length: 500 }, () => api.anonymous('GET /readyz'));
  const statuses = new Set((await Promise.all(asked)).map(({ status }) => status));
  database.pool.off('acquire', count);
  expect(statuses).toEqual(new Set([200]));
  expect(looks).toBeLessThan(20);
});

describe('an unreachable database', () => {
  it('gives 503 with Retry-After, and fails readiness', async () => {
    const { db, close } = openDatabase('postgres://nobody@127.0.0.1:1/none', services.log);
    const api = testApi({ ...services, db });
    const answer = await api.anonymous('GET /api/settings', undefined, {
      authorization: 'Bearer x',
    });
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 'service.unavailable' },
      headers: { 'retry-after': '5' },
    });
    expect(await api.anonymous('GET /readyz')).toMatchObject({ status: 503 });
    expect(await api.anonymous('GET /healthz')).toMatchObject({ status: 200 });
    await close();
  });
});

it('a request that is not HTTP gets a problem document', async () => {
  const { app } = testApi(services);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('NONSENSE\r\n\r\n');
  const answer = (await socket.toArray()).join('');
  expect(answer).toMatch(
    /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json\r\n/,
  );
  expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({
    status: 400,
    code: 'request.malformed',
    request_id: expect.any(String),
  });
});
