import { z } from 'zod';
import { countByChannel, countByWeek } from '../../db/campaigns/activities.ts';
import { campaignTypeNames } from '../../domain/sequence/campaign.ts';
import { uuid } from '../../domain/text.ts';
import { weekMs } from '../../domain/time.ts';
import { defineOperation } from '../../operation.ts';

const weeks = 12;
const count = z.int();
const happened = {
  messages_sent: count.describe('Messages handed over.'),
  connections_sent: count.describe('Invitations handed over.'),
  replied: count,
  bounced: count,
};
type Counted = { type: string; name: string; n: number };

const byChannel = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object(
    Object.fromEntries(campaignTypeNames.map((type) => [type, z.object(shape)])) as Record<
      (typeof campaignTypeNames)[number],
      z.ZodObject<Shape>
    >,
  );

export const dashboardAnalytics = defineOperation({
  name: 'dashboard.analytics',
  route: 'GET /api/dashboard/analytics',
  cli: 'dashboard analytics',
  summary: 'Count what campaigns have done, by week and over all time',
  description:
    `The last ${weeks} weeks, from Monday to Sunday in UTC, weeks without anything left out; ` +
    'and everything since the beginning. Of the campaigns that are still there.',
  scope: 'read',
  input: z.object({
    campaign_ids: z.array(uuid).max(1000).optional().describe('All campaigns unless given.'),
  }),
  output: z.object({
    weekly: z.array(byChannel(happened).extend({ week_start: z.iso.date() })),
    allTime: byChannel({ ...happened, contacted: count, completed: count }),
  }),
  errors: [],
  async run({ db, workspaceId, now }, { campaign_ids: campaignIds = null }) {
    const since = new Date(mondayOf(now.getTime()) - (weeks - 1) * weekMs);
    const counted = await countByWeek(db, { workspaceId, campaignIds, since });
    const perWeek = Map.groupBy(counted, ({ week }) => week.getTime());
    const weekly = [...perWeek]
      .sort(([one], [other]) => one - other)
      .map(([week, counts]) => ({
        week_start: new Date(week).toISOString().slice(0, 10),
        ...sums(counts, happenedOf),
      }));
    const all = await countByChannel(db, { workspaceId, campaignIds });
    const allTime = sums(all, (counts) => {
      const of = (name: string) => counts.find((one) => one.name === name)?.n ?? 0;
      const touches = counts.map(({ name, ...rest }) => ({ ...rest, name: touchOf(name) }));
      return {
        ...happenedOf(touches),
        replied: of('answered'),
        bounced: of('bounced'),
        contacted: of('contacted'),
        completed: of('completed'),
      };
    });
    return { weekly, allTime };
  },
});

/** The Monday of an instant's week in UTC. 1970-01-05 was one. */
function mondayOf(at: number): number {
  const first = Date.UTC(1970, 0, 5);
  return first + Math.floor((at - first) / weekMs) * weekMs;
}

const touchOf = (name: string): string => (name.startsWith('touch:') ? name.slice(6) : '');

function happenedOf(counts: readonly Counted[]) {
  const of = (isMeant: (name: string) => boolean) =>
    counts.reduce((sum, { name, n }) => (isMeant(name) ? sum + n : sum), 0);
  const others = ['connection_request', 'replied', 'bounced', ''];
  return {
    messages_sent: of((name) => !others.includes(name)),
    connections_sent: of((name) => name === 'connection_request'),
    replied: of((name) => name === 'replied'),
    bounced: of((name) => name === 'bounced'),
  };
}

function sums<Sum>(counts: readonly Counted[], sum: (counts: readonly Counted[]) => Sum) {
  return Object.fromEntries(
    campaignTypeNames.map((type) => [type, sum(counts.filter((one) => one.type === type))]),
  ) as Record<(typeof campaignTypeNames)[number], Sum>;
}
