import { z } from 'zod';
import {
  countWaitingBySender,
  readCapacities,
  sumSenders,
  sumUsage,
} from '../../db/forecast/sender-pages.ts';
import { readTimeZone } from '../../db/settings.ts';
import { dayStart, localDate, nextDayStart } from '../../domain/hours/schedule.ts';
import { dailyLimitAt } from '../../domain/sending/limit.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { defineOperation } from '../../operation.ts';
import { senderFilter, senderFilterOf } from './filter.ts';

const days = 7;
/** Domains of the answer, those with the most senders. */
const maxDomains = 1_000;

const counts = z.record(z.string(), z.int());

export const sumUpSenders = defineOperation({
  name: 'sender.summary',
  route: 'GET /api/senders/summary',
  cli: 'sender summary',
  summary: 'Count senders by what they wait for, status and domain, with their capacity',
  description:
    'Of all senders, or of those that a filter names, as in GET /api/senders. Reasons are those ' +
    'of the last plans.',
  scope: 'read',
  input: z.object(senderFilter),
  output: z.object({
    total: z.int(),
    by_because: counts,
    by_status: counts,
    by_type: counts,
    domains: z
      .array(z.object({ domain: z.string(), total: z.int(), by_because: counts }))
      .describe(`The ${maxDomains} with the most senders.`),
    people: counts.describe(
      'People under way in active campaigns, by what their sender waits for.',
    ),
    today: z.object({
      used: z.int().describe("Touches since midnight in the workspace's time zone."),
      capacity: z.int().describe('The daily limits of the active ones together.'),
    }),
    days: z
      .array(z.object({ date: z.iso.date(), capacity: z.int() }))
      .describe('Today and the six days after, with ramps; hours may leave less of it.'),
  }),
  errors: [],
  async run(context, given) {
    const { db, workspaceId, now } = context;
    const filter = senderFilterOf(given, context);
    const sums = await sumSenders(db, filter);
    const timeZone = (await readTimeZone(db, workspaceId)) ?? defaultTimeZone;
    const midnight = dayStart(timeZone, now.getTime());
    const limits = await readCapacities(db, filter);
    const capacityAt = (at: number) =>
      limits.reduce(
        (sum, { daily_limit, ramp_up, n }) =>
          sum + n * dailyLimitAt(daily_limit, ramp_up, { timeZone, at }),
        0,
      );
    const plan: { date: string; capacity: number }[] = [];
    for (let at = midnight; plan.length < days; at = nextDayStart(timeZone, at))
      plan.push({ date: localDate(timeZone, at), capacity: capacityAt(at) });
    const waiting = await countWaitingBySender(db, filter);
    return {
      total: sum(sums),
      by_because: by(sums, ({ because }) => because),
      by_status: by(sums, ({ status }) => status),
      by_type: by(sums, ({ type }) => type),
      domains: domainsOf(sums),
      people: Object.fromEntries(waiting.map(({ because, n }) => [because, n])),
      today: {
        used: await sumUsage(db, filter, new Date(midnight)),
        capacity: plan[0]!.capacity,
      },
      days: plan,
    };
  },
});

type Sums = Awaited<ReturnType<typeof sumSenders>>;

const sum = (rows: readonly { n: number }[]): number => rows.reduce((all, { n }) => all + n, 0);

function by(rows: Sums, keyOf: (row: Sums[number]) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(rows, keyOf)].map(([key, own]) => [key, sum(own)]));
}

function domainsOf(rows: Sums) {
  return [...Map.groupBy(rows, ({ domain }) => domain)]
    .filter(([domain]) => domain !== '')
    .map(([domain, own]) => {
      return { domain, total: sum(own), by_because: by(own, ({ because }) => because) };
    })
    .sort((a, b) => b.total - a.total || a.domain.localeCompare(b.domain))
    .slice(0, maxDomains);
}
