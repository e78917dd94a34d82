import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normaliseSequence, type SequenceNodeInput } from '../../domain/sequence/sequence.ts';
import { newId, nilId } from '../../ids.ts';
import { hoursOf, scheduleOf } from './hours.ts';
import { nodesOf, stepInput, stepsOf } from './steps.ts';

const free = fc
  .array(fc.constantFrom('%', '%%', '%or%', '%first_name%', '|', '\n', 'a', '100% b'), {
    maxLength: 5,
  })
  .map((all) => all.join(''));
const named = fc.record({
  type: fc.constant('variable' as const),
  name: fc.constantFrom('first-name', 'username', 'custom_r4t9vw15jm6bn3yxcf2dq8ek'),
  fallback: fc.option(fc.constantFrom('', 'there')),
});
const plain = fc.oneof(fc.record({ type: fc.constant('static' as const), text: free }), named);
const segment = fc.oneof(
  plain,
  fc.record({
    type: fc.constant('variation' as const),
    options: fc.array(fc.oneof(free, fc.array(plain, { maxLength: 3 })), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);
const message = fc.record({
  type: fc.constant('message'),
  data: fc.record({ segments: fc.array(segment, { maxLength: 4 }) }),
});
const minutes = fc.integer({ min: 1, max: 30 * 24 * 60 });
const unitOf = (n: number) => {
  if (n % 1440 === 0) return 'days';
  return n % 60 === 0 ? 'hours' : 'minutes';
};
const delay = minutes.map((n) => ({
  type: 'delay',
  data: {
    delaySeconds: n * 60,
    unit: unitOf(n),
  },
}));

it('steps become nodes and back, and steps that were read keep their nodes', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(message, delay), { maxLength: 8 }), (given) => {
      const steps = given.map((step) => stepInput.parse(step));
      const { nodes } = normaliseSequence(
        nodesOf(steps, []) as SequenceNodeInput[],
        [],
        'x',
        newId,
      );
      const wire = nodes.map((node) => ({ ...node, campaign_id: nilId, attachments: [] }));
      const read = stepsOf(wire);
      expect(read.map(({ type, rank }) => [type, rank])).toEqual(
        given.map(({ type }, rank) => [type, rank]),
      );
      expect(read.filter(({ type }) => type === 'delay').map(({ data }) => data)).toEqual(
        given.filter(({ type }) => type === 'delay').map(({ data }) => data),
      );
      for (const again of [read, read.map(({ type, data }) => ({ type, data }))]) {
        const back = nodesOf(
          again.map((step) => stepInput.parse(step)),
          wire,
        );
        expect(
          back
            .slice(0, -1)
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual(
          wire
            .slice(0, -1)
            .map(({ id }) => id)
            .toSorted(),
        );
        expect(back.every(({ body }) => body === undefined)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

it('a like step is refused with the reason', () => {
  for (const type of ['like-tweet', 'like_post', 'like']) {
    const step = stepInput.parse({ type, data: {} });
    expect(() => nodesOf([step], [])).toThrow(/steps\/0\/data: .*X forbids likes/);
  }
});

it('a schedule becomes hours and back', () => {
  const cuts = fc
    .uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 2, maxLength: 8 })
    .map((all) => all.toSorted((a, b) => a - b));
  const day = cuts.map((all) => {
    const windows = Array.from({ length: Math.floor(all.length / 2) }, (_, index) => ({
      start: all[2 * index]!,
      end: all[2 * index + 1]!,
    }));
    return {
      start: windows[0]!.start,
      end: windows.at(-1)!.end,
      ...(windows.length > 1 ? { windows } : {}),
    };
  });
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('0', '1', '2', '3', '4', '5', '6'), day),
      (schedule) => {
        expect(scheduleOf(hoursOf(schedule))).toEqual({ ...schedule });
      },
    ),
  );
});
