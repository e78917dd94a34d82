import { suspendSender } from '../../db/accounts/accounts.ts';
import type { Db } from '../../db/database.ts';
import { insertSuppressions } from '../../db/people/suppressions.ts';
import { releaseLanes, wakeSender } from '../../db/sending/lanes.ts';
import { lockRests, saveRests } from '../../db/sending/rests.ts';
import { normaliseEmail } from '../../domain/identity.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { type Rest, type Rests, restsAfter, restsAfterSend } from '../../domain/sending/rest.ts';
import type { Batch } from './record.ts';
import { type JudgedOutcome, skipReason } from './results.ts';

/** Suspends the senders that an outcome calls for, in order. Returns an event for each. */
export async function suspendSenders(
  db: Db,
  workspaceId: string,
  judged: readonly JudgedOutcome[],
  now: Date,
): Promise<NewEvent[]> {
  const reasons = new Map(
    judged.flatMap(({ reserved, policy }) =>
      policy?.lane.act === 'suspend' ? [[reserved.senderId, policy.lane.reason]] : [],
    ),
  );
  const events: NewEvent[] = [];
  for (const [senderId, reason] of [...reasons].sort()) {
    const suspended = await suspendSender(db, { workspaceId, senderId, reason, now });
    if (suspended) events.push({ kind: 'sender.suspended', senderId, data: { reason } });
  }
  return events;
}

/** An outcome with the type of its touch; null where the ledger did not change. */
type Told = JudgedOutcome & { touch: string | null };

/**
 * Lets the kinds of touch rest that answers ask for, and ends rests that a sent touch disproves.
 * Returns an event for each rest that the owner has to know of.
 */
export async function restTouches(
  db: Db,
  workspaceId: string,
  { outcomes, now }: { outcomes: readonly Told[]; now: Date },
): Promise<NewEvent[]> {
  const telling = outcomes.filter(
    (one) => restOf(one) !== null || (wentOut(one) && one.reserved.hasRests),
  );
  if (telling.length === 0) return [];
  const bySender = Map.groupBy(telling, ({ reserved }) => reserved.senderId);
  const events: NewEvent[] = [];
  for (const [senderId, rests] of await lockRests(db, workspaceId, [...bySender.keys()])) {
    const after = bySender.get(senderId)!.reduce((state, one) => afterOutcome(state, one, now), {
      rests,
      events,
    });
    await saveRests(db, { workspaceId, senderId, rests: after.rests });
  }
  return events;
}

const wentOut = ({ result }: JudgedOutcome): boolean =>
  result.ok === true && skipReason(result) === null;

const restOf = ({ result }: JudgedOutcome): Rest | null =>
  (result.ok === true && result.rest) || (result.ok === false && result.fault.rest) || null;

function afterOutcome(
  { rests, events }: { rests: Rests; events: NewEvent[] },
  outcome: Told,
  now: Date,
): { rests: Rests; events: NewEvent[] } {
  const { reserved, touch } = outcome;
  const at = now.getTime();
  const rest = restOf(outcome);
  const before = wentOut(outcome) && touch ? restsAfterSend(rests, touch, at) : rests;
  if (!rest) return { rests: before, events };
  const after = restsAfter(before, { rest, personId: reserved.prospectId, now: at });
  if (after.told) {
    const until = new Date(after.rests[rest.of]!.until!);
    const data = { touch: rest.of, until: until.toISOString(), reason: rest.reason };
    events.push({ kind: 'sender.resting', senderId: reserved.senderId, data });
  }
  return { rests: after.rests, events };
}

/**
 * Gives the lanes of a batch back. Wakes the senders of skipped prospects that go on without their
 * touch, because their lanes may have been planned anew, and sleep, while the prospects were held.
 */
export async function releaseSenders(
  db: Db,
  {
    workspaceId,
    batch,
    judged,
    now,
  }: { workspaceId: string; batch: Batch; judged: readonly JudgedOutcome[]; now: Date },
): Promise<void> {
  await releaseLanes(db, {
    workspaceId,
    owner: batch.workerId,
    now,
    lanes: batch.lanes.map((senderId) => laneRelease(senderId, judged, now)),
  });
  const senderIds = batch.skipped.flatMap(({ reason, senderId }) =>
    reason === null ? [senderId] : [],
  );
  for (const senderId of [...new Set(senderIds)].sort())
    await wakeSender(db, { workspaceId, senderId, now });
}

/** A lane given back, quiet for the longest of the pauses that its outcomes call for. */
function laneRelease(senderId: string, judged: readonly JudgedOutcome[], now: Date) {
  const pauses = judged.flatMap(({ reserved, policy }) =>
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

/** Suppresses the addresses that bounced with a sign that they are dead. */
export async function suppressBounced(
  db: Db,
  workspaceId: string,
  judged: readonly JudgedOutcome[],
  now: Date,
): Promise<void> {
  const bounced = judged
    .filter(({ policy }) => policy?.person.act === 'bounce' && policy.person.isDead)
    .flatMap(({ reserved }) => normaliseEmail(reserved.to) ?? []);
  const items = bounced.map((value) => ({ kind: 'email' as const, value, reason: 'bounced' }));
  if (items.length > 0) await insertSuppressions(db, workspaceId, { items, at: now });
}
