import { issueKey } from '../src/engine/accounts/keys.ts';
import type { Operation } from '../src/operation.ts';
import { operations } from '../src/operations/index.ts';
import { createHttp } from '../src/surfaces/http.ts';
import { inboxRoutes } from '../src/surfaces/inboxapp/index.ts';
import { splitRoute } from '../src/surfaces/members.ts';
import { bigBodies } from '../test/factories/big-bodies.ts';
import { measureHold } from '../test/fixtures/event-loop.ts';
import { type Figure, openFixture } from './fixtures/harness.ts';

/** Bodies of each route, besides those of unknown names. */
const perRoute = 6;
const unlimited = 1_000_000;

/**
 * The longest hold of the loop by a request, over bodies of four megabytes to every route, against
 * the longest hold of `JSON.parse` alone over the same bodies.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  try {
    const { services } = fixture;
    const key = await issueKey(services.db, {
      ...fixture,
      name: 'bench',
      scopes: ['admin'],
      at: services.clock.now(),
    });
    const app = createHttp(services, {
      perMinute: unlimited,
      inboxWindows: [{ limit: unlimited, ms: 60_000 }],
    });
    let [ours, reference] = [0, 0];
    const routes = [...operations, ...inboxRoutes].filter(({ route }) => !route.startsWith('GET '));
    for (const operation of routes) {
      for (const { type, text } of bigBodies(operation, perRoute)) {
        const headers = { authorization: `Bearer ${key.text}`, 'content-type': type };
        const request = { ...targetOf(operation), headers, payload: text };
        ours = Math.max(ours, await measureHold(() => app.inject(request)));
        if (type === 'application/json')
          reference = Math.max(reference, await measureHold(() => JSON.parse(text)));
      }
    }
    await app.close();
    return [{ bench: 'loop', ours, reference, unit: 'ms', ratio: reference / ours }];
  } finally {
    await fixture.close();
  }
}

function targetOf(operation: Operation) {
  const { method, path } = splitRoute(operation);
  const url = path.replaceAll(/\{\w+\}/g, '019ae6a0-0000-7000-8000-000000000000');
  return { method: method as 'POST', url };
}
