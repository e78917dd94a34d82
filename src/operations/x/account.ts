import { findSender, type SenderRow } from '../../db/accounts/senders.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../../operation.ts';

/** The sender with this id. @throws sender.not_found, also for a sender of another type */
export async function findXAccount(
  { db, workspaceId }: Pick<Context, 'db' | 'workspaceId'>,
  id: string,
): Promise<SenderRow> {
  const row = await findSender(db, { workspaceId, senderId: id });
  if (row?.type !== 'x') throw new AppError('sender.not_found');
  return row;
}
