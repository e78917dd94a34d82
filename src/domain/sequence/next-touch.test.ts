import { describe, expect, it } from 'vitest';
import { nextTouchOf, type TouchOutlook } from './next-touch.ts';

const at = (ms: number) => new Date(ms);
const standing: TouchOutlook = {
  status: 'active',
  launchedAt: at(100),
  pauses: [[300, 400]],
  touches: [
    { nodeId: 'a', waitMs: 50 },
    { nodeId: 'b', waitMs: 500 },
  ],
  resting: new Map([
    ['off', 'sender_removed'],
    ['ill', 'sender_not_active'],
  ]),
};
const pool = {
  endedAt: null,
  hold: null,
  holdUntil: null,
  senderId: null,
  nodeId: null,
  anchorAt: null,
};
const inFlight = { ...pool, senderId: 's', nodeId: 'b', anchorAt: at(200) };

describe('the next touch of', () => {
  it.each([
    [
      'somebody in the pool, before the first delay is over',
      pool,
      {},
      120,
      { at: 150, because: 'delay' },
    ],
    ['somebody in the pool, after it', pool, {}, 160, { at: 150, because: 'queue' }],
    ['somebody in flight, over a pause', inFlight, {}, 500, { at: 800, because: 'delay' }],
    ['somebody whose delay is over', inFlight, {}, 900, { at: 800, because: 'due' }],
    [
      'somebody who is away',
      { ...inFlight, hold: 'out_of_office', holdUntil: at(950) },
      {},
      500,
      { at: 950, because: 'out_of_office' },
    ],
    [
      'somebody who is to be tried again before',
      { ...inFlight, hold: 'retry', holdUntil: at(10) },
      {},
      5,
      { at: 800, because: 'retry' },
    ],
    [
      'somebody held until mended',
      { ...inFlight, hold: 'missing_variable' },
      {},
      500,
      { at: null, because: 'missing_variable' },
    ],
    [
      'somebody whose sender was taken off',
      { ...inFlight, senderId: 'off' },
      {},
      500,
      { at: null, because: 'sender_removed' },
    ],
    [
      'somebody whose sender cannot send',
      { ...inFlight, senderId: 'ill' },
      {},
      500,
      { at: null, because: 'sender_not_active' },
    ],
    [
      'somebody in a paused campaign',
      inFlight,
      { status: 'paused' },
      500,
      { at: null, because: 'campaign_paused' },
    ],
    [
      'somebody in a draft',
      pool,
      { status: 'draft', launchedAt: null },
      500,
      { at: null, because: 'campaign_draft' },
    ],
    ['somebody who has ended', { ...pool, endedAt: at(1) }, {}, 500, { at: null, because: null }],
  ] as const)('%s', (_name, person, campaign, now, expected) => {
    expect(nextTouchOf(person, { ...standing, ...campaign }, now)).toEqual(expected);
  });
});
