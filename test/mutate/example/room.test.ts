import { expect, test } from 'vitest';
import { roomOf } from './room.ts';

test('a limit leaves what is not used', () => {
  expect([roomOf(5, 2, 9), roomOf(5, 2, 1), roomOf(5, 7, 1)]).toEqual([3, 1, 0]);
});
