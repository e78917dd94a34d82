import { expect, it } from 'vitest';
import { newId } from '../../../test/factories/sequences.ts';
import { editNode, normaliseSequence, seedSequence } from './sequence.ts';

it('the first text of a seeded invitation is its note, unless the caller says otherwise', () => {
  const seeded = seedSequence('linkedin', newId);
  const written = (given: object) => editNode(seeded, seeded[0]!.id, given).node.include_message;
  expect(seeded[0]).toMatchObject({ type: 'connection_request', include_message: false });
  expect(written({ body: 'Hi' })).toBe(null);
  expect(written({ body: 'Hi', include_message: false })).toBe(false);
  expect(written({ body: ' ' })).toBe(false);
});

it('a delay with a unit may be of any length up to a year, others of a minute to 30 days', () => {
  const problems = (delay: object) => {
    const nodes = [{ type: 'delay' as const, ...delay }, { type: 'end' as const }];
    try {
      return normaliseSequence(nodes, [], 'x', newId).nodes.length;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(problems({ delay_seconds: 1, delay_unit: 'seconds' })).toBe(2);
  expect(problems({ delay_days: 365, delay_unit: 'weeks' })).toBe(2);
  expect(problems({ delay_days: 366, delay_unit: 'weeks' })).toMatch(/at most 365 days/);
  expect(problems({ delay_seconds: 59 })).toMatch(/1 minute to 30 days/);
  expect(problems({ delay_days: 31 })).toMatch(/1 minute to 30 days/);
});

it('a node that is kept as it is passes, whatever the limits for new ones are', () => {
  const long = { type: 'delay' as const, delay_days: 60, delay_unit: 'months' };
  const { nodes } = normaliseSequence([long, { type: 'end' }], [], 'x', newId);
  const old = nodes.map(({ delay_unit: _unit, ...node }) => node);
  const kept = [{ type: 'delay' as const, id: old[0]!.id }, { type: 'end' as const }];
  expect(normaliseSequence(kept, old, 'x', newId).nodes[0]).toEqual(old[0]);
});
