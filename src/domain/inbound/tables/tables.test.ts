import { expect, test } from 'vitest';
import { delayRows, failureRows, mailerNameRows, mailerRows } from './mailers.ts';
import { repeatRows, reportRows } from './reports.ts';

const rows = [
  ...reportRows,
  ...repeatRows,
  ...mailerRows,
  ...mailerNameRows,
  ...failureRows,
  ...delayRows,
];

test.each(rows)('the words of $source are found in "$example"', ({ says, example, source }) => {
  expect(new RegExp(says.source, 'im').test(example)).toBe(true);
  expect(source).not.toBe('');
});
