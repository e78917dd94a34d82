import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { insertSuppressions } from '../../db/people/suppressions.ts';
import { messageTarget } from '../../db/sending/ledger.ts';
import { noteReply } from '../../db/sending/marks.ts';
import { type Move, moveProspects } from '../../db/sending/moves.ts';
import type { EventKind } from '../../domain/people/event.ts';
import type { ProspectStatus } from '../../domain/people/prospect.ts';
import type { SuppressionKey } from '../../domain/people/suppression.ts';
import type { Services } from '../../operation.ts';

/** A move that ends a prospect's sequence. */
export function endMove(
  prospectId: string,
  status: ProspectStatus,
  { reason, at }: { reason: string; at: Date },
): Move {
  const nowhere = {
    standsAt: null,
    senderId: null,
    nodeId: null,
    anchorAt: null,
    contacted: false,
    hold: null,
    holdDetail: null,
    holdUntil: null,
  };
  return { ...nowhere, prospectId, status, endReason: reason, at };
}

export type Stop = {
  workspaceId: string;
  prospectId: string;
  campaignId: string;
  senderId: string | null;
  status: ProspectStatus;
  reason: string;
  kind: EventKind;
  now: Date;
  /** The actor of the event; the engine unless given. */
  actor?: string;
  /** An address or profile never to be written to again. */
  suppress?: SuppressionKey & { reason: string };
};

/**
 * Ends one prospect's sequence at once: no claim after this commits includes the prospect (law 3).
 * A late reply or bounce also replaces `completed` and `timed_out`.
 */
export async function stopProspect(db: Db, stop: Stop): Promise<void> {
  const { workspaceId, prospectId, campaignId, now } = stop;
  // Counted apart, because a reply counts also when the sequence has ended before it.
  if (stop.status === 'replied') await noteReply(db, { workspaceId, prospectId, now });
  const [moved] = await moveProspects(db, {
    workspaceId,
    moves: [endMove(prospectId, stop.status, { reason: stop.reason, at: now })],
    overrides: true,
  });
  if (stop.suppress) {
    await insertSuppressions(db, workspaceId, { items: [stop.suppress], campaignId, at: now });
  }
  if (!moved || moved.status === moved.was) return;
  const event = {
    kind: stop.kind,
    campaignId,
    prospectId,
    senderId: stop.senderId,
    data: { reason: stop.reason },
  };
  await appendEvents(db, { workspaceId, at: now, actor: stop.actor ?? 'engine' }, [event]);
}

/**
 * Carries out an unsubscribe link that was POSTed: stops the prospect and suppresses the address in
 * the whole workspace. Idempotent; unknown messages are ignored.
 */
export async function unsubscribe(
  services: Services,
  touch: { workspaceId: string; messageId: string },
): Promise<void> {
  const { workspaceId } = touch;
  const now = services.clock.now();
  const target = await messageTarget(services.db, workspaceId, touch.messageId);
  if (!target?.email) return;
  const { email } = target;
  await transact(services.db, (db) =>
    stopProspect(db, {
      ...target,
      workspaceId,
      status: 'unsubscribed',
      reason: 'unsubscribed by link',
      kind: 'prospect.unsubscribed',
      now,
      suppress: { kind: 'email', value: email, reason: 'unsubscribed' },
    }),
  );
  await completeIfDone(services.db, { workspaceId, campaignId: target.campaignId, now });
}
