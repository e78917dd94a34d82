import { z } from 'zod';
import { findSender, updateSender } from '../../db/accounts/senders.ts';
import { runTransaction } from '../../db/database.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { uuid } from '../../domain/text.ts';
import { accountOf, checkAccount } from '../../engine/accounts/mailboxes.ts';
import { resumeWithSenders } from '../../engine/campaigns/guard.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendForSender } from '../require-send.ts';
import { senderOnWire, senderOutput, stepsOutput } from '../senders/wire.ts';

/** Statuses that become `active` when the connections work. */
const recoverable = ['credentials_required', 'error', 'connecting'];

export const checkMailbox = defineOperation({
  name: 'email_account.check',
  route: 'POST /api/email/accounts/{id}/check',
  cli: 'email account check',
  summary: "Check a mailbox's connections",
  description:
    'Returns the result of each step. When all work, a sender that was out of service is ' +
    'active again; otherwise `status_reason` names the failure.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Sender') }),
  output: z.object({ ok: z.boolean(), steps: stepsOutput, account: senderOutput }),
  errors: ['sender.not_found'],
  transaction: false,
  async run(context, { id }) {
    const sender = { workspaceId: context.workspaceId, senderId: id };
    const row = await findSender(context.db, sender);
    if (row?.type !== 'email') throw new AppError('sender.not_found');
    if (recoverable.includes(row.status)) await requireSendForSender(context, sender);
    if (row.credentials === null && !context.sandbox) {
      const detail =
        'The stored password was wiped: give it again with PATCH /api/email/accounts/{id}.';
      return {
        ok: false,
        steps: [{ step: 'credentials', ok: false, detail }],
        account: senderOnWire(row),
      };
    }
    const { ok, steps, reason } = await checkAccount(context, row.type, accountOf(context, row));
    const status = ok && recoverable.includes(row.status) ? 'active' : row.status;
    const updated = await runTransaction(context.db, async (transaction) => {
      await wakeSender(transaction, { ...sender, now: context.now });
      return updateSender(transaction, sender, {
        status,
        status_reason: reason,
        updated_at: context.now,
      });
    });
    if (!updated) throw new AppError('sender.not_found');
    if (status === 'active') await resumeWithSenders(context.db, { ...sender, now: context.now });
    return { ok, steps, account: senderOnWire(updated) };
  },
});
