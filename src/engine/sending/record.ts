import { suspendSender } from '../../db/accounts/accounts.ts';
import { completeIfDone, shareCampaigns } from '../../db/campaigns/campaigns.ts';
import { type RunningRevision, readSequences } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { lockSenderInbound, rematchInbound } from '../../db/inbound/invitations.ts';
import { insertSuppressions } from '../../db/people/suppressions.ts';
import { type Hold, holdProspects } from '../../db/sending/holds.ts';
import { releaseLanes, wakeLimited, wakeSender } from '../../db/sending/lanes.ts';
import { expireDeadlines, type Recorded, recordResults } from '../../db/sending/ledger.ts';
import { noteContacted } from '../../db/sending/marks.ts';
import { type Move, moveProspects } from '../../db/sending/moves.ts';
import { lockSkipping, moveToTouch } from '../../db/sending/positions.ts';
import { savePersonKeys } from '../../db/sending/profiles.ts';
import { normaliseEmail } from '../../domain/identity.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { policyOf } from '../../domain/sending/outcome.ts';
import {
  awaitingHold,
  awaitsConnection,
  becameConnection,
  waitsUntil,
} from '../../domain/sequence/invitation.ts';
import { definitionOf } from '../../domain/sequence/nodes/index.ts';
import { positionOf, touchAfter } from '../../domain/sequence/revision.ts';
import type { Services } from '../../operation.ts';
import { guardAfter } from '../campaigns/guard.ts';
import {
  eventOf,
  type JudgedOutcome,
  keysOf,
  passEvent,
  resultOf,
  type SendOutcome,
} from './results.ts';
import { endMove } from './stop.ts';
import type { Skipped } from './tick.ts';

/** What is recorded together, for one workspace in one transaction. */
export type Batch = {
  finished: readonly SendOutcome[];
  passed: readonly Skipped[];
  lanes: readonly string[];
  workerId: string;
};

/**
 * Writes what became of a batch of sends: ledger, people, counters, suppressions, lanes, events, in one transaction.
 * A reply that was committed first wins over the move; the fact that the touch went out is kept either way.
 */
export async function record(services: Services, workspaceId: string, batch: Batch): Promise<void> {
  try {
    await recordOnce(services, workspaceId, batch, []);
  } catch (error) {
    if (!(error instanceof Late)) throw error;
    await recordOnce(services, workspaceId, batch, [
      ...new Set(batch.finished.map((f) => f.reserved.campaignId)),
    ]);
  }
}

/** A touch that was given back went out: its person is not among those whom a change of the campaign waits for, so the campaign comes first. */
class Late extends Error {}

/** `shared`: campaigns that are kept as they are meanwhile. */
async function recordOnce(
  services: Services,
  workspaceId: string,
  batch: Batch,
  shared: readonly string[],
): Promise<void> {
  const now = new Date(
    Math.max(services.clock.now().getTime(), ...batch.finished.map((f) => f.at.getTime())),
  );
  const settled: JudgedOutcome[] = batch.finished.map((f) => ({
    ...f,
    policy: f.result.ok === false ? policyOf(f.result.fault, f.reserved.attempt) : null,
  }));
  const touched = [
    ...new Set([
      ...batch.finished.map((f) => f.reserved.campaignId),
      ...batch.passed.map((p) => p.campaignId),
    ]),
  ].sort();
  const { moved, current, sequences, suspended } = await services.db
    .transaction()
    .execute(async (db) => {
      const named = settled.filter((s) => keysOf(s.result) !== null);
      await lockFirst(db, workspaceId, named, [
        ...shared,
        ...batch.passed.map((p) => p.campaignId),
      ]);
      const recorded = await recordResults(db, {
        workspaceId,
        now,
        results: settled.flatMap(resultOf),
      });
      if (recorded.some((row) => isLate(row) && !shared.includes(row.campaignId))) throw new Late();
      const ids = batch.passed.map((p) => p.prospectId);
      const passing = await lockSkipping(db, workspaceId, ids);
      // Whoever is not any more was claimed again, moved, or starts over since a dry run: what was found of them then is of no use.
      const passed = batch.passed.filter((p) => passing.has(p.prospectId));
      // Read once the people are locked: a revision that is made meanwhile waits for them, or was made before.
      const sequences = await readSequences(db, workspaceId, touched);
      const rows = new Map(recorded.map((row) => [row.messageId, row]));
      const current = settled.filter((s) => rows.has(s.reserved.messageId));
      const asked = settled.filter((s) => s.policy?.person.act === 'ask').map((s) => s.reserved);
      await expireDeadlines(db, workspaceId, asked);
      const moves = [
        ...current.flatMap((s) => moveFrom(s, sequences, rows.get(s.reserved.messageId)!)),
        ...passed.map((p) => passMove(p, sequences, now)),
      ];
      const moved = await moveProspects(db, { workspaceId, moves });
      const late = current
        .filter((s) => isLate(rows.get(s.reserved.messageId)!))
        .map((s) => s.reserved.prospectId);
      await noteContacted(db, { workspaceId, prospectIds: late, now });
      await keepNames(db, workspaceId, named);
      await restandRetries(db, { workspaceId, current, sequences, now });
      const turned = new Set(moved.filter((m) => m.was !== m.status).map((m) => m.id));
      const joined = new Set(moved.filter(becameConnection).map((m) => m.id));
      await holdProspects(
        db,
        workspaceId,
        current.flatMap((s) => retryHold(s, now)),
        now,
      );
      const events = await suspend(db, workspaceId, settled, now);
      await releaseLanes(db, {
        workspaceId,
        owner: batch.workerId,
        now,
        lanes: batch.lanes.map((senderId) => laneRelease(senderId, settled, now)),
      });
      // Their lanes may have been planned anew while they were passing, and sleep.
      for (const senderId of sendersOf(batch.passed))
        await wakeSender(db, { workspaceId, senderId, now });
      await suppressBounced(db, workspaceId, current, now);
      await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, [
        ...current.flatMap((s) => eventOf(s, joined)),
        ...passed.filter((p) => turned.has(p.prospectId)).flatMap(passEvent),
        ...events,
      ]);
      return {
        moved,
        current,
        sequences,
        suspended: events.flatMap((event) => event.senderId ?? []),
      };
    });
  const finished = new Set(
    moved.filter((m) => sequenceEnds.has(m.status)).map((m) => m.campaignId),
  );
  for (const campaignId of [...finished].sort())
    await completeIfDone(services.db, { workspaceId, campaignId, now });
  const outcomes = current.map(({ reserved, policy }) => ({
    campaignId: reserved.campaignId,
    person: policy?.person ?? null,
  }));
  const givenBack = new Set(
    outcomes.flatMap(({ campaignId, person }) =>
      person?.act === 'retry' || person?.act === 'await' ? [campaignId] : [],
    ),
  );
  for (const campaignId of [...givenBack].sort())
    await wakeLimited(services.db, { workspaceId, campaignId, now });
  const refused = new Map([...sequences].map(([id, revision]) => [id, revision.refusedInRow]));
  await guardAfter(services.db, { workspaceId, outcomes, refused, suspended, now });
}

const sequenceEnds = new Set([
  'completed',
  'bounced',
  'failed',
  'skipped',
  'replied',
  'unsubscribed',
]);

/** What comes before all else that a record locks. Whoever is passed over goes on to no touch that is being taken away. */
async function lockFirst(
  db: Db,
  workspaceId: string,
  named: readonly JudgedOutcome[],
  campaignIds: readonly string[],
): Promise<void> {
  const senderIds = named.map((s) => s.reserved.senderId);
  await lockSenderInbound(db, senderIds);
  await shareCampaigns(db, workspaceId, campaignIds);
}

/** The touch was given back to be tried again, and went out all the same. */
const isLate = ({ was }: Recorded) => was === 'draft';

/** The senders of whoever goes on without the touch, in order. */
function sendersOf(passed: readonly Skipped[]): string[] {
  return [
    ...new Set(passed.flatMap(({ reason, senderId }) => (reason === null ? [senderId] : []))),
  ].sort();
}

/** Keeps what the provider calls people; what came from them before this was recorded finds them now. */
async function keepNames(
  db: Db,
  workspaceId: string,
  named: readonly JudgedOutcome[],
): Promise<void> {
  const known = named.flatMap(({ reserved, result }) => {
    const personKey = keysOf(result)?.personKey;
    return personKey ? [{ prospectId: reserved.prospectId, personKey }] : [];
  });
  await savePersonKeys(db, workspaceId, known);
  await rematchInbound(
    db,
    workspaceId,
    named.map(({ reserved }) => reserved),
  );
}

/** Holds that are the person's, whatever touch they stand before. */
const lasting = ['paused', 'out_of_office', 'sender_disconnected'];

/**
 * The person goes on from where they stand. Since a late touch was given back they may have been moved to what has replaced it, which they are not
 * to get as well, or be held; who has another touch on its way goes on with that one.
 */
function moveFrom(settled: JudgedOutcome, sequences: Sequences, row: Recorded): Move[] {
  const moves = moveOf(settled, sequences, row.touch);
  if (!isLate(row)) return moves;
  if (row.hold === 'reserved') return [];
  const { campaignId, nodeId } = settled.reserved;
  const revision = sequences.get(campaignId);
  const standsAt =
    row.nodeId !== null && revision && positionOf(revision, nodeId) === row.nodeId
      ? row.nodeId
      : nodeId;
  const { hold, holdDetail, holdUntil } = row;
  const kept = lasting.includes(hold ?? '') ? { hold, holdDetail, holdUntil } : {};
  return moves.map((move) => ({ ...move, standsAt, ...kept }));
}

function moveOf(
  { reserved, result, policy, at }: JudgedOutcome,
  sequences: Sequences,
  touch: string,
): Move[] {
  if (result.ok !== false) {
    const already = result.ok === true && result.alreadyConnected;
    const connected = already || (result.ok === true && result.connected);
    const waits = awaitsConnection(touch);
    if (waits && !connected && !reserved.dryRun)
      return [waitFor(reserved, sequences, { at, touch, detail: null })];
    // Of a dry run nobody hears: all are taken for connections.
    const status = waits ? 'connected' : (definitionOf(touch)?.reached ?? null);
    return [{ ...goOn(reserved, sequences, { status, at }), contacted: !already }];
  }
  const { person } = policy!;
  if (person.act === 'await')
    return [
      waitFor(reserved, sequences, {
        at,
        touch: person.invited ? touch : null,
        detail: person.reason,
      }),
    ];
  if (person.act === 'bounce')
    return [
      {
        ...endMove(reserved.prospectId, 'bounced', { reason: person.reason, at }),
        senderId: reserved.senderId,
        contacted: true,
      },
    ];
  if (person.act === 'fail')
    return [
      {
        ...endMove(reserved.prospectId, 'failed', { reason: person.reason, at }),
        senderId: reserved.senderId,
      },
    ];
  return [];
}

type Sequences = ReadonlyMap<string, RunningRevision>;
type Place = { prospectId: string; campaignId: string; senderId: string; nodeId: string };

/** The person goes on from a touch: to the next one, counted from `at`, or to the end. */
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
 * The person stays at a touch until they are a connection, from `at` as long as the campaign waits: at an invitation that is out (`touch`), or
 * before one that only a connection can get.
 */
function waitFor(
  place: Place,
  sequences: Sequences,
  { at, touch, detail }: { at: Date; touch: string | null; detail: string | null },
): Move {
  const revision = sequences.get(place.campaignId);
  const stands = revision ? positionOf(revision, place.nodeId) : null;
  const gone = goOn(place, sequences, { status: null, at });
  if (!stands) return { ...gone, contacted: touch !== null && detail === null };
  const until = waitsUntil(at, revision?.connectionDays ?? null);
  const waits = { hold: awaitingHold, holdDetail: detail, holdUntil: until };
  const status = touch === null ? null : (definitionOf(touch)?.reached ?? null);
  return {
    ...gone,
    ...waits,
    status,
    endReason: null,
    nodeId: stands,
    anchorAt: at,
    contacted: touch !== null && detail === null,
  };
}

function passMove(passed: Skipped, sequences: Sequences, now: Date): Move {
  if (passed.reason === null) return goOn(passed, sequences, { status: null, at: now });
  return endMove(passed.prospectId, 'skipped', {
    reason: passed.elsewhere ? passed.reason : `suppressed: ${passed.reason}`,
    at: now,
  });
}

/** Whose touch is to be tried again although a revision took it away while it was on its way: they stand where the others were moved. */
async function restandRetries(
  db: Db,
  {
    workspaceId,
    current,
    sequences,
    now,
  }: { workspaceId: string; current: readonly JudgedOutcome[]; sequences: Sequences; now: Date },
): Promise<void> {
  for (const { reserved, policy } of current) {
    const { campaignId, prospectId, nodeId: from } = reserved;
    const revision = sequences.get(campaignId);
    const to = revision ? positionOf(revision, from) : from;
    if (policy?.person.act === 'retry' && to !== from)
      await moveToTouch(db, { workspaceId, campaignId, from, to, who: [prospectId], now });
  }
}

function retryHold({ reserved, policy }: JudgedOutcome, now: Date): Hold[] {
  const person = policy?.person;
  if (person?.act !== 'retry') return [];
  const until = new Date(now.getTime() + person.afterMs);
  return [{ prospectId: reserved.prospectId, hold: 'retry', detail: person.reason, until }];
}

function laneRelease(senderId: string, settled: readonly JudgedOutcome[], now: Date) {
  const pauses = settled.flatMap(({ reserved, policy }) =>
    reserved.senderId === senderId && policy?.lane.act === 'pause' ? [policy.lane] : [],
  );
  const longest = pauses.reduce<(typeof pauses)[number] | null>(
    (a, b) => (a && a.forMs >= b.forMs ? a : b),
    null,
  );
  return {
    senderId,
    notBefore: longest && new Date(now.getTime() + longest.forMs),
    because: longest?.because ?? null,
  };
}

async function suspend(
  db: Db,
  workspaceId: string,
  settled: readonly JudgedOutcome[],
  now: Date,
): Promise<NewEvent[]> {
  const reasons = new Map(
    settled.flatMap(({ reserved, policy }) =>
      policy?.lane.act === 'suspend' ? [[reserved.senderId, policy.lane.because]] : [],
    ),
  );
  const events: NewEvent[] = [];
  for (const [senderId, reason] of [...reasons].sort()) {
    const suspended = await suspendSender(db, { workspaceId, senderId, reason, now });
    if (suspended) events.push({ kind: 'sender.suspended', senderId, data: { reason } });
  }
  return events;
}

async function suppressBounced(
  db: Db,
  workspaceId: string,
  settled: readonly JudgedOutcome[],
  now: Date,
): Promise<void> {
  const bounced = settled
    .filter((s) => s.policy?.person.act === 'bounce')
    .flatMap((s) => normaliseEmail(s.reserved.to) ?? []);
  const items = bounced.map((value) => ({ kind: 'email' as const, value, reason: 'bounced' }));
  if (items.length > 0) await insertSuppressions(db, workspaceId, { items, at: now });
}
