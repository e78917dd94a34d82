import { describe, expect, it } from 'vitest';
import { nextTouchOf, type TouchOutlook } from './next-touch.ts';

const at = (ms: number) => new Date(ms);
const outlook: TouchOutlook = {
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

describe('the next touch', () => {
  it.each([
    [
      'a prospect of the pool comes after the first delay',
      pool,
      {},
      120,
      { at: 150, because: 'delay' },
    ],
    [
      'a prospect of the pool queues when the first delay is over',
      pool,
      {},
      160,
      { at: 150, because: 'queue' },
    ],
    [
      'a prospect in flight waits longer by a pause',
      inFlight,
      {},
      500,
      { at: 800, because: 'delay' },
    ],
    ['a prospect with a delay that is over is due', inFlight, {}, 900, { at: 800, because: 'due' }],
    [
      'a prospect that is away waits for its return',
      { ...inFlight, hold: 'out_of_office', holdUntil: at(950) },
      {},
      500,
      { at: 950, because: 'out_of_office' },
    ],
    [
      'a prospect with an earlier retry waits for its delay',
      { ...inFlight, hold: 'retry', holdUntil: at(10) },
      {},
      5,
      { at: 800, because: 'retry' },
    ],
    [
      'a prospect with a missing value has no next instant',
      { ...inFlight, hold: 'missing_variable' },
      {},
      500,
      { at: null, because: 'missing_variable' },
    ],
    [
      'a prospect with a removed sender has no next instant',
      { ...inFlight, senderId: 'off' },
      {},
      500,
      { at: null, because: 'sender_removed' },
    ],
    [
      'a prospect with an inactive sender has no next instant',
      { ...inFlight, senderId: 'ill' },
      {},
      500,
      { at: null, because: 'sender_not_active' },
    ],
    [
      'a prospect of a paused campaign has no next instant',
      inFlight,
      { status: 'paused' },
      500,
      { at: null, because: 'campaign_paused' },
    ],
    [
      'a prospect of a draft has no next instant',
      pool,
      { status: 'draft', launchedAt: null },
      500,
      { at: null, because: 'campaign_draft' },
    ],
    [
      'a prospect that has ended has no next touch',
      { ...pool, endedAt: at(1) },
      {},
      500,
      { at: null, because: null },
    ],
  ] as const)('%s', (_name, prospect, campaign, now, expected) => {
    expect(nextTouchOf(prospect, { ...outlook, ...campaign }, now)).toEqual(expected);
  });
});
