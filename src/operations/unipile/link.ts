import { randomBytes } from 'node:crypto';
import { faultOfReading } from '../../channels/linkedin/fault.ts';
import { lateMs, linkMs } from '../../channels/linkedin/hosted.ts';
import type { Unipile } from '../../channels/linkedin/unipile.ts';
import { lockSeatLinks, othersAwaitSeat, replaceSeatLink } from '../../db/accounts/seat-links.ts';
import { findSenderOf, type SenderRow } from '../../db/accounts/senders.ts';
import { type Db, transact } from '../../db/database.ts';
import { listenToUnipile, seatToken, sha256, unipileOf } from '../../engine/accounts/seats.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../../operation.ts';
import { requireSendForSender } from '../require-send.ts';

/** The client of Unipile. @throws unipile.not_set_up, workspace.sandbox */
export function requireUnipile(context: Context): Unipile {
  const client = unipileOf(context);
  if (!client) throw new AppError('unipile.not_set_up');
  if (context.sandbox) throw new AppError('workspace.sandbox');
  return client;
}

/** Waits for the answer of Unipile. @throws unipile.failed with the reason */
export async function ask<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    const { code, detail } = faultOfReading(error);
    throw new AppError('unipile.failed', detail, { extra: { reason: code } });
  }
}

/** The workspace's LinkedIn sender with this id, ours or Unipile's. @throws sender.not_found */
export async function requireSeat(
  { db, workspaceId }: Context,
  id: string,
): Promise<SenderRow & { provider_account_id: string }> {
  const row = await findSenderOf(db, { workspaceId, type: 'linkedin', id });
  if (!row?.provider_account_id) throw new AppError('sender.not_found');
  return { ...row, provider_account_id: row.provider_account_id };
}

/**
 * Begins the login of a new seat, or of a seat that must log in again. It replaces a login begun
 * before. Returns the link to open.
 * @throws unipile.not_set_up, unipile.failed, unipile.login_under_way, workspace.sandbox,
 * auth.scope
 */
export async function beginLogin(
  context: Context,
  seat: { senderId: string; providerAccountId: string } | null,
): Promise<string> {
  const client = requireUnipile(context);
  const { db, workspaceId, memberId, now, config, vault } = context;
  await requireSendForSender(context, seat ?? { type: 'linkedin' });
  const refuseSecondLogin = async (on: Db): Promise<void> => {
    const after = new Date(now.getTime() - lateMs);
    if (!seat && !config.publicUrl && (await othersAwaitSeat(on, workspaceId, after)))
      throw new AppError('unipile.login_under_way');
  };
  await refuseSecondLogin(db);
  const name = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + linkMs);
  const notifyUrl =
    config.publicUrl && `${config.publicUrl}/unipile/seats?token=${seatToken(vault, name)}`;
  const url = await ask(
    client.createLink({
      name,
      expiresAt,
      providerAccountId: seat?.providerAccountId ?? null,
      notifyUrl,
      returnUrl: `${config.publicUrl ?? `http://127.0.0.1:${config.port}`}/unipile/done`,
    }),
  );
  const link = {
    name_hash: sha256(name),
    workspace_id: workspaceId,
    member_id: memberId,
    sender_id: seat?.senderId ?? null,
  };
  await transact(db, async (transaction) => {
    // Another login may have begun while this one waited for Unipile.
    await lockSeatLinks(transaction);
    await refuseSecondLogin(transaction);
    await replaceSeatLink(transaction, { ...link, created_at: now, expires_at: expiresAt });
  });
  await listenToUnipile(context);
  return url;
}
