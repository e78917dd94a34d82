import { expect, inject, test } from 'vitest';
import { play } from './story.ts';

const seeds = Array.from({ length: 20 }, (_, i) => String(i + 1));
const told = 'npm run simulate -- --seed';

test.concurrent.each(seeds)(
  'whatever happens in a month, no law is broken (seed %s)',
  async (seed) => {
    const story = await play(seed, { days: 30, server: inject('databaseUrl') });
    expect(story.violation, `${told} ${seed}`).toBeNull();
    expect(story.accepted).toBeGreaterThan(0);
  },
  300_000,
);

test('a seed tells the same story again', async () => {
  const run = { days: 3, server: inject('databaseUrl') };
  const [first, again, other] = [await play('a', run), await play('a', run), await play('b', run)];
  expect(again).toEqual(first);
  expect(other.digest).not.toBe(first.digest);
}, 60_000);
