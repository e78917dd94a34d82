import { describe, expect, test } from 'vitest';
import { campaignFacts, laneFacts, limits30 } from '../../../test/factories/lane-facts.ts';
import { dayMs, hourMs } from '../time.ts';
import { budgetInWords, budgetOf, inDollars } from './budget.ts';
import type { LaneFacts } from './lane-facts.ts';
import { constraintsAt, planLane } from './planner.ts';

const midnight = Date.parse('2026-03-02T00:00:00Z');
const noon = midnight + 12 * hourMs;
const budget = (mills: number) => budgetOf({ type: 'x', daily_budget_mills: mills })!;
const facts = (mills: number, more: Partial<LaneFacts> = {}) =>
  laneFacts({
    timeZone: 'America/New_York',
    limits: { ...limits30, budget: budget(mills) },
    campaigns: [campaignFacts({ poolTouch: 'message' })],
    ...more,
  });
const sent = (n: number, at: number) => ({ usage: [{ at, touch: 'message', n }] });

describe('a budget of a sender', () => {
  test.each<[string, LaneFacts, string]>([
    ['lets a message go out that it has room for', facts(85), 'pacing'],
    ['holds a message that would pass it', facts(84), 'sender_budget'],
    ['counts the messages of the day', facts(190, sent(4, midnight)), 'sender_budget'],
    ['lets the next one go out', facts(225, sent(4, midnight)), 'pacing'],
    ['forgets those before midnight in UTC', facts(190, sent(4, midnight - 1)), 'pacing'],
    ['counts reading beyond what is kept for it', facts(120, read(86, midnight)), 'sender_budget'],
    ['counts reading once within it', facts(120, read(50, midnight)), 'pacing'],
    ['forgets the reading of another day', facts(120, read(90, midnight - dayMs)), 'pacing'],
  ])('%s', (_name, given, because) => {
    expect(planLane(given, noon)).toMatchObject({ because });
  });

  test('lets people wait for the day in UTC, and takes no more than it has room for', () => {
    const { nextAt } = planLane(facts(84), noon);
    expect(nextAt).toBe(midnight + dayMs);
    const fast = { minGapMs: 0, limits: { ...limits30, perDay: 1e6, budget: budget(50 + 3 * 35) } };
    expect(planLane(facts(0, fast), noon).send!.count).toBeLessThanOrEqual(3);
  });

  test('is named with its figures', () => {
    const work = { campaignId: campaignFacts().campaignId, touch: 'message', dueAt: 0, zone: '' };
    const constraints = constraintsAt(facts(190, sent(4, midnight)), work, noon);
    expect(constraints.find(({ because }) => because === 'sender_budget')?.inWords).toBe(
      '$0.14 for messages and $0.05 for reading, of $0.19 for this day (UTC)',
    );
    expect(budgetInWords(budget(1000), { usage: [], reading: null }, noon)).toContain('of $1.00');
    expect([inDollars(35), inDollars(0)]).toEqual(['$0.035', '$0.00']);
  });

  test('is for senders whose provider charges alone', () => {
    expect(budgetOf({ type: 'email', daily_budget_mills: 1000 })).toBeNull();
    expect(budgetOf({ type: 'x', daily_budget_mills: null })).toBeNull();
  });
});

function read(mills: number, since: number): Partial<LaneFacts> {
  return { reading: { since, mills } };
}
