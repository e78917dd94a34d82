import { z } from 'zod';
import { updateSender } from '../../db/accounts/senders.ts';
import { transact } from '../../db/database.ts';
import { wakeCampaign, wakeSender } from '../../db/sending/lanes.ts';
import { endRests } from '../../db/sending/rests.ts';
import { releaseForSender, releaseMissingOf } from '../../db/sending/sender-holds.ts';
import { limitsOf, maxPerDay, weeklyLimits } from '../../domain/sending/sender-limit.ts';
import { uuid } from '../../domain/text.ts';
import { accountOf, requireWorking } from '../../engine/accounts/mailboxes.ts';
import { resumeWithSenders } from '../../engine/campaigns/guard.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { profileColumns, someProfile } from '../email/profile.ts';
import { isLoosened, requireSendForSender } from '../require-send.ts';
import { senderChanges, senderShown, senderStatusInput } from '../senders/change.ts';
import { senderOnWire, senderOutput } from '../senders/wire.ts';
import { isEmpty } from '../unchanged.ts';
import { requireSeat } from './link.ts';

/** The limits of a premium account, which are the highest. */
const premiumLimits = limitsOf({
  type: 'linkedin',
  is_premium: true,
  weekly_connection_limit: null,
  weekly_message_limit: null,
});
const {
  display_name,
  first_name,
  last_name,
  min_gap_seconds,
  hourly_limit,
  daily_window,
  ramp_up,
} = someProfile.shape;
const nameFields = ['display_name', 'first_name', 'last_name'] as const;
const weeklyLimit = (max: number | null) =>
  z
    .int()
    .min(0)
    .max(max ?? 0)
    .nullable()
    .optional();

export const updateSeat = defineOperation({
  name: 'unipile.update',
  route: 'PATCH /api/unipile/accounts/{id}',
  cli: 'unipile account update',
  summary: 'Change a LinkedIn account: names, limits, pause',
  description:
    'Only the given fields change. Weekly limits count any seven days, over all campaigns; ' +
    'null means the usual limits (80 invitations and 100 messages, premium 100 and 150). ' +
    '`status`: "paused" stops sending at once, "active" resumes it, after a check of the ' +
    'login when the account was out of service.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Sender'),
    display_name,
    first_name,
    last_name,
    daily_limit: z
      .int()
      .min(1)
      .max(maxPerDay('linkedin'))
      .optional()
      .describe('Touches a day over all campaigns, invitations and messages together.'),
    weekly_connection_limit: weeklyLimit(premiumLimits.max_connection_limit).describe(
      'Invitations in seven days.',
    ),
    weekly_message_limit: weeklyLimit(premiumLimits.max_message_limit).describe(
      'Messages in seven days.',
    ),
    hourly_limit,
    min_gap_seconds,
    daily_window,
    ramp_up,
    status: senderStatusInput,
    ...senderShown,
  }),
  output: z.object({ account: senderOutput }),
  errors: ['sender.not_found', 'sender.check_failed'],
  transaction: false,
  async run(context, { id, ...given }) {
    const { now } = context;
    const sender = { workspaceId: context.workspaceId, senderId: id };
    const row = await requireSeat(context, id);
    const changes = senderChanges(row, given);
    if (isEmpty(changes)) return { account: senderOnWire(row) };
    const { status, weekly_connection_limit, weekly_message_limit, ...profile } = changes;
    const weekly = { weekly_connection_limit, weekly_message_limit };
    if (isLoosened({ ...profile, ...weekly, status }, { ...row, ...weeklyLimits(row) }))
      await requireSendForSender(context, sender);
    const revived = status === 'active' && row.status !== 'active';
    if (revived && row.status !== 'paused')
      await requireWorking(context, row.type, accountOf(context, row));
    const weeklyColumns = Object.entries(weekly).filter(([, limit]) => limit !== undefined);
    const statusColumns = status
      ? { status, status_reason: null, send_faults: 0, heals_at: null }
      : {};
    const values = {
      ...profileColumns(profile),
      ...Object.fromEntries(weeklyColumns),
      ...statusColumns,
      updated_at: now,
    };
    const updated = await transact(context.db, async (transaction) => {
      if (revived) await releaseForSender(transaction, sender, now);
      if (status === 'active') await endRests(transaction, sender);
      const named = nameFields.some((name) => profile[name] !== undefined);
      const released = named ? await releaseMissingOf(transaction, sender, now) : [];
      const written = await updateSender(transaction, sender, values);
      if (!written) throw new AppError('sender.not_found');
      await wakeSender(transaction, { ...sender, now });
      for (const campaignId of released)
        await wakeCampaign(transaction, { ...sender, campaignId, now });
      return written;
    });
    if (revived) await resumeWithSenders(context.db, { ...sender, now });
    return { account: senderOnWire(updated) };
  },
});
