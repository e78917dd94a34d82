import { describe, expect, it } from 'vitest';
import {
  again,
  days,
  end,
  hello,
  helloAndReply,
  newId,
  writeSequence,
} from '../../../test/factories/sequences.ts';
import { minuteMs } from '../time.ts';
import { nextTouch, seedSequence, touches } from './sequence.ts';

describe('touches', () => {
  it('wait for the sum of the delays before them', () => {
    const nodes = writeSequence([
      days(1),
      hello,
      days(2),
      { type: 'delay', delay_hours: 3 },
      again,
      days(1),
      end,
    ]).nodes;
    expect(touches(nodes)).toEqual([
      { nodeId: nodes[1]!.id, type: 'email', isReply: false, waitMs: 1440 * minuteMs },
      { nodeId: nodes[4]!.id, type: 'email', isReply: true, waitMs: (2 * 1440 + 180) * minuteMs },
    ]);
  });

  it('follow each other, and nothing follows an unknown one', () => {
    const nodes = helloAndReply();
    const [first, second] = touches(nodes);
    expect([
      nextTouch(nodes, null),
      nextTouch(nodes, first!.nodeId),
      nextTouch(nodes, second!.nodeId),
      nextTouch(nodes, newId()),
    ]).toEqual([first, second, null, null]);
    expect(nextTouch(seedSequence('pigeon', newId), null)).toBeNull();
  });
});
