import { expect, it } from 'vitest';
import { everything, grep, sources, tests } from './sources.ts';

/** In these files the database's clock decides which process lives and which deadline passed. */
const sqlNow: string[] = [
  'src/db/forecast/clocks.ts',
  'src/db/inbound/inboxes.ts',
  'src/db/inbound/withdrawals.ts',
  'src/db/imports/imports.ts',
  'src/db/sending/lanes.ts',
  'src/db/sending/ledger.ts',
  'src/db/sending/reserve.ts',
  'src/db/threads/hand-ledger.ts',
  'src/db/workers.ts',
];

it('no file weakens a type or silences a check', () => {
  // This file holds the patterns itself.
  const others = everything.filter((file) => file.path !== 'test/tidy/habits.test.ts');
  const loose = /:\s*any\b|<any[>,]|\bas any\b|\bas unknown as\b|any\[\]/;
  expect(grep(others, loose)).toEqual([]);
  const silenced = /@ts-(ignore|expect-error|nocheck)|biome-ignore|oxlint-disable|eslint-disable/;
  expect(grep(others, silenced)).toEqual([]);
});

it('only config.ts and main.ts read the environment', () => {
  const others = sources.filter((file) => !/^src\/(config|main)\.ts$/.test(file.path));
  expect(grep(others, /process\.env/)).toEqual([]);
});

it('deciding code takes time and chance as arguments', () => {
  const clockOrChance = /Date\.now\(|new Date\(\)|Math\.random|Temporal\.Now/;
  const domain = sources.filter((file) => file.path.startsWith('src/domain/'));
  expect(grep(domain, clockOrChance)).toEqual([]);
  expect(grep(domain, /performance\.now|from 'node:(fs|net|http|crypto)/)).toEqual([]);
  const deciders = sources.filter(
    (file) =>
      /^src\/(engine|operations|db|channels)\//.test(file.path) &&
      file.path !== 'src/engine/clock.ts',
  );
  expect(grep(deciders, clockOrChance)).toEqual([]);
});

it('SQL asks the clock only in the files of process deadlines', () => {
  const asking = grep(
    sources.filter((file) => file.path.startsWith('src/db/')),
    /(?<![.\w])now\(\)|clock_timestamp\(\)|current_timestamp|statement_timestamp\(\)/i,
  );
  const files = [...new Set(asking.map((line) => line.split(':')[0]!))];
  expect(files.filter((file) => !sqlNow.includes(file))).toEqual([]);
});

it('only db/sending writes prospects, and only one statement their counts', () => {
  const outside = sources.filter((file) => !file.path.startsWith('src/db/sending/'));
  const writes =
    /(update|insert into|delete from) prospects\b|(update|insertInto|deleteFrom)\w*\('prospects'/i;
  expect(grep(outside, writes)).toEqual([]);
  const counting = grep(sources, /(update|insert into) counters\b/i);
  expect(counting.map((line) => line.split(':')[0])).toEqual(['src/db/counters.ts']);
});

it('transactions begin in one place, because it logs their events once they are committed', () => {
  const beginning = grep(sources, /\.transaction\(\)/).map((line) => line.split(':')[0]);
  expect(beginning).toEqual(['src/db/database.ts']);
});

it('no test is skipped or without an expectation', () => {
  expect(grep(tests, /\b(it|test|describe)\.(skip|only|todo)\b/)).toEqual([]);
  const unchecked = tests.filter(
    (file) =>
      file.path.endsWith('.test.ts') && !/\bexpect(Golden|TypeOf|\w*)?\(|assert/.test(file.text),
  );
  expect(unchecked.map((file) => file.path)).toEqual([]);
});
