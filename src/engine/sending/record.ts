import { completeIfDone, shareCampaigns } from '../../db/campaigns/campaigns.ts';
import { readSequences } from '../../db/campaigns/sequences.ts';
import { type Db, runTransaction } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { lockSenderInbound, rematchInbound } from '../../db/inbound/invitations.ts';
import { holdProspects } from '../../db/sending/holds.ts';
import { wakeLimited } from '../../db/sending/lanes.ts';
import { expireDeadlines, type Recorded, recordResults } from '../../db/sending/ledger.ts';
import { noteContacted } from '../../db/sending/marks.ts';
import { moveProspects } from '../../db/sending/moves.ts';
import { lockSkipping, moveToTouch } from '../../db/sending/positions.ts';
import { savePersonKeys } from '../../db/sending/profiles.ts';
import { noteSent, type SentTouch } from '../../db/threads/threads.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { policyOf } from '../../domain/sending/outcome.ts';
import { becameConnection } from '../../domain/sequence/invitation.ts';
import { positionOf } from '../../domain/sequence/revision.ts';
import { threadIdOf } from '../../ids.ts';
import type { Services } from '../../operation.ts';
import { guardAfter } from '../campaigns/guard.ts';
import { isLate, movesAfter, retryHolds, type Sequences, skipMove } from './moves.ts';
import {
  eventsOf,
  type JudgedOutcome,
  keysOf,
  ledgerResults,
  type SendOutcome,
  skipEvents,
} from './results.ts';
import { releaseSenders, restTouches, suppressBounced, suspendSenders } from './sender-results.ts';
import type { Skipped } from './tick.ts';

/** Results that are recorded together, for one workspace in one transaction. */
export type Batch = {
  finished: readonly SendOutcome[];
  skipped: readonly Skipped[];
  /** Senders without a message left in hand: their lanes are given back. */
  lanes: readonly string[];
  workerId: string;
};

/**
 * Writes the results of a batch of sends: ledger, prospects, counters, suppressions, lanes, events,
 * in one transaction. A reply that was committed first wins over the prospect's move; the ledger
 * keeps the fact that the touch went out either way.
 */
export async function record(services: Services, workspaceId: string, batch: Batch): Promise<void> {
  try {
    await recordOnce(services, { workspaceId, batch, shared: [] });
  } catch (error) {
    if (!(error instanceof LateSend)) throw error;
    const shared = [...new Set(batch.finished.map(({ reserved }) => reserved.campaignId))];
    await recordOnce(services, { workspaceId, batch, shared });
  }
}

/**
 * A touch that was given back went out all the same. A change of its campaign does not wait for its
 * prospect, because no message of it is reserved: so the campaign must be locked first.
 */
class LateSend extends Error {}

type RecordRun = {
  workspaceId: string;
  batch: Batch;
  /** Campaigns to lock against change before all else. */
  shared: readonly string[];
};

async function recordOnce(services: Services, run: RecordRun): Promise<void> {
  const { finished } = run.batch;
  const now = new Date(
    Math.max(services.clock.now().getTime(), ...finished.map(({ at }) => at.getTime())),
  );
  const judged: JudgedOutcome[] = finished.map((outcome) => {
    const { result, reserved } = outcome;
    const policy =
      result.ok === false ? policyOf(result.fault, reserved.attempt, reserved.tries + 1) : null;
    return { ...outcome, policy };
  });
  const done = await runTransaction(services.db, (db) => writeResults(db, { ...run, judged, now }));
  await afterCommit(services.db, { workspaceId: run.workspaceId, now, ...done });
}

type Writing = RecordRun & { judged: readonly JudgedOutcome[]; now: Date };

type Written = {
  /** The prospects that moved. */
  moved: Awaited<ReturnType<typeof moveProspects>>;
  /** The outcomes that changed the ledger. */
  current: readonly JudgedOutcome[];
  sequences: Sequences;
  /** Senders that are out of service since. */
  suspended: readonly string[];
};

/** Keep the order of these statements, because locks have an order (ARCHITECTURE.md). */
async function writeResults(db: Db, writing: Writing): Promise<Written> {
  const { workspaceId, batch, judged, now } = writing;
  const identified = judged.filter(({ result }) => keysOf(result) !== null);
  const rows = await lockAndRecord(db, writing, identified);
  const prospectIds = batch.skipped.map(({ prospectId }) => prospectId);
  const skipping = await lockSkipping(db, workspaceId, prospectIds);
  // Drop prospects that are no longer marked `passing`: another tick claimed or moved them, or the
  // promotion of a dry run started them over, so the reason to skip them is stale.
  const skipped = batch.skipped.filter(({ prospectId }) => skipping.has(prospectId));
  // Read after the prospects are locked: a revision made meanwhile waits for them, or was committed
  // before.
  const sequences = await readSequences(db, workspaceId, campaignsOf(batch));
  const current = judged.filter(({ reserved }) => rows.has(reserved.messageId));
  await noteSent(
    db,
    workspaceId,
    current.flatMap((one) => sentTouch(one, rows)),
  );
  const doubtful = judged.filter(({ policy }) => policy?.person.act === 'ask');
  await expireDeadlines(
    db,
    workspaceId,
    doubtful.map(({ reserved }) => reserved),
  );
  const moves = [
    ...current.flatMap((outcome) =>
      movesAfter(outcome, sequences, rows.get(outcome.reserved.messageId)!),
    ),
    ...skipped.map((one) => skipMove(one, sequences, now)),
  ];
  const moved = await moveProspects(db, { workspaceId, moves });
  const late = current.filter(({ reserved }) => isLate(rows.get(reserved.messageId)!));
  await noteContacted(db, {
    workspaceId,
    prospectIds: late.map(({ reserved }) => reserved.prospectId),
    now,
  });
  await keepPersonKeys(db, workspaceId, identified);
  await moveRetries(db, { workspaceId, current, sequences, now });
  const holds = current.flatMap((outcome) => retryHolds(outcome, now));
  await holdProspects(db, workspaceId, holds, now);
  const suspensions = await suspendSenders(db, workspaceId, judged, now);
  const outcomes = judged.map((outcome) => {
    return { ...outcome, touch: rows.get(outcome.reserved.messageId)?.touch ?? null };
  });
  const rests = await restTouches(db, workspaceId, { outcomes, now });
  await releaseSenders(db, { workspaceId, batch, judged, now });
  await suppressBounced(db, workspaceId, current, now);
  await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, [
    ...prospectEvents(current, skipped, moved),
    ...suspensions,
    ...rests,
  ]);
  const suspended = suspensions.flatMap(({ senderId }) => senderId ?? []);
  return { moved, current, sequences, suspended };
}

/** The conversation that a touch stands in, if it went out or may have, and not in a dry run. */
function sentTouch(
  { reserved, result }: JudgedOutcome,
  rows: ReadonlyMap<string, Recorded>,
): SentTouch[] {
  const { messageId, senderId, to, dryRun } = reserved;
  const isNone = dryRun || result.ok === false || (result.ok === true && result.alreadyConnected);
  const isNoted = rows.get(messageId)?.was === 'unknown';
  return isNone || isNoted ? [] : [{ messageId, threadId: threadIdOf(senderId, to) }];
}

/**
 * Takes the locks that come first, then writes the ledger. A skipped prospect's campaign is locked
 * as well, so that the prospect does not go on to a touch that is being removed. Returns the rows
 * that changed, by message. @throws LateSend
 */
async function lockAndRecord(
  db: Db,
  { workspaceId, batch, shared, judged, now }: Writing,
  identified: readonly JudgedOutcome[],
): Promise<Map<string, Recorded>> {
  await lockSenderInbound(
    db,
    identified.map(({ reserved }) => reserved.senderId),
  );
  const campaignIds = [...shared, ...batch.skipped.map(({ campaignId }) => campaignId)];
  await shareCampaigns(db, workspaceId, campaignIds);
  const results = judged.flatMap(ledgerResults);
  const recorded = await recordResults(db, { workspaceId, now, results });
  if (recorded.some((row) => isLate(row) && !shared.includes(row.campaignId))) throw new LateSend();
  return new Map(recorded.map((row) => [row.messageId, row]));
}

/** The campaigns of a batch, in the order in which they are locked. */
function campaignsOf({ finished, skipped }: Batch): string[] {
  const ids = [
    ...finished.map(({ reserved }) => reserved.campaignId),
    ...skipped.map(({ campaignId }) => campaignId),
  ];
  return [...new Set(ids)].sort();
}

function prospectEvents(
  current: readonly JudgedOutcome[],
  skipped: readonly Skipped[],
  moved: Written['moved'],
): NewEvent[] {
  const turned = new Set(moved.filter(({ was, status }) => was !== status).map(({ id }) => id));
  const joined = new Set(moved.filter(becameConnection).map(({ id }) => id));
  return [
    ...current.flatMap((outcome) => eventsOf(outcome, joined)),
    ...skipped.filter(({ prospectId }) => turned.has(prospectId)).flatMap(skipEvents),
  ];
}

/**
 * Keeps the provider's keys of people. Inbound messages that came before this was recorded are
 * matched again, because a key may find the prospect now.
 */
async function keepPersonKeys(
  db: Db,
  workspaceId: string,
  identified: readonly JudgedOutcome[],
): Promise<void> {
  const keys = identified.flatMap(({ reserved, result }) => {
    const personKey = keysOf(result)?.personKey;
    return personKey ? [{ prospectId: reserved.prospectId, personKey }] : [];
  });
  await savePersonKeys(db, workspaceId, keys);
  await rematchInbound(
    db,
    workspaceId,
    identified.map(({ reserved }) => reserved),
  );
}

/**
 * Moves the prospects of retries when a revision removed the touch while it was on its way: they
 * take the position that the other prospects before that touch were moved to.
 */
async function moveRetries(
  db: Db,
  {
    workspaceId,
    current,
    sequences,
    now,
  }: Pick<Written, 'current' | 'sequences'> & { workspaceId: string; now: Date },
): Promise<void> {
  for (const { reserved, policy } of current) {
    const { campaignId, prospectId, nodeId: from } = reserved;
    const revision = sequences.get(campaignId);
    const to = revision ? positionOf(revision, from) : from;
    if (policy?.person.act === 'retry' && to !== from)
      await moveToTouch(db, { workspaceId, campaignId, from, to, who: [prospectId], now });
  }
}

const endStatuses = new Set([
  'completed',
  'bounced',
  'failed',
  'skipped',
  'replied',
  'unsubscribed',
]);

/**
 * Completes, wakes and guards the campaigns of a batch. Runs after the commit, because it locks
 * campaigns, which comes before all other locks that a record takes.
 */
async function afterCommit(
  db: Db,
  {
    workspaceId,
    now,
    moved,
    current,
    sequences,
    suspended,
  }: Written & { workspaceId: string; now: Date },
): Promise<void> {
  const outcomes = current.map(({ reserved: { campaignId, messageId, to }, policy, result }) => ({
    campaignId,
    messageId,
    to,
    policy,
    kind: result.ok === false ? result.fault.kind : null,
  }));
  const givenBack = new Set(
    outcomes.flatMap(({ campaignId, policy }) =>
      policy?.person.act === 'retry' || policy?.person.act === 'await' ? [campaignId] : [],
    ),
  );
  for (const campaignId of [...givenBack].sort())
    await wakeLimited(db, { workspaceId, campaignId, now });
  const refused = new Set([...sequences].flatMap(([id, { isRefused }]) => (isRefused ? [id] : [])));
  // Before campaigns complete: people that the sender's fault has ended wait again.
  await guardAfter(db, { workspaceId, outcomes, refused, suspended, now });
  const ended = moved.filter(({ status }) => endStatuses.has(status));
  const maybeDone = new Set(ended.map(({ campaignId }) => campaignId));
  for (const campaignId of [...maybeDone].sort())
    await completeIfDone(db, { workspaceId, campaignId, now });
}
