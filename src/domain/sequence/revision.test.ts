import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourMs } from '../time.ts';
import {
  diffNodes,
  positionOf,
  type Revision,
  recogniseNodes,
  removeTouches,
  shiftsOf,
  touchAfter,
} from './revision.ts';
import { type SequenceNode, seedSequence } from './sequence.ts';

const [email, end] = seedSequence('email', () => 'seed') as [SequenceNode, SequenceNode];
/** Letters are emails; a digit is a delay of that many hours. */
function sequence(script: string): SequenceNode[] {
  const nodes = [...script].map((letter) =>
    /\d/.test(letter)
      ? {
          ...email,
          id: `delay-${letter}`,
          type: 'delay',
          subject: null,
          body: null,
          is_reply: null,
          delay_hours: Number(letter),
        }
      : { ...email, id: letter, subject: letter },
  );
  return [...nodes, { ...end, id: 'end' }].map((node, position) => ({ ...node, position }));
}
const revision = (script: string): Revision => ({ nodes: sequence(script), removedTouches: {} });
const places = (before: string, after: string) =>
  shiftsOf(sequence(before), sequence(after))
    .map(({ to }) => to ?? '-')
    .join('');

describe('prospects before a touch', () => {
  it.each([
    ['that stays keep their place', 'ABC', 'ABC', 'ABC'],
    ['that is removed move to the next touch that remains', 'ABCD', 'AD', 'ADDD'],
    ['that is replaced move to the new one', 'ABC', 'AXC', 'AXC'],
    ['behind a kept one keep their distance to it', 'ABC', 'AXY', 'AXY'],
    ['of a wholly new sequence keep their distance to the start', 'ABC', 'XYZ', 'XYZ'],
    ['that was the last move to the end', 'AB', 'A', 'A-'],
    ['after an inserted one stay before it', 'AB', 'AXB', 'AB'],
    ['that is removed as the order turns move to the next touch that remains', 'ABC', 'CA', 'ACC'],
  ])('%s', (_name, before, after, expected) => {
    expect(places(before, after)).toBe(expected);
  });

  it('have new delays, touches that repeat and touches that they skip', () => {
    const [first, second, third] = shiftsOf(sequence('A2B3C'), sequence('XA4CB'));
    expect(first).toEqual({
      nodeId: 'A',
      to: 'A',
      waitMs: 0,
      newWaitMs: 0,
      repeats: [],
      skips: ['X'],
    });
    expect(second).toEqual({
      nodeId: 'B',
      to: 'B',
      waitMs: 2 * hourMs,
      newWaitMs: 0,
      repeats: [],
      skips: ['X', 'C'],
    });
    expect(third).toEqual({
      nodeId: 'C',
      to: 'C',
      waitMs: 3 * hourMs,
      newWaitMs: 4 * hourMs,
      repeats: ['B'],
      skips: ['X'],
    });
  });

  it.each([
    ['that comes again right away', 'ABC', 'BA', 'C', ['A'], []],
    ['that comes again later', 'ABC', 'CBA', 'C', ['B', 'A'], []],
    ['that stays ahead of them', 'ABC', 'ABC', 'B', [], []],
    ['that they stand before and skip nothing of', 'ABC', 'CAB', 'A', [], ['C']],
    ['at the end, where nothing comes any more', 'ABC', 'AB', 'C', [], []],
    ['at the end, where new touches went before', 'AB', 'XA', 'B', [], ['X']],
  ])('are told of a touch %s', (_name, before, after, stand, repeats, skips) => {
    const shift = shiftsOf(sequence(before), sequence(after)).find(
      ({ nodeId }) => nodeId === stand,
    );
    expect(shift).toMatchObject({ repeats, skips });
  });
});

describe('a prospect with a touch that was removed while it was sent', () => {
  it('continues behind its place, through any number of revisions', () => {
    const one: Revision = {
      nodes: sequence('AC'),
      removedTouches: removeTouches(revision('ABC'), sequence('AC')),
    };
    expect([touchAfter(one, 'B'), positionOf(one, 'B'), touchAfter(one, 'A')]).toEqual([
      'C',
      'C',
      'C',
    ]);
    const two: Revision = {
      nodes: sequence('AXY'),
      removedTouches: removeTouches(one, sequence('AXY')),
    };
    expect([touchAfter(two, 'B'), positionOf(two, 'B'), touchAfter(two, 'C')]).toEqual([
      'X',
      'X',
      'Y',
    ]);
    const back: Revision = {
      nodes: sequence('ABC'),
      removedTouches: removeTouches(two, sequence('ABC')),
    };
    expect([touchAfter(back, 'B'), positionOf(back, 'B')]).toEqual(['C', 'B']);
    expect(Object.keys(back.removedTouches).sort()).toEqual(['X', 'Y']);
  });

  it('always continues at a touch of the sequence, or at the end', () => {
    const script = fc
      .shuffledSubarray(['A', 'B', 'C', 'D', 'E'], { minLength: 1 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(fc.array(script, { minLength: 2, maxLength: 5 }), (scripts) => {
        const [first, ...rest] = scripts;
        const last = rest.reduce<Revision>(
          (before, next) => ({
            nodes: sequence(next),
            removedTouches: removeTouches(before, sequence(next)),
          }),
          revision(first!),
        );
        const there = new Set<string | null>([...scripts.at(-1)!, null]);
        for (const letter of new Set(scripts.join(''))) {
          expect(there).toContain(touchAfter(last, letter));
          expect(there).toContain(positionOf(last, letter));
          if (!there.has(letter)) expect(Object.keys(last.removedTouches)).toContain(letter);
        }
      }),
    );
  });
});

describe('two revisions', () => {
  it('are compared by node', () => {
    const after = sequence('CXA3').map((node) =>
      node.id === 'A' ? { ...node, body: 'other' } : node,
    );
    expect(diffNodes(sequence('AB3C'), after)).toEqual({
      added: ['X'],
      removed: ['B'],
      reordered: ['C', 'A', 'delay-3'],
      changed: [{ node_id: 'A', fields: ['body'] }],
    });
  });

  it('share nodes with the same content, with or without their ids', () => {
    const fresh = sequence('AXB').map((node, index) => ({ ...node, id: `new-${index}` }));
    expect(recogniseNodes(fresh, sequence('AB')).map((node) => node.id)).toEqual([
      'A',
      'new-1',
      'B',
      'end',
    ]);
    const doubled = sequence('AA').map((node, index) => ({ ...node, id: `new-${index}` }));
    expect(recogniseNodes(doubled, sequence('A')).map((node) => node.id)).toEqual([
      'A',
      'new-1',
      'end',
    ]);
  });
});
