// Plays seeds 1 to N, or one, and prints the violations. The last line is JSON. Exits with 1 after
// a violation.

import { startServer } from '../fixtures/setup.ts';
import { readCount, readOptions } from '../project/command-options.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

const values = readOptions(
  'usage: npm run simulate -- [--seeds 20] [--days 30] [--from 1] [--together 2] [--seed <one>]',
  {
    seeds: '20',
    days: '30',
    seed: '',
    from: '1',
    together: '2',
  },
);
const first = readCount('from', values.from);
const days = readCount('days', values.days);
const batchSize = readCount('together', values.together);
const seeds = values.seed
  ? [values.seed]
  : Array.from({ length: readCount('seeds', values.seeds) }, (_, i) => String(first + i));
const server = await startServer();
const results: SeedResult[] = [];

async function playOn(): Promise<void> {
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
    const began = performance.now();
    const result = await runSeed(seed, { days, server: server.url });
    results.push(result);
    const { accepted, events, statements, digest } = result;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const counts = `${events} events, ${accepted} mails, ${statements} statements`;
    console.log(`seed ${seed}: ${counts}, ${seconds} s, ${digest}`);
    if (result.violation) console.log(`seed ${seed} BROKEN: ${result.violation}`);
  }
}

await Promise.all(Array.from({ length: batchSize }, playOn));
await server.stop();
const violations = results.filter((result) => result.violation !== null);
const events = results.reduce((sum, result) => sum + result.events, 0);
console.log(
  JSON.stringify({
    seeds: results.length,
    events,
    violations: violations.length,
    broken: violations.map(({ seed }) => seed),
  }),
);
process.exit(violations.length > 0 ? 1 : 0);
