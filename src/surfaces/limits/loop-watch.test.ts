import fastify from 'fastify';
import { expect, it } from 'vitest';
import { createLog, type Log } from '../../log.ts';
import { watchLoop } from './loop-watch.ts';

it('a request that holds the loop is logged with its route', async () => {
  const logged = Promise.withResolvers<{ held_ms: number; requests: { route: string }[] }>();
  const log: Log = Object.assign(createLog('silent'), {
    warn: (entry: never) => logged.resolve(entry),
  });
  const app = fastify();
  watchLoop(app, log);
  app.get('/hold/:id', async () => {
    const until = performance.now() + 800;
    while (performance.now() < until);
    return 'held';
  });
  await app.inject('/hold/1');
  const { held_ms, requests } = await logged.promise;
  expect(held_ms).toBeGreaterThan(500);
  expect(requests).toMatchObject([{ route: 'GET /hold/:id' }]);
  await app.close();
});
