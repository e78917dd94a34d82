// Puts one small bug after another into sources and runs their tests. Prints the bugs that no test
// noticed. The last line is JSON.

import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { startServer } from '../fixtures/setup.ts';
import { readCount, readOptions } from '../project/command-options.ts';
import { root } from '../project/source.ts';
import { type Entered, keyAt } from './entries.ts';
import { findEntered, judge } from './judge.ts';
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
const database = { databaseUrl: server.url };

/** A mutant takes at most this many times as long as its source, and this long in any case. */
const slower = 4;
const leastMs = 60_000;
const longestMs = 3_600_000;

const describe = (mutant: Mutant) => describeMutant(texts.get(mutant.file)!, mutant);

/** Runs tests without a mutant. Returns those of them that enter the function of a mutant. */
async function chooseTests(
  chosen: readonly Mutant[],
  testsOf: (file: string) => string[],
): Promise<(mutant: Mutant) => Entered[]> {
  const changed = [...new Set(chosen.map(({ file }) => file))];
  const tests = [...new Set(changed.flatMap(testsOf))];
  if (tests.length === 0) return () => [];
  const entered = await findEntered(changed, tests, { ...database, limitMs: longestMs });
  const passed = entered.filter((one) => one.passed).sort((a, b) => a.ms - b.ms);
  const failed = tests.filter((name) => !passed.some(({ test }) => test === name));
  if (failed.length > 0) console.log(`Left out, failed without a mutant: ${failed.join(' ')}`);
  return ({ file, start }) => {
    const key = keyAt(file, texts.get(file)!, start);
    const own = testsOf(file);
    return passed.filter(({ test, keys }) => keys.includes(key) && own.includes(test));
  };
}

async function survives(mutant: Mutant, tests: readonly Entered[]): Promise<boolean> {
  if (tests.length === 0) return true;
  const usualMs = tests.reduce((sum, { ms }) => sum + ms, 0);
  const limits = { ...database, limitMs: Math.max(leastMs, slower * usualMs) };
  const names = tests.map(({ test }) => test);
  return (await judge(mutant, names, limits)) === 'survived';
}

/** The mutants that survive the tests of one distance, the quickest test first. */
async function filterSurvivors(
  given: readonly Mutant[],
  distance: 'near' | 'far',
): Promise<Mutant[]> {
  const testsOf = await chooseTests(given, (file) => relatedTests(file)[distance]);
  const queue = [...given];
  const survivors: Mutant[] = [];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (!(await survives(next, testsOf(next)))) continue;
      survivors.push(next);
      console.error(`${distance} tests: ${describe(next)}`);
    }
  }
  await Promise.all(Array.from({ length: together }, work));
  return survivors;
}

let survivors: readonly Mutant[] = mutants;
try {
  for (const distance of ['near', 'far'] as const)
    survivors = await filterSurvivors(survivors, distance);
} finally {
  await server.stop();
}
for (const mutant of survivors) console.log(describe(mutant));
const killed = mutants.length - survivors.length;
const ratio = mutants.length === 0 ? 1 : Number((killed / mutants.length).toFixed(3));
console.log(JSON.stringify({ mutants: mutants.length, killed, ratio }));
