import { z } from 'zod';
import { resumePolicies } from '../../domain/hours/resume.ts';
import { operatingHours } from '../../domain/hours/schedule.ts';
import { sequenceNodeInput } from '../../domain/sequence/sequence.ts';
import { timeZone, uuid } from '../../domain/text.ts';
import type { CampaignForecast } from '../../engine/forecast/forecast.ts';
import { dailyLimit, hourlyLimit } from '../campaigns/fields.ts';

const instant = z.iso.datetime().nullable();

export const daysOutput = z.array(
  z.object({ date: z.iso.date(), sender_id: z.uuid(), sends: z.int() }),
);

export const forecastOutput = z
  .object({
    campaign_id: z.uuid(),
    made_at: z.iso.datetime(),
    assumptions: z.array(z.string()),
    starts_at: instant.describe('First touch from now on.'),
    ends_at: instant.describe('Last touch; null when nothing will be sent.'),
    finished: z.boolean().describe('False when it goes on for more than a year.'),
    sends: z.int(),
    cost_usd: z
      .number()
      .nullable()
      .default(null)
      .describe(
        'The most that X charges for these sends, in dollars; null where nothing is charged.',
      ),
    people: z.object({
      reached: z.int(),
      held: z.int().describe('Held now, until something is mended; they are not forecast.'),
      will_be_held: z
        .int()
        .describe('Will be held when their turn comes: a value that a text needs is missing.'),
      will_be_skipped: z
        .int()
        .describe('Will be skipped when their turn comes: suppressed, or in another campaign.'),
    }),
    first_messages: z.object({ first_at: instant, median_at: instant, last_at: instant }),
    days: daysOutput.describe(
      "By date in the campaign's zone and sender, the days with sends only; empty with by=day.",
    ),
    by_day: z
      .array(z.object({ date: z.iso.date(), sends: z.int() }))
      .optional()
      .describe('The same over all senders.'),
  })
  .meta({ id: 'Forecast' });

/** Changes that a forecast tries out. They are not applied to the campaign. */
export const changesInput = {
  operating_hours: operatingHours.optional(),
  timezone: timeZone().nullable().optional(),
  daily_limit: dailyLimit.nullable().optional(),
  hourly_limit: hourlyLimit.nullable().optional(),
  sender_account_ids: z
    .array(uuid)
    .max(1000)
    .optional()
    .describe('Instead of the senders of the campaign.'),
  sender_limits: z
    .array(z.object({ account_id: uuid, daily_limit: z.int().min(1).max(1_000_000) }))
    .max(1000)
    .optional()
    .describe("Senders' own daily limits."),
  acceptance_days: z
    .number()
    .gt(0)
    .max(365)
    .nullable()
    .optional()
    .describe(
      'LinkedIn: days after which invitations are accepted, 1 by default; null: none is accepted.',
    ),
  sequence_nodes: z
    .array(sequenceNodeInput)
    .max(100)
    .optional()
    .describe('Another sequence, as POST …/revisions would make of it.'),
  resume: z
    .enum(resumePolicies)
    .optional()
    .describe('How a paused campaign would be resumed, as in POST …/resume; shift by default.'),
  more_leads: z.int().min(0).max(1_000_000).optional().describe('Number of additional people.'),
};

/** Which of the days an answer has: a fleet has thousands of rows a day. */
export const daysInput = {
  by: z.enum(['sender', 'day']).default('sender').describe('day: `by_day` alone, without `days`.'),
  sender_ids: z
    .array(uuid)
    .max(500)
    .optional()
    .describe('Only rows of these senders in `days`; sums are over all.'),
};
type DaysAsked = { [Name in keyof typeof daysInput]?: z.output<(typeof daysInput)[Name]> };

/** A forecast with the days that are asked for. */
export function withDays<Shown extends { days: z.output<typeof daysOutput> }>(
  forecast: Shown,
  { by, sender_ids: senderIds }: DaysAsked,
): Shown & { by_day: { date: string; sends: number }[] } {
  const sums = Map.groupBy(forecast.days, ({ date }) => date);
  const by_day = [...sums].map(([date, own]) => ({
    date,
    sends: own.reduce((sum, { sends }) => sum + sends, 0),
  }));
  const wanted = new Set(senderIds);
  const shown = forecast.days.filter(({ sender_id }) => !senderIds || wanted.has(sender_id));
  return { ...forecast, days: by === 'day' ? [] : shown, by_day };
}

const iso = (at: number | null | undefined) =>
  at === null || at === undefined ? null : new Date(at).toISOString();

export function forecastOnWire(
  made: CampaignForecast,
  { campaignId, madeAt }: { campaignId: string; madeAt: Date },
): z.input<typeof forecastOutput> {
  const first = made.people.map((person) => person.first_at);
  return {
    campaign_id: campaignId,
    made_at: madeAt.toISOString(),
    assumptions: made.assumptions,
    starts_at: iso(made.startsAt),
    ends_at: iso(made.endsAt),
    finished: made.finished,
    sends: made.sends,
    cost_usd: made.cost === null ? null : made.cost / 1000,
    people: {
      reached: made.people.length,
      held: made.held,
      will_be_held: made.willBeHeld,
      will_be_skipped: made.willBeSkipped,
    },
    first_messages: {
      first_at: iso(first[0]),
      median_at: iso(first[(first.length - 1) >> 1]),
      last_at: iso(first.at(-1)),
    },
    days: made.days,
  };
}
