// Tests of main-job.test.ts. They stand here because that file would be too long, and because a
// second test file would start the mail servers again.
import { describe, expect, it } from 'vitest';
import type { MainJobFixture } from './fixture.ts';
import { leads } from './people.ts';
import { delaysInDays, homeZone, hours, limits, type Outcome, zone } from './run.ts';

const local = (instant: Date, timeZone: string) =>
  Temporal.Instant.from(instant.toISOString()).toZonedDateTimeISO(timeZone);

/** Counts of messages on each calendar day of a zone. */
function perDay(sent: readonly { at: Date }[], timeZone: string): number[] {
  return [
    ...Map.groupBy(sent, ({ at }) => local(at, timeZone).toPlainDate().toString()).values(),
  ].map((day) => day.length);
}

/** Tests the limits. `read` returns the outcome once the main job is over. */
export function describeLimits(read: () => Outcome): void {
  describe('limits', () => {
    it('no mail leaves outside the hours, before and after the clocks change', () => {
      const instants = [
        ...Object.values(read().mails)
          .flat()
          .map(({ date }) => date),
        ...read().sent.map(({ at }) => at),
      ];
      const outside = instants.filter((instant) => {
        const { dayOfWeek, hour, minute } = local(instant, zone);
        const windows =
          (hours as Record<number, readonly { start: number; end: number }[]>)[dayOfWeek] ?? [];
        return !windows.some(
          ({ start, end }) => hour * 60 + minute >= start && hour * 60 + minute < end,
        );
      });
      expect(outside.map((instant) => local(instant, zone).toString())).toEqual([]);
      expect(new Set(instants.map((instant) => local(instant, zone).offset))).toEqual(
        new Set(['+01:00', '+02:00']),
      );
    });

    it('a follow-up waits for its delay after the earlier mail', () => {
      for (const [first, second, third] of leads.map(({ email }) => read().mails[email]!)) {
        if (second)
          expect(second.date.getTime() - first!.date.getTime()).toBeGreaterThanOrEqual(
            delaysInDays[0] * 86_400_000,
          );
        if (third)
          expect(third.date.getTime() - second!.date.getTime()).toBeGreaterThanOrEqual(
            delaysInDays[1] * 86_400_000,
          );
      }
    });

    it("no sender exceeds its limit on any day of the workspace's zone", () => {
      const busiest = read().senders.map(({ id, dailyLimit }) => {
        const max = Math.max(
          ...perDay(
            read().sent.filter(({ senderId }) => senderId === id),
            homeZone,
          ),
        );
        expect(max).toBeLessThanOrEqual(dailyLimit);
        return max;
      });
      expect(busiest[0]).toBe(limits.ada);
    });

    it('the campaign keeps its daily limit over both senders in its own zone', () => {
      expect(Math.max(...perDay(read().sent, zone))).toBe(limits.campaign);
    });
  });
}

/** Tests the end of the campaign and its statistics. */
export function describeEnd(fixture: MainJobFixture, read: () => Outcome): void {
  describe('the end', () => {
    it('the campaign is completed when its last person is', () => {
      expect(read().ended).toMatchObject({ status: 'completed', completed_at: expect.any(String) });
      const lastSent = Math.max(...read().sent.map(({ at }) => at.getTime()));
      expect(new Date(read().ended.completed_at!).getTime()).toBeGreaterThanOrEqual(lastSent);
      expect(read().prospects.filter(({ ended_at }) => ended_at === null)).toEqual([]);
    });

    it('the stats equal a count of the people, and a recount repairs nothing', async () => {
      const byStatus = Object.fromEntries(
        [...Map.groupBy(read().prospects, ({ status }) => status)].map(([status, all]) => [
          status,
          all.length,
        ]),
      );
      expect(byStatus).toEqual({ completed: 54, replied: 4, bounced: 1, unsubscribed: 1 });
      const { campaign, prospects_by_status, repaired } = await fixture.ask<{
        campaign: { stats: Record<string, number> };
        prospects_by_status: object;
        repaired: number;
      }>(`POST /api/campaigns/${read().id}/sync-stats`);
      expect(repaired).toBe(0);
      expect(prospects_by_status).toEqual(byStatus);
      const others = Object.fromEntries(Object.keys(campaign.stats).map((name) => [name, 0]));
      expect(campaign.stats).toEqual({
        ...others,
        ...byStatus,
        total: 60,
        contacted: 60,
        answered: 4,
        cancelled: 1,
        messages_sent: 171,
      });
      expect(read().ended.stats).toEqual(campaign.stats);
    });

    it('every sender is credited with its own messages', async () => {
      const { senders } = await fixture.ask<{ senders: object[] }>(
        `GET /api/campaigns/${read().id}/senders`,
      );
      const written = (id: string) => read().sent.filter(({ senderId }) => senderId === id).length;
      expect(senders).toMatchObject(
        read().senders.map(({ id }) => ({ account_id: id, campaign_messages_sent: written(id) })),
      );
    });
  });
}
