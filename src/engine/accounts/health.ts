import type { Health } from '../../channels/channel.ts';
import { believeProvider, turnSender } from '../../db/accounts/seats.ts';
import { findSender, type SenderId } from '../../db/accounts/senders.ts';
import { transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { endRests } from '../../db/sending/rests.ts';
import { holdForSender, releaseForSender } from '../../db/sending/sender-holds.ts';
import type { Services } from '../../operation.ts';
import { guardSenders, resumeWithSenders } from '../campaigns/guard.ts';

type Status = Health['status'];

/**
 * For each status, the ones it may follow. A sender that a person paused or took out of service
 * stays so until a person changes it.
 */
const follows: Record<Status, readonly string[]> = {
  active: ['credentials_required', 'error', 'connecting'],
  credentials_required: ['active', 'connecting', 'error'],
  error: ['active', 'connecting'],
  disconnected: ['active', 'connecting', 'error', 'credentials_required', 'paused'],
};

/**
 * Writes the health of a sender's account that its provider reports; a status it already has
 * changes nothing. A sender in trouble keeps its prospects, and its campaigns wait; a sender that
 * is healthy again goes on from there, but for one that a send took out of service: that one waits
 * for a new login, or for longer each time. `requested`: a person asked for the check, so that an
 * active account brings a disconnected sender back into service.
 */
export async function setHealth(
  services: Services,
  sender: SenderId,
  health: Health,
  { requested = false }: { requested?: boolean } = {},
): Promise<void> {
  const now = services.clock.now();
  const { status, reason } = health;
  const row = await findSender(services.db, sender);
  const healthy = status === 'active';
  const isNew = requested || health.isNewLogin === true;
  const from = requested && healthy ? [...follows.active, 'disconnected'] : follows[status];
  if (!row) return;
  if (!healthy) await believeProvider(services.db, { ...sender, now });
  // LinkedIn refuses the writes of an account that its provider takes for well, because it reads.
  else if (!isNew && row.heals_at && row.heals_at > now) return;
  if (!from.includes(row.status)) return;
  const changed = await transact(services.db, async (db) => {
    if (healthy) await releaseForSender(db, sender, now);
    if (status === 'disconnected')
      await holdForSender(db, sender, { detail: reason ?? 'Its account is gone.', now });
    if (!(await turnSender(db, { ...sender, from, status, reason, isNew, now }))) return false;
    if (isNew) await endRests(db, sender);
    await wakeSender(db, { ...sender, now });
    const kind = healthy ? 'sender.restored' : 'sender.suspended';
    await appendEvents(db, { workspaceId: sender.workspaceId, at: now, actor: 'engine' }, [
      { kind, senderId: sender.senderId, data: reason ? { reason } : {} },
    ]);
    return true;
  });
  if (!changed) return;
  if (healthy) await resumeWithSenders(services.db, { ...sender, now });
  else
    await guardSenders(services.db, {
      workspaceId: sender.workspaceId,
      senderIds: [sender.senderId],
      now,
    });
}
