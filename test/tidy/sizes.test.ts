import path from 'node:path';
import { expect, it } from 'vitest';
import { findWideLines, readFunctions, type Source } from '../project/source.ts';
import { everything, isTest, pageSources, sources, tests } from './sources.ts';

/** The test lines per source line are at least this share. */
const testShare = 0.55;

const lineCount = (files: Source[]) => files.reduce((sum, file) => sum + file.lines.length, 0);
const median = (numbers: number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

it('a file has at most 300 lines', () => {
  const long = everything
    .filter((source) => source.lines.length > 300)
    .map((source) => source.path);
  expect(long).toEqual([]);
});

it('the median source file has at most 80 lines', () => {
  expect(median(sources.map((source) => source.lines.length))).toBeLessThanOrEqual(80);
});

it('a function has at most 70 lines and 4 parameters', () => {
  const wrong = [...sources, ...pageSources].flatMap((source) => {
    const long = readFunctions(source).filter((found) => found.lines > 70 || found.parameters > 4);
    return long.map((found) => `${source.path} ${found.name}`);
  });
  expect(wrong).toEqual([]);
});

it('a folder has at most 20 code files and 20 tests, and lies at most three deep', () => {
  const folderOf = (source: Source) => path.posix.dirname(source.path);
  const counts = Map.groupBy(sources, folderOf);
  const testFiles = everything.filter(isTest);
  const codeFiles = everything.filter((source) => !isTest(source));
  const full = [...Map.groupBy(testFiles, folderOf), ...Map.groupBy(codeFiles, folderOf)].filter(
    ([, files]) => files.length > 20,
  );
  expect(full.map(([folder]) => folder)).toEqual([]);
  const deep = [...counts.keys()].filter((folder) => folder.split('/').length > 4);
  expect(deep).toEqual([]);
});

it('a line has at most 100 columns unless it holds SQL or an address', () => {
  expect(everything.flatMap(findWideLines)).toEqual([]);
});

it('the tests have enough lines for the source', () => {
  expect(lineCount(tests) / lineCount(sources)).toBeGreaterThanOrEqual(testShare);
});
