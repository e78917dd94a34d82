import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
/** Letters are emails, digits delays of so many hours. */
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
const hour = 3_600_000;
const revision = (script: string): Revision => ({ nodes: sequence(script), removedTouches: {} });
const places = (before: string, after: string) =>
  shiftsOf(sequence(before), sequence(after))
    .map(({ to }) => to ?? '-')
    .join('');

describe('people who stand before a touch', () => {
  it.each([
    ['of which nothing changed', 'ABC', 'ABC', 'ABC'],
    ['that is gone stand before the next that remains', 'ABCD', 'AD', 'ADDD'],
    ['that was replaced stand before the new one', 'ABC', 'AXC', 'AXC'],
    ['all after the first replaced stand as far on as they stood', 'ABC', 'AXY', 'AXY'],
    ['in a sequence that is all new stand as far on as they stood', 'ABC', 'XYZ', 'XYZ'],
    ['that was the last come to the end', 'AB', 'A', 'A-'],
    ['before an insertion meet it', 'AB', 'AXB', 'AB'],
    [
      'that is gone while the order is turned stand before the next that remains',
      'ABC',
      'CA',
      'ACC',
    ],
  ])('%s', (_name, before, after, expected) => {
    expect(places(before, after)).toBe(expected);
  });

  it('are told what changes for them', () => {
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
      waitMs: 2 * hour,
      newWaitMs: 0,
      repeats: [],
      skips: ['X', 'C'],
    });
    expect(third).toEqual({
      nodeId: 'C',
      to: 'C',
      waitMs: 3 * hour,
      newWaitMs: 4 * hour,
      repeats: ['B'],
      skips: ['X'],
    });
  });
});

describe('one whose touch was on its way when it was taken away', () => {
  it('goes on behind its place, through any number of revisions', () => {
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

  it('always finds its way to a touch there is, or to the end', () => {
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

  it('share the nodes that say the same, with or without their ids', () => {
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
