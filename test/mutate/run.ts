// Puts one small bug after another into sources and runs their tests. Prints the bugs that no test
// noticed. The last line is JSON.

import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { startServer } from '../fixtures/setup.ts';
import { readCount, readOptions } from '../project/command-options.ts';
import { root } from '../project/source.ts';
import { judge } from './judge.ts';
import { describeMutant, type Mutant } from './mutant.ts';
import { findMutants } from './mutants.ts';
import { relatedTests } from './related.ts';
import { sampleOf } from './sample.ts';

const values = readOptions(
  "usage: npm run mutate -- --files 'src/domain/sending/*.ts' " +
    '[--sample 100] [--seed 1] [--together <cores>]',
  { files: '', sample: '', seed: '1', together: String(availableParallelism()) },
);
const files = globSync(values.files.split(','), { cwd: root })
  .filter((file) => file.endsWith('.ts') && !/\.(test|suite|gen)\.ts$/.test(file))
  .sort();
if (files.length === 0) {
  console.error(`--files is to be a glob of sources, not "${values.files}".`);
  process.exit(2);
}
const together = readCount('together', values.together);
const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
const found = files.flatMap((file) => findMutants(file, texts.get(file)!));
const mutants = values.sample
  ? sampleOf(found, readCount('sample', values.sample), readCount('seed', values.seed))
  : found;
const server = await startServer();

/** A mutant takes at most this many times as long as its source, and this long in any case. */
const slower = 4;
const leastMs = 60_000;
const longestMs = 1_800_000;

/** How long a mutant may take. @throws when the tests fail without a mutant */
async function limitOf(tests: readonly string[]): Promise<number> {
  const began = performance.now();
  const verdict = await judge(null, tests, { databaseUrl: server.url, limitMs: longestMs });
  if (verdict !== 'survived') throw new Error(`${tests.join(' ')} fail without a mutant.`);
  return Math.max(leastMs, slower * (performance.now() - began));
}

/** Measured once for the same tests, and only when a mutant comes to them. */
const limits = new Map<string, Promise<number>>();
const survivors: Mutant[] = [];

/** Judges one mutant by the nearest tests first. Keeps it when it survives all. */
async function judgeOne(mutant: Mutant): Promise<void> {
  const { near, far } = relatedTests(mutant.file);
  for (const tests of [near, far]) {
    if (tests.length === 0) continue;
    const known = limits.get(tests.join()) ?? limitOf(tests);
    limits.set(tests.join(), known);
    const options = { databaseUrl: server.url, limitMs: await known };
    if ((await judge(mutant, tests, options)) !== 'survived') return;
  }
  survivors.push(mutant);
  console.log(describeMutant(texts.get(mutant.file)!, mutant));
}

const queue = [...mutants];
async function work(): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) await judgeOne(next);
}

try {
  await Promise.all(Array.from({ length: together }, work));
} finally {
  await server.stop();
}
const killed = mutants.length - survivors.length;
const ratio = mutants.length === 0 ? 1 : Number((killed / mutants.length).toFixed(3));
console.log(JSON.stringify({ mutants: mutants.length, killed, ratio }));
