import type { Health } from '../../channels/channel.ts';
import { turnSender } from '../../db/accounts/seats.ts';
import { findSender, type SenderId } from '../../db/accounts/senders.ts';
import { transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { holdForSender, releaseForSender } from '../../db/sending/sender-holds.ts';
import type { Services } from '../../operation.ts';
import { guardSenders, resumeSenderless } from '../campaigns/guard.ts';

type Status = Health['status'];

/** Statuses that each may follow: one that a person paused or took out of service stays so until that person says otherwise. */
const follows: Record<Status, readonly string[]> = {
  active: ['credentials_required', 'error', 'connecting'],
  credentials_required: ['active', 'connecting', 'error'],
  error: ['active', 'connecting'],
  disconnected: ['active', 'connecting', 'error', 'credentials_required', 'paused'],
};

/**
 * Writes how a sender's account is, as its provider says. One that ails keeps its people, and its campaigns wait; one that is well
 * again goes on where it stood. What is known already changes nothing. `asked`: a person asked for it, who may want it back in service.
 */
export async function setHealth(
  services: Services,
  sender: SenderId,
  health: Health,
  asked = false,
): Promise<void> {
  const now = services.clock.now();
  const { status, reason } = health;
  const row = await findSender(services.db, sender);
  const well = status === 'active';
  const from = asked && well ? [...follows.active, 'disconnected'] : follows[status];
  if (!row || !from.includes(row.status)) return;
  const turned = await transact(services.db, async (db) => {
    if (well) await releaseForSender(db, sender, now);
    if (status === 'disconnected')
      await holdForSender(db, sender, { detail: reason ?? 'Its account is gone.', now });
    if (!(await turnSender(db, { ...sender, from, status, reason, now }))) return false;
    await wakeSender(db, { ...sender, now });
    const kind = well ? 'sender.restored' : 'sender.suspended';
    await appendEvents(db, { workspaceId: sender.workspaceId, at: now, actor: 'engine' }, [
      { kind, senderId: sender.senderId, data: reason ? { reason } : {} },
    ]);
    return true;
  });
  if (!turned) return;
  if (well) await resumeSenderless(services.db, { ...sender, now });
  else
    await guardSenders(services.db, {
      workspaceId: sender.workspaceId,
      senderIds: [sender.senderId],
      now,
    });
}
