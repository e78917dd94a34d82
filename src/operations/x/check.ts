import { z } from 'zod';
import { updateSender } from '../../db/accounts/senders.ts';
import { runTransaction } from '../../db/database.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { uuid } from '../../domain/text.ts';
import { accountOf, checkAccount } from '../../engine/accounts/mailboxes.ts';
import { resumeWithSenders } from '../../engine/campaigns/guard.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendForSender } from '../require-send.ts';
import { senderOnWire, senderOutput, stepsOutput } from '../senders/wire.ts';
import { findXAccount } from './account.ts';

/** Statuses that become `active` when the login works. */
const recoverable = ['credentials_required', 'error'];

export const checkXAccount = defineOperation({
  name: 'x_account.check',
  route: 'POST /api/x/accounts/{id}/check',
  cli: 'x account check',
  summary: "Check an account's login on X",
  description:
    'When the login works, a sender that was out of service is active again; otherwise ' +
    '`status_reason` names the failure, and POST /api/x/connect makes a new login.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Sender') }),
  output: z.object({ ok: z.boolean(), steps: stepsOutput, account: senderOutput }),
  errors: ['sender.not_found'],
  transaction: false,
  async run(context, { id }) {
    const sender = { workspaceId: context.workspaceId, senderId: id };
    const row = await findXAccount(context, id);
    if (recoverable.includes(row.status)) await requireSendForSender(context, sender);
    const { ok, steps, reason } = await checkAccount(context, row.type, accountOf(context, row));
    const status = ok && recoverable.includes(row.status) ? 'active' : row.status;
    const updated = await runTransaction(context.db, async (transaction) => {
      const written = await updateSender(transaction, sender, {
        status,
        status_reason: reason,
        updated_at: context.now,
      });
      await wakeSender(transaction, { ...sender, now: context.now });
      return written;
    });
    if (!updated) throw new AppError('sender.not_found');
    if (status === 'active') await resumeWithSenders(context.db, { ...sender, now: context.now });
    return { ok, steps, account: senderOnWire(updated) };
  },
});
