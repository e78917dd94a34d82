import { expect, it } from 'vitest';
import { operations } from '../../../src/operations/index.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { splitRoute } from '../../../src/surfaces/members.ts';
import { bigBodies } from '../../factories/big-bodies.ts';
import { makeEverything, urlIn } from '../../factories/everything.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { measureHold } from '../../fixtures/event-loop.ts';

// A request may not keep the thread from all others: what it does in one piece is bounded, besides
// what it takes to parse its JSON.
const maxHoldMs = 300;
const env = {
  POSTRIDER_AI_PROVIDER: 'openai-compatible',
  POSTRIDER_AI_API_KEY: 'unused',
  POSTRIDER_AI_MODEL: 'unused',
};
const database = await testDatabase({ channels: [idleChannel('email'), idleChannel('x')], env });
const unlimited = [{ limit: 1_000_000, ms: 60_000 }];
const { as } = testApi(database.services, { perMinute: 1_000_000, inboxWindows: unlimited });
const send = await as(database);
const world = await makeEverything(send, database, database.db);
const withBody = [...operations, ...inboxRoutes]
  .filter((operation) => !operation.route.startsWith('GET '))
  .map((operation) => [operation.route, operation] as const);

it.each(withBody)('%s: four megabytes hold the thread for a moment only', async (_r, operation) => {
  const route = `${splitRoute(operation).method} ${urlIn(world, operation)}`;
  for (const { name, type, text } of bigBodies(operation, 4)) {
    let answer = { status: 0, text: '' };
    const holdMs = await measureHold(async () => {
      answer = await send(route, text, { 'content-type': type });
    });
    const said = `${name}: ${answer.status} ${answer.text.slice(0, 200)}`;
    expect(answer.status, said).toBeLessThan(500);
    if (answer.status >= 400) expect(answer.text.length, said).toBeLessThan(250_000);
    if (holdMs < maxHoldMs) continue;
    expect(holdMs - (await measureHold(() => parse(text))), said).toBeLessThan(maxHoldMs);
  }
});

function parse(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    // A table, or a text that ends in its middle: what it took counts.
  }
}
