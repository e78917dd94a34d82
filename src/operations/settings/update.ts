import { z } from 'zod';
import { findSender, type SenderValues, updateSender } from '../../db/accounts/senders.ts';
import { wakeSender, wakeWorkspace } from '../../db/sending/lanes.ts';
import { readBodyDays, readTimeZone, saveBodyDays, saveTimeZone } from '../../db/settings.ts';
import { limitsOf, maxPerDay } from '../../domain/sending/sender-limit.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { timeZone, uuid } from '../../domain/text.ts';
import { AppError, type Problem } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { senderOnWire, senderOutput } from '../senders/wire.ts';
import { settingsOutput } from './get.ts';
import { changeNotices, noticesInput, showNotices } from './notices.ts';

const weekly = z.int().min(0).max(10_000).nullable().optional();
const accountLimits = z.object({
  id: uuid.describe('Sender'),
  weekly_connection_limit: weekly.describe(
    "Invitations in any seven days; null is the usual limit of the sender's kind.",
  ),
  weekly_message_limit: weekly.describe(
    "Messages in any seven days; null is the usual limit of the sender's kind.",
  ),
  daily_limit: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('Touches a day over all campaigns.'),
});
type AccountLimits = z.output<typeof accountLimits>;

export const updateSettings = defineOperation({
  name: 'settings.update',
  route: 'PUT /api/settings',
  cli: 'setting update',
  summary: 'Change the settings of the workspace, or the limits of a sender',
  description:
    'A new time zone counts at once for every campaign without its own: their senders are ' +
    'planned again. campaign_account sets the limits of one sender, which all its campaigns ' +
    'share; GET /api/campaigns/settings shows their use, and the maximum for its kind.',
  scope: 'admin',
  input: z.object({
    timezone: timeZone()
      .nullable()
      .optional()
      .describe(
        'IANA zone, for example Europe/Berlin; null goes back to the default, America/New_York.',
      ),
    isDefault: z
      .boolean()
      .optional()
      .describe('true, with the default zone beside it, leaves it the default.'),
    campaign_account: accountLimits.optional(),
    keep_bodies_days: z
      .int()
      .min(1)
      .max(36_500)
      .nullable()
      .optional()
      .describe('Forget texts and files of received messages after so many days; null: never.'),
    ...noticesInput,
  }),
  output: settingsOutput.extend({
    campaign_account: senderOutput.optional().describe('The sender, when its limits were given.'),
  }),
  errors: ['sender.not_found'],
  async run(context, input) {
    const {
      timezone: given,
      isDefault,
      campaign_account: limits,
      keep_bodies_days,
      ...rest
    } = input;
    const { db, workspaceId, now } = context;
    const timezone = isDefault && given === defaultTimeZone ? undefined : given;
    const account = limits && (await changeLimits(context, limits));
    if (timezone !== undefined) {
      await saveTimeZone(db, workspaceId, timezone);
      await wakeWorkspace(db, workspaceId, now);
    }
    if (keep_bodies_days !== undefined) await saveBodyDays(db, workspaceId, keep_bodies_days);
    await changeNotices(context, rest);
    const zone = timezone === undefined ? await readTimeZone(db, workspaceId) : timezone;
    return {
      timezone: zone ?? defaultTimeZone,
      isDefault: zone === null,
      keep_bodies_days: await readBodyDays(db, workspaceId),
      notifications: await showNotices(context),
      ...(account ? { campaign_account: account } : {}),
    };
  },
});

async function changeLimits({ db, workspaceId, now }: Context, { id, ...limits }: AccountLimits) {
  const sender = { workspaceId, senderId: id };
  const row = await findSender(db, sender);
  if (!row) throw new AppError('sender.not_found');
  const { max_connection_limit, max_message_limit } = limitsOf(row);
  const errors = [
    ...checkLimit('weekly_connection_limit', limits.weekly_connection_limit, max_connection_limit),
    ...checkLimit('weekly_message_limit', limits.weekly_message_limit, max_message_limit),
    ...checkLimit('daily_limit', limits.daily_limit, maxPerDay(row.type)),
  ];
  if (errors[0]) throw new AppError('request.invalid', errors[0].message, { errors });
  const given: SenderValues = Object.fromEntries(
    Object.entries(limits).filter(([, limit]) => limit !== undefined),
  );
  const updated = await updateSender(db, sender, { ...given, updated_at: now });
  if (!updated) throw new AppError('sender.not_found');
  await wakeSender(db, { workspaceId, senderId: id, now });
  return senderOnWire(updated);
}

/** The problem with a limit above `max`. `max` is null when the type has no such limit. */
function checkLimit(
  field: string,
  limit: number | null | undefined,
  max: number | null,
): Problem[] {
  if (limit === null || limit === undefined || (max !== null && limit <= max)) return [];
  const message =
    max === null
      ? `${field}: senders of this type have no such limit.`
      : `${field} can be at most ${max}.`;
  return [{ pointer: `/campaign_account/${field}`, code: 'limit', message }];
}
