import { readSequences } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import type { Awaiting } from '../../db/inbound/invitations.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { type Move, moveProspects } from '../../db/sending/moves.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { becameConnection, waitingHolds } from '../../domain/sequence/invitation.ts';
import { touchAfter } from '../../domain/sequence/revision.ts';
import { endMove } from '../sending/stop.ts';

type Acceptance = { workspaceId: string; people: readonly Awaiting[]; at: Date; now: Date };

/**
 * Moves new connections, accepted at `at`, to the touch after the invitation, or ends their way.
 * The next delay is counted from `at`, but not from before the invitation and not from the future.
 * A prospect paused by hand stays paused. The caller has locked the people, and before them their
 * campaigns against changes. Returns the campaigns that may be complete after it.
 */
export async function markConnected(
  db: Db,
  { workspaceId, people, at, now }: Acceptance,
): Promise<string[]> {
  const sequences = await readSequences(db, workspaceId, [
    ...new Set(people.map((person) => person.campaignId)),
  ]);
  const moves = people.map((person) => {
    const sequence = sequences.get(person.campaignId);
    const next = person.had ? sequence && touchAfter(sequence, person.nodeId) : person.nodeId;
    return connectedMove(person, next ?? null, { at, now });
  });
  const moved = await moveProspects(db, { workspaceId, moves });
  const connected = new Set(moved.filter(becameConnection).map(({ id }) => id));
  const continuing = new Set(moves.flatMap((move) => (move.nodeId ? [move.prospectId] : [])));
  const senders = new Set(
    people.flatMap((person) => (continuing.has(person.prospectId) ? [person.senderId] : [])),
  );
  for (const senderId of [...senders].sort()) await wakeSender(db, { workspaceId, senderId, now });
  const events = people
    .filter(({ prospectId }) => connected.has(prospectId))
    .map(({ campaignId, prospectId, senderId }): NewEvent => {
      const data = { accepted_at: at };
      return { kind: 'prospect.connected', campaignId, prospectId, senderId, data };
    });
  await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, events);
  return [...sequences.keys()];
}

/** The move of a new connection to a node; `nodeId` null ends the prospect as completed. */
function connectedMove(
  person: Awaiting,
  nodeId: string | null,
  { at, now }: { at: Date; now: Date },
): Move {
  const ending = endMove(person.prospectId, 'completed', {
    reason: 'accepted the invitation',
    at: now,
  });
  if (!nodeId) return ending;
  const { hold, holdDetail, holdUntil } = person;
  const kept = waitingHolds.includes(hold ?? '') ? {} : { hold, holdDetail, holdUntil };
  const earliest = Math.max(at.getTime(), person.anchorAt.getTime());
  return {
    ...ending,
    ...kept,
    status: 'connected',
    endReason: null,
    nodeId,
    anchorAt: new Date(Math.min(earliest, now.getTime())),
  };
}
