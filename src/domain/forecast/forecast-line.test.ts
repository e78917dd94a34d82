import fc from 'fast-check';
import { Heap } from 'heap-js';
import { expect, it } from 'vitest';
import { ForecastLine } from './forecast-line.ts';

it('a heap returns its elements in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = Heap.heapify([...numbers], (a, b) => a - b);
      expect(heap.peek()).toBe(numbers.toSorted((a, b) => a - b)[0]);
      expect(numbers.map(() => heap.pop())).toEqual(numbers.toSorted((a, b) => a - b));
      expect([heap.pop(), heap.peek()]).toEqual([undefined, undefined]);
    }),
  );
});

it('a prospect that comes back to a line has its old place', () => {
  const line = new ForecastLine<number>(['a', 'b'], [10, 20]);
  const first = line.take()!;
  line.join('c', 30);
  line.comeBack(first);
  expect(line.firstKey).toBe(10);
  line.comeBack({ person: 'late', key: 25 });
  expect(['a', 'b', 'late', 'c', undefined]).toEqual(
    [1, 2, 3, 4, 5].map(() => line.take()?.person),
  );
  expect(line.firstKey).toBeUndefined();
});

it('prospects of the same key stand in the order of their ids, joined or come back', () => {
  const line = new ForecastLine<number>(['d'], [10]);
  for (const person of ['c', 'a']) line.join(person, 10);
  line.join('0', 20);
  line.comeBack({ person: 'b', key: 10 });
  expect(['a', 'b', 'c', 'd', '0']).toEqual([1, 2, 3, 4, 5].map(() => line.take()?.person));
});
