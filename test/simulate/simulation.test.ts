import { expect, inject, test } from 'vitest';
import { runSeed } from './run-seed.ts';

const seeds = Array.from({ length: 20 }, (_, i) => String(i + 1));
const replay = 'npm run simulate -- --seed';

test.concurrent.each(seeds)(
  'a month of actions and faults breaks no law (seed %s)',
  async (seed) => {
    const result = await runSeed(seed, { days: 30, server: inject('databaseUrl') });
    expect(result.violation, `${replay} ${seed}`).toBeNull();
    expect(result.accepted).toBeGreaterThan(0);
  },
  300_000,
);

test('a seed runs the same way again', async () => {
  const run = { days: 3, server: inject('databaseUrl') };
  const [first, again, other] = [
    await runSeed('a', run),
    await runSeed('a', run),
    await runSeed('b', run),
  ];
  // How often the database was asked also hangs on how busy the machine is.
  expect(again).toEqual({ ...first, statements: expect.any(Number) });
  expect(other.digest).not.toBe(first.digest);
}, 180_000);
