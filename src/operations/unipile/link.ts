import { randomBytes } from 'node:crypto';
import type { Client } from '../../channels/linkedin/client.ts';
import { faultOfReading } from '../../channels/linkedin/fault.ts';
import { createLink, lateMs, linkMs } from '../../channels/linkedin/hosted.ts';
import { lockSeatLinks, othersAwaitSeat, replaceSeatLink } from '../../db/accounts/seat-links.ts';
import { findSenderOf, type SenderRow } from '../../db/accounts/senders.ts';
import { type Db, transact } from '../../db/database.ts';
import { hashName, listenToUnipile, unipileOf } from '../../engine/accounts/seats.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../../operation.ts';

/** Unipile for a caller. @throws unipile.not_set_up, workspace.sandbox */
export function requireUnipile(context: Context): Client {
  const client = unipileOf(context);
  if (!client) throw new AppError('unipile.not_set_up');
  if (context.sandbox) throw new AppError('workspace.sandbox');
  return client;
}

/** Asks Unipile. @throws unipile.failed with the reason */
export async function ask<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking;
  } catch (error) {
    const { code, detail } = faultOfReading(error);
    throw new AppError('unipile.failed', detail, { extra: { reason: code } });
  }
}

/** The caller's LinkedIn sender with this id, ours or Unipile's. @throws sender.not_found */
export async function requireSeat(
  { db, workspaceId }: Context,
  id: string,
): Promise<SenderRow & { provider_account_id: string }> {
  const row = await findSenderOf(db, { workspaceId, type: 'linkedin', id });
  if (!row?.provider_account_id) throw new AppError('sender.not_found');
  return { ...row, provider_account_id: row.provider_account_id };
}

/** Begins a login of a new seat, or of a sender's again; one that was begun before is over. Returns the link to it. */
export async function beginLogin(
  context: Context,
  seat: { senderId: string; providerAccountId: string } | null,
): Promise<string> {
  const client = requireUnipile(context);
  const { db, workspaceId, memberId, now, config } = context;
  const refuseSecond = async (on: Db): Promise<void> => {
    const after = new Date(now.getTime() - lateMs);
    if (!seat && !config.publicUrl && (await othersAwaitSeat(on, workspaceId, after)))
      throw new AppError('unipile.login_under_way');
  };
  await refuseSecond(db);
  const name = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + linkMs);
  const notifyUrl = config.publicUrl && `${config.publicUrl}/unipile/seats`;
  const url = await ask(
    createLink(client, {
      name,
      expiresAt,
      providerAccountId: seat?.providerAccountId ?? null,
      notifyUrl,
    }),
  );
  const link = {
    name_hash: hashName(name),
    workspace_id: workspaceId,
    member_id: memberId,
    sender_id: seat?.senderId ?? null,
  };
  await transact(db, async (transaction) => {
    // Another may have begun while Unipile was asked.
    await lockSeatLinks(transaction);
    await refuseSecond(transaction);
    await replaceSeatLink(transaction, { ...link, created_at: now, expires_at: expiresAt });
  });
  await listenToUnipile(context);
  return url;
}
