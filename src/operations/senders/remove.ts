import { z } from 'zod';
import {
  campaignsOfSender,
  findSender,
  type SenderId,
  type SenderRow,
  updateSender,
} from '../../db/accounts/senders.ts';
import { leaveCampaigns } from '../../db/campaigns/campaign-senders.ts';
import { type Db, transact } from '../../db/database.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { holdForSender } from '../../db/sending/sender-holds.ts';
import { uuid } from '../../domain/text.ts';
import { forgetAccount } from '../../engine/accounts/mailboxes.ts';
import { guardSenders } from '../../engine/campaigns/guard.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const removeSender = defineOperation({
  name: 'account.delete',
  route: 'DELETE /api/accounts/{id}',
  cli: 'account delete',
  summary: 'Delete a sender account',
  description:
    'Its credentials are wiped; its sends stay counted. Refused, with the list of campaigns, ' +
    'while some that are not completed use it, unless `force` is true: then the account stays ' +
    'as "disconnected", and the people it still has to write to are held with this reason. ' +
    'Giving it a password again (PATCH /api/email/accounts/{id}) lets these people go on.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Sender'), force: z.boolean().default(false) }),
  output: z.object({
    success: z.literal(true),
    held: z.int().describe('People held now.'),
  }),
  errors: ['sender.not_found', 'sender.in_use'],
  transaction: false,
  async run(context, { id, force }) {
    const { db, workspaceId, now } = context;
    const sender = { workspaceId, senderId: id };
    const { row, held } = await transact(db, (transaction) =>
      disconnect(transaction, sender, { force, now }),
    );
    await guardSenders(db, { workspaceId, senderIds: [id], now });
    await forgetAccount(context, row);
    return { success: true as const, held };
  },
});

async function disconnect(
  db: Db,
  sender: SenderId,
  { force, now }: { force: boolean; now: Date },
): Promise<{ row: SenderRow; held: number }> {
  const row = await findSender(db, sender);
  if (!row) throw new AppError('sender.not_found');
  const campaigns = (await campaignsOfSender(db, sender)).filter(
    (campaign) => campaign.status !== 'completed',
  );
  const names = campaigns.map((campaign) => campaign.name).join(', ');
  if (campaigns.length > 0 && !force)
    throw new AppError('sender.in_use', `Campaigns still use this sender: ${names}`, {
      extra: { campaigns },
    });
  const disconnected = {
    status: 'disconnected',
    status_reason: 'Deleted by its owner.',
    credentials: null,
    updated_at: now,
  };
  await updateSender(
    db,
    sender,
    campaigns.length > 0 ? disconnected : { ...disconnected, removed_at: now },
  );
  // A completed campaign may go on with new people, and must not count on this sender.
  if (campaigns.length === 0) await leaveCampaigns(db, { ...sender, now });
  const held = await holdForSender(db, sender, {
    detail: `${row.email_address ?? row.display_name ?? 'The sender'} was deleted by its owner.`,
    now,
  });
  await wakeSender(db, { ...sender, now });
  return { row, held };
}
