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

/** A mutant takes at most this many times as long as its source, and this long in any case. */
const slower = 4;
const leastMs = 60_000;
const longestMs = 3_600_000;

/** The tests that enter the function of a mutant, the quickest first. */
async function chooseTests(): Promise<(mutant: Mutant) => Entered[]> {
  const changed = [...new Set(mutants.map(({ file }) => file))];
  const tests = [...new Set(changed.flatMap(relatedTests))];
  const bounds = { databaseUrl: server.url, limitMs: longestMs };
  const entered = await findEntered(changed, tests, bounds);
  const failed = tests.filter(
    (name) => !entered.some(({ test, passed }) => passed && test === name),
  );
  if (failed.length > 0) console.log(`Left out, failed without a mutant: ${failed.join(' ')}`);
  const usable = entered.filter(({ passed }) => passed).sort((a, b) => a.ms - b.ms);
  return ({ file, start }) => {
    const key = keyAt(file, texts.get(file)!, start);
    return usable.filter(({ keys }) => keys.includes(key));
  };
}

const survivors: Mutant[] = [];

/** Judges one mutant. Keeps it when it survives all its tests. */
async function judgeOne(mutant: Mutant, tests: readonly Entered[]): Promise<void> {
  const usualMs = tests.reduce((sum, { ms }) => sum + ms, 0);
  const limitMs = Math.max(leastMs, slower * usualMs);
  const names = tests.map(({ test }) => test);
  const options = { databaseUrl: server.url, limitMs };
  if (names.length > 0 && (await judge(mutant, names, options)) !== 'survived') return;
  survivors.push(mutant);
  const alone = names.length > 0 ? '' : ', which no test enters';
  console.log(describeMutant(texts.get(mutant.file)!, mutant) + alone);
}

const queue = [...mutants];
async function work(testsOf: (mutant: Mutant) => Entered[]): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) await judgeOne(next, testsOf(next));
}

try {
  const testsOf = await chooseTests();
  await Promise.all(Array.from({ length: together }, () => work(testsOf)));
} finally {
  await server.stop();
}
const killed = mutants.length - survivors.length;
const ratio = mutants.length === 0 ? 1 : Number((killed / mutants.length).toFixed(3));
console.log(JSON.stringify({ mutants: mutants.length, killed, ratio }));
