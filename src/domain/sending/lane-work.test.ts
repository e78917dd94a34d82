import { describe, expect, test } from 'vitest';
import { campaignFacts, dueFollowUp, monday9 } from '../../../test/factories/lane-facts.ts';
import { hourMs } from '../time.ts';
import type { FollowUp } from './lane-facts.ts';
import { nextWork, picksOf, worksOf } from './lane-work.ts';

const follow = (facts: Partial<FollowUp>): FollowUp => ({ ...dueFollowUp, ...facts });
const hoursAgo = (hours: number) => monday9 - hours * hourMs;

describe('the work of a campaign', () => {
  test('is one for each type of touch, zone and need of a note, due when its first is', () => {
    const followUps = [
      follow({ nodeId: 'a', anchorAt: hoursAgo(3) }),
      follow({ nodeId: 'b', anchorAt: hoursAgo(5) }),
      follow({ nodeId: 'c', anchorAt: hoursAgo(4) }),
      follow({ touch: 'message' }),
      follow({ zone: 'Asia/Tokyo' }),
      follow({ noted: true }),
    ];
    const works = worksOf(campaignFacts({ followUps, poolZones: ['', 'Asia/Tokyo'] }));
    expect(
      works.map(({ followUp, touch, zone, noted, dueAt }) => [followUp, touch, zone, noted, dueAt]),
    ).toEqual([
      [true, 'email', '', false, hoursAgo(3)],
      [true, 'message', '', false, hoursAgo(1)],
      [true, 'email', 'Asia/Tokyo', false, hoursAgo(1)],
      [true, 'email', '', true, hoursAgo(1)],
      [false, 'email', '', false, 0],
      [false, 'email', 'Asia/Tokyo', false, 0],
    ]);
    expect(worksOf(campaignFacts({ followUps: [], poolFrom: null }))).toEqual([]);
  });
});

describe('the work that goes first', () => {
  const campaign = campaignFacts({
    followUps: [
      follow({ anchorAt: hoursAgo(9), zone: 'Asia/Tokyo' }),
      follow({ zone: 'Europe/Berlin' }),
      follow({ zone: 'Europe/Rome', touch: 'message' }),
      follow({ zone: 'Europe/Paris', noted: true }),
    ],
    poolZones: ['Europe/London'],
  });
  const other = campaignFacts({
    campaignId: 'c2',
    sentTodayBySender: 1,
    followUps: [follow({ anchorAt: hoursAgo(99), zone: 'Europe/Madrid' })],
  });

  test('has the zones of its own campaign, touch and need of a note alone', () => {
    const first = nextWork([...worksOf(other), ...worksOf(campaign)]);
    expect(first).toMatchObject({ campaign, followUp: true, touch: 'email', zone: 'Asia/Tokyo' });
    expect(first.zones).toEqual(['Asia/Tokyo', 'Europe/Berlin']);
  });

  test('picks the due prospects of these zones, longest due first', () => {
    const work = nextWork(worksOf(campaign));
    expect(picksOf(work, monday9)).toEqual([
      { nodeId: 'n2', zone: 'Asia/Tokyo', dueBefore: hoursAgo(2) },
      { nodeId: 'n2', zone: 'Europe/Berlin', dueBefore: hoursAgo(2) },
    ]);
    expect(picksOf(work, hoursAgo(7)).map((pick) => 'zone' in pick && pick.zone)).toEqual([
      'Asia/Tokyo',
    ]);
    expect(picksOf({ ...work, touch: 'message', zones: ['Europe/Rome'] }, monday9)).toHaveLength(1);
    expect(picksOf({ ...work, noted: true, zones: ['Europe/Paris'] }, monday9)).toHaveLength(1);
  });
});
