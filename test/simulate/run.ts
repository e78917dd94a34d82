// Plays seeds 1 to N, or one, and prints the violations. The last line is JSON. Exits with 1 after
// a violation.

import { startServer } from '../fixtures/setup.ts';
import { readCount, readOptions } from '../project/command-options.ts';
import { play, type Story } from './story.ts';

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
const stories: Story[] = [];

async function playOn(): Promise<void> {
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
    const began = performance.now();
    const story = await play(seed, { days, server: server.url });
    stories.push(story);
    const { accepted, events, statements, digest } = story;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const counts = `${events} events, ${accepted} mails, ${statements} statements`;
    console.log(`seed ${seed}: ${counts}, ${seconds} s, ${digest}`);
    if (story.violation) console.log(`seed ${seed} BROKEN: ${story.violation}`);
  }
}

await Promise.all(Array.from({ length: batchSize }, playOn));
await server.stop();
const violations = stories.filter((story) => story.violation !== null);
const events = stories.reduce((sum, story) => sum + story.events, 0);
console.log(
  JSON.stringify({
    seeds: stories.length,
    events,
    violations: violations.length,
    broken: violations.map(({ seed }) => seed),
  }),
);
process.exit(violations.length > 0 ? 1 : 0);
