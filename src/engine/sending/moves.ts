import type { RunningRevision } from '../../db/campaigns/sequences.ts';
import type { Hold } from '../../db/sending/holds.ts';
import type { Recorded } from '../../db/sending/ledger.ts';
import type { Move } from '../../db/sending/moves.ts';
import { lastingHolds } from '../../domain/sending/hold.ts';
import { awaitingHold, awaitsConnection, waitsUntil } from '../../domain/sequence/invitation.ts';
import { definitionOf } from '../../domain/sequence/nodes/index.ts';
import { positionOf, touchAfter } from '../../domain/sequence/revision.ts';
import { type JudgedOutcome, skipReason } from './results.ts';
import { endMove } from './stop.ts';
import type { ReservedTouch, Skipped } from './tick.ts';

/** The sequences of running campaigns, by campaign id. */
export type Sequences = ReadonlyMap<string, RunningRevision>;

type Place = Pick<ReservedTouch, 'prospectId' | 'campaignId' | 'senderId' | 'nodeId'>;

/** Whether the touch had been given back to be tried again, and went out all the same. */
export const isLate = ({ was }: Recorded): boolean => was === 'draft';

/**
 * The move that follows from an outcome; none when the prospect stays. After a late send the
 * prospect goes on from its present position: since the touch was given back, a revision may have
 * moved the prospect to the replacement, which it must not get as well. A lasting hold set since
 * then stays. A prospect with another touch on its way goes on with that one.
 */
export function movesAfter(outcome: JudgedOutcome, sequences: Sequences, row: Recorded): Move[] {
  const moves = movesOf(outcome, sequences, row.touch);
  if (!isLate(row)) return moves;
  if (row.hold === 'reserved') return [];
  const { campaignId, nodeId } = outcome.reserved;
  const revision = sequences.get(campaignId);
  const replaced = row.nodeId !== null && revision && positionOf(revision, nodeId) === row.nodeId;
  const standsAt = replaced ? row.nodeId : nodeId;
  const { hold, holdDetail, holdUntil } = row;
  const kept = (lastingHolds as readonly string[]).includes(hold ?? '')
    ? { hold, holdDetail, holdUntil }
    : {};
  return moves.map((move) => ({ ...move, standsAt, ...kept }));
}

function movesOf(outcome: JudgedOutcome, sequences: Sequences, touch: string): Move[] {
  const { reserved, result, policy, at } = outcome;
  if (result.ok !== false) return [moveOn(outcome, sequences, touch)];
  const { person } = policy!;
  if (person.act === 'await')
    return [
      waitFor(reserved, sequences, {
        at,
        touch: person.invited ? touch : null,
        detail: person.reason,
      }),
    ];
  if (person.act === 'bounce' || person.act === 'fail') {
    const { reason } = person;
    const bounced = person.act === 'bounce';
    const end = endMove(reserved.prospectId, bounced ? 'bounced' : 'failed', { reason, at });
    return [{ ...end, senderId: reserved.senderId, contacted: bounced }];
  }
  return [];
}

/** The move after a touch that went out, or may have. */
function moveOn(
  { reserved, result, at }: JudgedOutcome,
  sequences: Sequences,
  touch: string,
): Move {
  const already = result.ok === true && result.alreadyConnected;
  const connected = already || (result.ok === true && result.connected);
  const waits = awaitsConnection(touch);
  if (waits && !connected && !reserved.dryRun)
    return waitFor(reserved, sequences, { at, touch, detail: null });
  // A dry run gets no acceptances: it takes every invited prospect for a connection.
  const status = waits ? 'connected' : (definitionOf(touch)?.reached ?? null);
  const contacted = skipReason(result) === null;
  return { ...goOn(reserved, sequences, { status, at }), contacted };
}

/** The prospect goes on from a touch: to the next one, counted from `at`, or to the end. */
function goOn(
  place: Place,
  sequences: Sequences,
  { status, at }: { status: string | null; at: Date },
): Move {
  const revision = sequences.get(place.campaignId);
  const next = revision ? touchAfter(revision, place.nodeId) : null;
  const ending = endMove(place.prospectId, 'completed', { reason: 'the sequence is finished', at });
  const base = { ...ending, standsAt: place.nodeId, senderId: place.senderId };
  if (!next) return base;
  return { ...base, status, endReason: null, nodeId: next, anchorAt: at };
}

/**
 * The prospect stays until it is a connection, from `at` for as long as the campaign waits: at an
 * invitation that is out (`touch`), or before a touch that only a connection can get (null).
 */
function waitFor(
  place: Place,
  sequences: Sequences,
  { at, touch, detail }: { at: Date; touch: string | null; detail: string | null },
): Move {
  const revision = sequences.get(place.campaignId);
  const nodeId = revision ? positionOf(revision, place.nodeId) : null;
  const onward = goOn(place, sequences, { status: null, at });
  const contacted = touch !== null && detail === null;
  if (!nodeId) return { ...onward, contacted };
  return {
    ...onward,
    hold: awaitingHold,
    holdDetail: detail,
    holdUntil: waitsUntil(at, revision?.connectionDays ?? null),
    status: touch === null ? null : (definitionOf(touch)?.reached ?? null),
    endReason: null,
    nodeId,
    anchorAt: at,
    contacted,
  };
}

/** The move of a skipped prospect: to the next touch, or to the end with the reason. */
export function skipMove(skipped: Skipped, sequences: Sequences, now: Date): Move {
  if (skipped.reason === null) return goOn(skipped, sequences, { status: null, at: now });
  return endMove(skipped.prospectId, 'skipped', { reason: skipped.reason, at: now });
}

/** The hold of a prospect until its touch is tried again; none when it is not. */
export function retryHolds({ reserved, policy }: JudgedOutcome, now: Date): Hold[] {
  const person = policy?.person;
  if (person?.act !== 'retry') return [];
  const until = new Date(now.getTime() + person.afterMs);
  return [{ prospectId: reserved.prospectId, hold: 'retry', detail: person.reason, until }];
}
