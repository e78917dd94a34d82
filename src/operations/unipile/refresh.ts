import { z } from 'zod';
import { isNotFound } from '../../channels/linkedin/client.ts';
import { weeklyLimits } from '../../domain/sending/sender-limit.ts';
import { statusOnWire } from '../../domain/sending/sender-status.ts';
import { text } from '../../domain/text.ts';
import { adoptMovedSeats, listenToUnipile, refreshSeat } from '../../engine/accounts/seats.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendForSender } from '../require-send.ts';
import { senderOnWire, senderOutput } from '../senders/wire.ts';
import { ask, requireSeat, requireUnipile } from './link.ts';

const comparedFields = [
  'status',
  'is_premium',
  'weekly_connection_limit',
  'weekly_message_limit',
] as const;
const change = z.object({ from: z.unknown(), to: z.unknown() });

export const refreshSender = defineOperation({
  name: 'unipile.refresh',
  route: 'POST /api/unipile/refresh',
  cli: 'unipile refresh',
  summary: 'Read a LinkedIn account anew',
  description:
    'Reads its status, its InMail credits, and whether it is a premium account, on which the ' +
    'limits depend that were not set by hand. `changed` lists the differences.',
  scope: 'write',
  input: z.object({
    accountId: text({ min: 1, max: 200 }).describe("The sender's id, or its provider_account_id."),
  }),
  output: z.object({
    account: senderOutput,
    inmail_credits: z
      .int()
      .nullable()
      .describe(
        'InMails left to the account; null when its plan has none, or LinkedIn does not tell.',
      ),
    changed: z.record(z.string(), change),
  }),
  errors: ['unipile.not_set_up', 'unipile.failed', 'sender.not_found', 'workspace.sandbox'],
  transaction: false,
  async run(context, { accountId }) {
    const row = await requireSeat(context, accountId);
    const client = requireUnipile(context);
    const sender = {
      workspaceId: context.workspaceId,
      senderId: row.id,
      providerAccountId: row.provider_account_id,
    };
    if (row.status !== 'active') await requireSendForSender(context, { senderId: row.id });
    await ask(
      refreshSeat(context, client, sender).catch(async (error: unknown) => {
        if (!isNotFound(error) || (await adoptMovedSeats(context)) === 0) throw error;
        const { provider_account_id } = await requireSeat(context, row.id);
        return refreshSeat(context, client, { ...sender, providerAccountId: provider_account_id });
      }),
    );
    await listenToUnipile(context);
    const fresh = await requireSeat(context, row.id);
    const [before, after] = [row, fresh].map((seat) => ({
      ...seat,
      ...weeklyLimits(seat),
      status: statusOnWire(seat),
    }));
    const changes = comparedFields.filter((name) => before![name] !== after![name]);
    const credits = await client.readBalance(fresh.provider_account_id).catch(() => null);
    return {
      account: senderOnWire(fresh),
      inmail_credits: credits,
      changed: Object.fromEntries(
        changes.map((name) => [name, { from: before![name], to: after![name] }]),
      ),
    };
  },
});
