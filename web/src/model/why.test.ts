import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reasonOf, reasons } from './why.ts';

/** The words of the glossary's tables "Because" and "Hold". */
function glossaryWords(): string[] {
  const text = readFileSync(new URL('../../../GLOSSARY.md', import.meta.url), 'utf8');
  const tables = text.split(/^## /m).filter((part) => /^(Because|Hold)/.test(part));
  return tables.flatMap((table) =>
    [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)`/g)].map(([, word]) => word!),
    ),
  );
}

it('every word for which somebody waits has its look and its short words', () => {
  const words = glossaryWords();
  expect(words.length).toBeGreaterThan(35);
  expect(words.filter((word) => !Object.hasOwn(reasons, word))).toEqual([]);
});

it('a word of a newer server is shown as it is, also one that every object has', () => {
  expect(reasonOf('lunar_eclipse').short).toBe('lunar eclipse');
  expect(reasonOf('constructor')).toMatchObject({ tone: 'waits', short: 'constructor' });
});
