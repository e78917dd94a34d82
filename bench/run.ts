// npm run bench -- <name> …: each bench prints its figures as JSON, one a line. If there are
// several, its last line repeats the figure that is furthest from its goal.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from './fixtures/harness.ts';

/** The minimum ratio of each figure. */
const goals: Record<string, number> = {
  bulk: 0.75,
  import: 0.4,
  'import-memory': 1 / 1.2,
  send: 0.6,
  wake: 0.5,
  launch: 1,
  claim: 0.6,
  'claim-jobs': 0.8,
  'claim-reserved': 0.6,
  'waiting-memory': 0.95,
  waiting: 0.5,
  replan: 1000,
  pinned: 0.33,
  growth: 0.83,
  workers: 1.7,
  lists: 0.5,
  threads: 0.5,
  get: 0.75,
  forecast: 1,
  rehearsal: 1,
  sync: 0.6,
  loop: 0.3,
};
const distance = (figure: Figure) => figure.ratio / (goals[figure.bench.split(' ')[0]!] ?? 0.3);

const here = import.meta.dirname;
const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => path.basename(file, '.ts'));
const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !names.includes(name));
if (unknown.length > 0 || requested.length === 0) {
  console.error(`usage: npm run bench -- <name> …   names: ${names.join(', ')}`);
  process.exit(2);
}
for (const name of requested) {
  const { bench } = (await import(path.join(here, `${name}.ts`))) as {
    bench: () => Promise<Figure[]>;
  };
  const figures = await bench();
  for (const figure of figures) console.log(JSON.stringify(figure));
  if (figures.length > 1)
    console.log(JSON.stringify(figures.toSorted((a, b) => distance(a) - distance(b))[0]));
}
process.exit(0);
