import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { root } from '../project/source.ts';
import { keyAt, noteEntries } from './entries.ts';
import { findEntered, judge } from './judge.ts';
import { applyMutant, describeMutant } from './mutant.ts';
import { findMutants } from './mutants.ts';
import { relatedTests } from './related.ts';
import { sampleOf } from './sample.ts';

const file = 'test/mutate/example/room.ts';
const tests = ['test/mutate/example/room.test.ts'];
const text = readFileSync(path.join(root, file), 'utf8');
const changesOf = (source: string) =>
  findMutants('x.ts', source).map((mutant) => describeMutant(source, mutant).split('  ').slice(1));

describe('a mutant', () => {
  const find = (replacement: string) =>
    findMutants(file, text).find((mutant) => mutant.replacement === replacement)!;

  test('that a test notices is killed; a harmless one survives, as the source does', async () => {
    const limitMs = 25_000;
    // No room left: the subtraction returns the same nothing.
    expect(await judge(find('>'), tests, { limitMs })).toBe('survived');
    expect(await judge(find('max'), tests, { limitMs })).toBe('killed');
    expect(await judge(null, tests, { limitMs })).toBe('survived');
    expect(readFileSync(path.join(root, file), 'utf8')).toBe(text);
  });

  test('that runs for ever is ended', async () => {
    const begin = text.indexOf('if (');
    const forEver = { file, line: 3, start: begin, end: begin, replacement: 'for (;;);\n' };
    expect(await judge(forEver, tests, { limitMs: 4_000 })).toBe('timeout');
  });
});

describe('mutants of a source', () => {
  test('change edges, conditions, arithmetic, constants and calls, not types or imports', () => {
    const source = [
      "import { a } from './a-b.ts';",
      'type A = { n: 1 } & { m: 2 };',
      'const f = (x: number) => (x as number) < 1 && !a;',
      'async function g() { await a(); return true; }',
      'async function h() { await sql`select`.execute(a); }',
    ].join('\n');
    expect(changesOf(source)).toEqual([
      ['&&', '→', '||'],
      ['(x as number) < 1 && !a', '→', '(x as number) < 1'],
      ['(x as number) < 1 && !a', '→', '!a'],
      ['<', '→', '<='],
      ['!a', '→', '(a)'],
      ['await a();', '→', '(nothing)'],
      ['await a();', '→', 'void (a()).catch(() => {});'],
      ['true', '→', 'false'],
      ['await sql`select`.execute(a);', '→', '(nothing)'],
    ]);
  });

  test('lose conditions and locks of their SQL, one each', () => {
    const hole = '$'.concat('{id}');
    const source = `const q = sql\`select n - 1 from t where a = ${hole} and b between 1 and 2
      and (c is null or d is distinct from 3) order by a for update of t skip locked\`;`;
    expect(changesOf(source)).toEqual([
      [`a = ${hole}`, '→', 'true'],
      ['b between 1 and 2', '→', 'true'],
      ['(c is null or d is distinct from 3)', '→', 'true'],
      ['d is distinct from 3', '→', 'false'],
      ['-', '→', '+'],
      ['for update of t skip locked', '→', '(nothing)'],
      ['skip locked', '→', '(nothing)'],
      ['is null', '→', 'is not null'],
    ]);
  });

  test('are left as they are outside the place that changes', () => {
    for (const mutant of findMutants(file, text)) {
      const changed = applyMutant(text, mutant);
      expect(changed.slice(0, mutant.start)).toBe(text.slice(0, mutant.start));
      expect(changed.endsWith(text.slice(mutant.end))).toBe(true);
    }
  });
});

test('a sample is the same for the same seed, in the order of the sources', () => {
  const all = Array.from({ length: 50 }, (_, i) => i);
  const sample = sampleOf(all, 10, 1);
  expect(sample).toHaveLength(10);
  expect(sample).toEqual(sample.toSorted((a, b) => a - b));
  expect(sampleOf(all, 10, 1)).toEqual(sample);
  expect(sampleOf(all, 10, 2)).not.toEqual(sample);
});

test('the tests of a mutant are those of its place that enter its function', async () => {
  const { near, far } = relatedTests('src/domain/sending/planner.ts');
  expect(near).toContain('src/domain/sending/planner.test.ts');
  expect(near).not.toContain('src/domain/sending/guard.test.ts');
  expect(far).toContain('test/engine/sending/never-outside.test.ts');
  expect(relatedTests('src/operation.ts').near).not.toEqual([]);
  const [entered] = await findEntered([file], tests, { limitMs: 25_000 });
  expect(entered).toMatchObject({ test: tests[0], passed: true });
  for (const { start } of findMutants(file, text))
    expect(entered!.keys).toContain(keyAt(file, text, start));
});

test('functions are noted where they are entered, and do the same', async () => {
  const source = 'const a = () => () => 1; class B { c() { return a()(); } } new B().c()';
  const noted = noteEntries('x.js', source);
  globalThis.entered = new Set();
  expect(runInThisContext(noted)).toBe(1);
  const at = (part: string) => keyAt('x.js', source, source.indexOf(part));
  expect([...globalThis.entered]).toEqual(
    expect.arrayContaining(['x.js:file', at('1;'), at('() => 1'), at('return')]),
  );
  expect(at('new B')).toBe('x.js:file');
  globalThis.entered = undefined;
});
