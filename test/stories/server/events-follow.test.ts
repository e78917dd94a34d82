import { afterAll, expect, test } from 'vitest';
import { appendEvents } from '../../../src/db/events.ts';
import { issueKey } from '../../../src/engine/accounts/keys.ts';
import { listEvents } from '../../../src/operations/events/list.ts';
import { createFollow } from '../../../src/surfaces/client.ts';
import { createHttp } from '../../../src/surfaces/http.ts';
import { testDatabase } from '../../fixtures/database.ts';

const t = await testDatabase();
const app = createHttp(t.services, { follow: { everyMs: 5, max: 1 } });
afterAll(() => app.close());
const url = await app.listen({ port: 0, host: '127.0.0.1' });
const key = async () =>
  (await issueKey(t.db, { ...t, name: 'page', scopes: ['read'], at: t.clock.now() })).text;

const append = (count: number) =>
  appendEvents(
    t.db,
    { workspaceId: t.workspaceId, at: t.clock.now(), actor: 'engine' },
    Array.from({ length: count }, () => ({ kind: 'campaign.paused' as const })),
  );

test('a stream of events goes on from answer to answer, and misses and repeats none', async () => {
  await append(5);
  const stream = createFollow({ url, key: await key() })(listEvents, { limit: 2, cursor: 1 });
  const next = async () => {
    const { body } = (await stream.next()).value as { body: { events: { seq: number }[] } };
    return body.events.map(({ seq }) => seq);
  };
  expect(await next()).toEqual([2, 3]);
  expect(await next()).toEqual([4, 5]);
  await append(1);
  expect(await next()).toEqual([6]);
  await append(3);
  expect([...(await next()), ...(await next())]).toEqual([7, 8, 9]);
  await stream.return(undefined);
});

test('a key has its own streams, and no stream goes back in time', async () => {
  const open = async (text: string, query = '', signal?: AbortSignal) => {
    const headers = { authorization: `Bearer ${text}`, accept: 'text/event-stream' };
    return fetch(`${url}/api/events${query}`, { headers, ...(signal ? { signal } : {}) });
  };
  const [one, other] = [await key(), await key()];
  const end = new AbortController();
  const first = await open(one, '', end.signal);
  expect(first.status).toBe(200);
  expect((await open(one)).status).toBe(429);
  const apart = await open(other, '', end.signal);
  expect(apart.status).toBe(200);
  end.abort();
  expect((await open(await key(), '?sort=newest')).status).toBe(400);
});
