import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instantOf, labelsThatFit, layOut, placeOf } from './timeline.ts';

const hour = 3_600_000;
const instants = fc.uniqueArray(fc.integer({ min: 0, max: 4_000 }), {
  minLength: 2,
  maxLength: 12,
});

it('order is kept, every instant has its place, and the place tells the instant', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 200, max: 900 }), (given, width) => {
      const sorted = given.map((n) => n * hour).sort((a, b) => a - b);
      const line = layOut(sorted, width);
      const places = sorted.map((at) => placeOf(line, at));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(new Set(places).size).toBe(places.length);
      for (const at of sorted)
        expect(Math.abs(instantOf(line, placeOf(line, at))! - at)).toBeLessThan(hour);
    }),
  );
});

it('a gap of more than half a day is folded, however long it is', () => {
  const widths = [13, 240, 9_000].map((hours) => {
    const { stretches } = layOut([0, hour, (1 + hours) * hour], 400);
    return stretches[1];
  });
  expect(widths.map((one) => one?.folded)).toEqual([true, true, true]);
  expect(new Set(widths.map((one) => one?.width)).size).toBe(1);
});

it('one instant has no length, and what lies outside is at an end', () => {
  expect(layOut([5], 400)).toEqual({ stretches: [], width: 0 });
  const line = layOut([10 * hour, 12 * hour], 400);
  expect(placeOf(line, 0)).toBe(0);
  expect(placeOf(line, 99 * hour)).toBe(line.width);
  expect(instantOf(line, line.width + 1)).toBeNull();
});

it('no two labels lie over each other, and the first ones stay', () => {
  const label = fc.record({ x: fc.integer({ min: 0, max: 400 }), width: fc.constant(60) });
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 12 }), (labels) => {
      const fits = labelsThatFit(labels);
      const shown = labels.filter((_one, at) => fits[at]).map(({ x }) => x);
      expect(fits[0]).toBe(true);
      for (const x of shown)
        expect(shown.filter((other) => Math.abs(other - x) < 60)).toHaveLength(1);
    }),
  );
});
