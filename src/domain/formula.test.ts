import { expect, it } from 'vitest';
import { withFormula, withoutFormula } from './formula.ts';

it.each(['=1+1', '+49', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠x'])(
  'a cell of %j is no formula behind a quote, and comes back as it was',
  (text) => {
    expect(withoutFormula(text)).toBe(`'${text}`);
    expect(withFormula(withoutFormula(text))).toBe(text);
  },
);

it.each(['', 'a=b', "'quoted'", "o'brien", '1+1', ' =1'])('a cell of %j stays', (text) => {
  expect(withoutFormula(text)).toBe(text);
  expect(withFormula(text)).toBe(text);
});
