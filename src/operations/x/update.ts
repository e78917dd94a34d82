import { z } from 'zod';
import { updateSender } from '../../db/accounts/senders.ts';
import { transact } from '../../db/database.ts';
import { wakeCampaign, wakeSender } from '../../db/sending/lanes.ts';
import { releaseForSender, releaseMissingOf } from '../../db/sending/sender-holds.ts';
import { minBudgetUsd } from '../../domain/sending/budget.ts';
import { maxOnX } from '../../domain/sending/sender-limit.ts';
import { uuid } from '../../domain/text.ts';
import { accountOf, requireWorking } from '../../engine/accounts/mailboxes.ts';
import { resumeWithSenders } from '../../engine/campaigns/guard.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { profileColumns, profileInput } from '../email/profile.ts';
import { isLoosened, requireSendForSender } from '../require-send.ts';
import { senderChanges, senderShown, senderStatusInput } from '../senders/change.ts';
import { senderOnWire, senderOutput } from '../senders/wire.ts';
import { isEmpty } from '../unchanged.ts';
import { findXAccount } from './account.ts';

const { display_name, first_name, last_name, min_gap_seconds, daily_window, ramp_up } =
  profileInput.shape;
const nameFields = ['display_name', 'first_name', 'last_name'] as const;

export const updateXAccount = defineOperation({
  name: 'x_account.update',
  route: 'PATCH /api/x/accounts/{id}',
  cli: 'x account update',
  summary: 'Change an account on X: names, limits, pause',
  description:
    'Only the given fields change. X accepts 15 messages in a quarter of an hour and ' +
    `${maxOnX.daily_limit} in 24 hours from an account; far fewer keep it safe. \`status\`: ` +
    '"paused" stops sending at once, "active" resumes it, after a check of the login when it ' +
    'was refused before.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Sender'),
    display_name,
    first_name,
    last_name,
    daily_limit: z
      .int()
      .min(1)
      .max(maxOnX.daily_limit)
      .optional()
      .describe('Messages a day over all campaigns.'),
    hourly_limit: z
      .int()
      .min(1)
      .max(maxOnX.hourly_limit)
      .nullable()
      .optional()
      .describe("In a clock hour of the workspace's zone; null for no limit."),
    daily_budget_usd: z
      .number()
      .min(minBudgetUsd)
      .max(1_000_000)
      .multipleOf(0.01)
      .nullable()
      .optional()
      .describe(
        'Most that X may charge for the account in a day (UTC), in dollars. A message counts ' +
          'with 0.035, and 0.05 is kept for reading replies; null for no budget.',
      ),
    min_gap_seconds: min_gap_seconds.optional(),
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
    const row = await findXAccount(context, id);
    const changes = senderChanges(row, given);
    if (isEmpty(changes)) return { account: senderOnWire(row) };
    const { status, daily_budget_usd: budget, ...profile } = changes;
    if (isLoosened({ ...profile, status, daily_budget_usd: budget }, senderOnWire(row)))
      await requireSendForSender(context, sender);
    const revived = status === 'active' && row.status !== 'active';
    if (revived && row.status !== 'paused')
      await requireWorking(context, row.type, accountOf(context, row));
    const values = {
      ...profileColumns(profile),
      ...(status ? { status, status_reason: null } : {}),
      ...(budget === undefined ? {} : { daily_budget_mills: budget && Math.round(budget * 1000) }),
      updated_at: now,
    };
    const updated = await transact(context.db, async (transaction) => {
      const written = await updateSender(transaction, sender, values);
      if (!written) throw new AppError('sender.not_found');
      if (revived) await releaseForSender(transaction, sender, now);
      const named = nameFields.some((name) => profile[name] !== undefined);
      const released = named ? await releaseMissingOf(transaction, sender, now) : [];
      await wakeSender(transaction, { ...sender, now });
      for (const campaignId of released)
        await wakeCampaign(transaction, { ...sender, campaignId, now });
      return written;
    });
    if (revived) await resumeWithSenders(context.db, { ...sender, now });
    return { account: senderOnWire(updated) };
  },
});
