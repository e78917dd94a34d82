import { expect, it } from 'vitest';
import { HandOvers } from './hand-overs.ts';

const fill = (open: HandOvers, workspace: string, count: number, since: number) =>
  Array.from({ length: count }, () => open.begin(workspace, since));

it('one workspace leaves places to the others, and has them again as they come back', () => {
  const open = new HandOvers();
  const ends = fill(open, 'a', 300, 0);
  expect(open.isFullFor('a', 1)).toBe(true);
  expect(open.isFullFor('b', 1)).toBe(false);
  expect(open.isFull(1)).toBe(false);
  ends[0]!();
  ends[0]!();
  expect(open.isFullFor('a', 1)).toBe(false);
  fill(open, 'a', 1, 1);
  expect(open.isFullFor('a', 1)).toBe(true);
});

it('mailboxes whose servers hang give their places back to those of all workspaces', () => {
  const open = new HandOvers();
  const hung = [...fill(open, 'a', 300, 0), ...fill(open, 'b', 300, 5_000)];
  expect(open.isFull(9_999)).toBe(true);
  expect(open.isFull(10_000)).toBe(false);
  expect([open.isFullFor('a', 10_000), open.isFullFor('b', 10_000)]).toEqual([false, true]);
  expect(open.isFullFor('b', 15_000)).toBe(false);
  const quick = fill(open, 'c', 600, 15_000);
  expect(open.isFull(15_000)).toBe(true);
  for (const end of hung) end();
  expect(open.isFull(15_000)).toBe(true);
  for (const end of quick) end();
  expect(open.isFull(15_000)).toBe(false);
});

it('messages that hang are bounded, too', () => {
  const open = new HandOvers();
  const hung = fill(open, 'a', 6_000, 0);
  expect(open.isFull(20_000)).toBe(true);
  hung[0]!();
  expect(open.isFull(20_000)).toBe(false);
});
