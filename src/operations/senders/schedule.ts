import { z } from 'zod';
import { findSender } from '../../db/accounts/senders.ts';
import { touchesBySender } from '../../db/campaigns/stats.ts';
import { readRests } from '../../db/sending/rests.ts';
import { readTimeZone } from '../../db/settings.ts';
import { dayStart, nextDayStart } from '../../domain/hours/schedule.ts';
import { restsAt } from '../../domain/sending/rest.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { uuid } from '../../domain/text.ts';
import { explainSender } from '../../engine/forecast/explain-sender.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

const days = 7;

export const getSenderSchedule = defineOperation({
  name: 'sender.schedule',
  route: 'GET /api/senders/{id}/schedule',
  cli: 'sender schedule',
  summary: 'Show when a sender acts next, why not sooner, and its capacity by day',
  description:
    `Days are calendar days of the workspace's time zone, today and the ${days - 1} after it. ` +
    '`capacity` is the daily limit, 0 while the sender does not send; operating hours and the ' +
    "campaigns' own limits may leave less of it.",
  scope: 'read',
  input: z.object({ id: uuid.describe('Sender') }),
  output: z.object({
    sender_id: z.uuid(),
    next_at: z.iso
      .datetime()
      .nullable()
      .describe('When its next touch goes out. Null: none, until something changes.'),
    because: z.string().describe('The constraint that binds now, as GET …/explain says.'),
    days: z.array(z.object({ date: z.iso.date(), capacity: z.int(), sent: z.int() })),
    resting: z
      .array(z.object({ touch: z.string(), until: z.iso.datetime(), reason: z.string() }))
      .describe(
        'Kinds of touch, or the "note" of invitations, that its provider takes no more of until ' +
          'then; the others go on.',
      ),
  }),
  errors: ['sender.not_found'],
  async run({ db, workspaceId, now }, { id }) {
    const sender = { workspaceId, senderId: id };
    const row = await findSender(db, sender);
    if (!row) throw new AppError('sender.not_found');
    const { binding, expectedAt } = await explainSender(db, id, { workspaceId, now });
    const zone = (await readTimeZone(db, workspaceId)) ?? defaultTimeZone;
    const midnight = dayStart(zone, now.getTime());
    const touches = await touchesBySender(db, {
      workspaceId,
      senderIds: [id],
      since: new Date(midnight),
    });
    const sentToday = touches.reduce((sum, { n }) => sum + n, 0);
    const capacity = row.status === 'active' ? row.daily_limit : 0;
    const plan: { date: string; capacity: number; sent: number }[] = [];
    for (let at = midnight; plan.length < days; at = nextDayStart(zone, at)) {
      const date = Temporal.Instant.fromEpochMilliseconds(at)
        .toZonedDateTimeISO(zone)
        .toPlainDate()
        .toString();
      plan.push({ date, capacity, sent: plan.length === 0 ? sentToday : 0 });
    }
    return {
      sender_id: id,
      next_at: expectedAt === null ? null : new Date(expectedAt).toISOString(),
      because: binding.code,
      days: plan,
      resting: restsAt(await readRests(db, sender), now.getTime()).map((one) => {
        return { ...one, until: new Date(one.until).toISOString() };
      }),
    };
  },
});
