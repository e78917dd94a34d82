import { type DraftPlace, queueDrafts } from '../../db/ai/queue.ts';
import { overlapsAmong } from '../../db/campaigns/overlaps.ts';
import type { Db } from '../../db/database.ts';
import { type Hold, holdProspects } from '../../db/sending/holds.ts';
import { type LedgerRow, ledgerOf } from '../../db/sending/ledger.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { inOtherCampaign } from '../../domain/people/prospect.ts';
import { notesLeft } from '../../domain/sending/capacity.ts';
import { type ContactCaps, capKeysOf } from '../../domain/sending/contact-caps.ts';
import { noteLimits } from '../../domain/sending/sender-limit.ts';
import type { Services } from '../../operation.ts';
import type { LaneClaim, PickQueue } from './claim.ts';
import { type ComposedTouch, type ComposeFailure, composeTouch } from './compose.ts';
import type { Facts } from './facts.ts';
import { readSuppressionReasons } from './suppressed.ts';
import type { Skipped } from './tick.ts';

/** How soon a skipped prospect is due again if this process dies before it records the skip. */
const skippingMs = 1_000;

export type Screening = {
  workspaceId: string;
  claims: readonly LaneClaim[];
  facts: Facts;
  caps: ReadonlyMap<string, ContactCaps>;
};

/** `screenedSenders`: the senders with at least one claimed prospect. */
export type Screened = {
  composed: ComposedTouch[];
  skipped: Skipped[];
  heldEvents: NewEvent[];
  screenedSenders: Set<string>;
};

/** Facts of the claimed prospects, by their ids. */
type ProspectFacts = {
  /** Prospects of another active campaign, where the campaign of their first touch skips them. */
  overlapping: ReadonlySet<string>;
  suppressed: ReadonlyMap<string, string>;
  ledger: ReadonlyMap<string, LedgerRow[]>;
};

type ScreenState = Screening &
  ProspectFacts & {
    services: Services;
    /** Notes that each sender may still send with invitations. */
    notes: Map<string, number>;
    screened: Screened;
    holds: Hold[];
    drafts: DraftPlace[];
  };

/** One claimed prospect before its touch. */
type Candidate = {
  claim: LaneClaim;
  queue: PickQueue;
  person: PickQueue['people'][number];
  history: readonly LedgerRow[];
};

/**
 * Screens the claimed prospects: each is skipped, held for a missing value or a cap, or composed
 * and ready to be reserved. Writes the holds and queues the texts that a model is to write.
 */
export async function screen(services: Services, db: Db, screening: Screening): Promise<Screened> {
  const { workspaceId, claims, facts } = screening;
  const screened: Screened = {
    composed: [],
    skipped: [],
    heldEvents: [],
    screenedSenders: new Set(),
  };
  const queues = [...new Set(claims.flatMap((claim) => claim.queues))];
  const people = queues.flatMap((queue) => queue.people);
  if (people.length === 0) return screened;
  const at = claims[0]!.lane.at;
  const state: ScreenState = {
    ...screening,
    ...(await readProspectFacts(db, screening, people)),
    notes: new Map(facts.lanes.map((lane) => [lane.senderId, notesLeft(lane, at.getTime())])),
    services,
    screened,
    holds: [],
    drafts: [],
  };
  for (const claim of claims) screenClaim(state, claim);
  await holdProspects(db, workspaceId, state.holds, at);
  await queueDrafts(db, workspaceId, state.drafts, at);
  return screened;
}

async function readProspectFacts(
  db: Db,
  { workspaceId, claims, facts }: Screening,
  people: PickQueue['people'],
): Promise<ProspectFacts> {
  const firstTouches = claims.flatMap(({ campaignId, queues }) =>
    facts.campaigns.get(campaignId)!.skipOtherCampaigns
      ? queues.filter((queue) => queue.first).map((queue) => ({ campaignId, queue }))
      : [],
  );
  const candidates = firstTouches.flatMap(({ campaignId, queue }) =>
    queue.people.map(({ id, identity }) => ({ prospectId: id, campaignId, identity })),
  );
  const ids = people.map((person) => person.id);
  return {
    overlapping: await overlapsAmong(db, workspaceId, candidates),
    suppressed: await readSuppressionReasons(db, workspaceId, people),
    ledger: Map.groupBy(await ledgerOf(db, workspaceId, ids), (row) => row.prospectId),
  };
}

/**
 * Goes through the queues of a claim until it has its count. A prospect over a cap does not count,
 * so that the next one takes its place.
 */
function screenClaim(state: ScreenState, claim: LaneClaim): void {
  let left = claim.count;
  for (const queue of claim.queues) {
    for (let n = 0; left > 0 && n < claim.maxPerQueue && queue.next < queue.people.length; n++) {
      state.screened.screenedSenders.add(claim.lane.senderId);
      if (screenNext(state, claim, queue)) left -= 1;
    }
  }
}

/** Screens the next prospect of a queue. Returns whether it counts towards the claim. */
function screenNext(state: ScreenState, claim: LaneClaim, queue: PickQueue): boolean {
  const person = queue.people[queue.next++]!;
  const history = state.ledger.get(person.id) ?? [];
  const candidate = { claim, queue, person, history };
  if (skips(state, candidate)) return true;
  const composed = compose(state, candidate);
  if (!composed.ok) {
    hold(state, candidate, composed);
    return true;
  }
  return reserveWithinCaps(state, candidate, composed);
}

/** Skips a prospect that must not get the touch. Returns whether it did. */
function skips(state: ScreenState, { claim, queue, person, history }: Candidate): boolean {
  const suppression = state.suppressed.get(person.id) ?? null;
  const overlap = suppression === null && state.overlapping.has(person.id);
  const reason = overlap ? inOtherCampaign : suppression;
  const entry = history.find((row) => row.nodeId === queue.nodeId);
  if (reason === null && (!entry || entry.state === 'draft')) return false;
  const skipped: Skipped = {
    workspaceId: state.workspaceId,
    campaignId: claim.campaignId,
    prospectId: person.id,
    senderId: claim.lane.senderId,
    nodeId: queue.nodeId,
    reason,
  };
  state.screened.skipped.push(overlap ? { ...skipped, overlap } : skipped);
  state.holds.push({
    prospectId: person.id,
    hold: 'passing',
    detail: reason,
    until: new Date(claim.lane.at.getTime() + skippingMs),
  });
  return true;
}

function compose(
  { services, workspaceId, facts, notes }: ScreenState,
  { claim, queue, person, history }: Candidate,
): ComposedTouch | ComposeFailure {
  const { lane, campaignId } = claim;
  const { nodeId } = queue;
  const campaign = facts.campaigns.get(campaignId)!;
  const composed = composeTouch(services, {
    workspaceId,
    now: lane.at,
    lane,
    campaign,
    nodeId,
    person,
    history,
  });
  if (!composed.ok) return composed;
  const touch = campaign.touches.find((candidate) => candidate.nodeId === nodeId);
  return withinNoteLimits(composed, { lane, noteRequired: touch?.note === 'required', notes });
}

type NoteLimits = { lane: LaneClaim['lane']; noteRequired: boolean; notes: Map<string, number> };

/**
 * An invitation within the seat's limits on notes. Over the quota the note is left out where it is
 * not required. A note that is too long keeps the touch from going out.
 */
function withinNoteLimits(
  composed: ComposedTouch,
  { lane, noteRequired, notes }: NoteLimits,
): ComposedTouch | ComposeFailure {
  const { reservation, reserved } = composed;
  if (!reservation.noted) return composed;
  const left = notes.get(lane.senderId) ?? Infinity;
  if (left <= 0 && !noteRequired) {
    const outgoing = { ...reserved.outgoing, text: '', html: null };
    return {
      ...composed,
      reservation: { ...reservation, text: '', html: null, noted: false },
      reserved: { ...reserved, outgoing },
    };
  }
  if (reservation.text.length > (noteLimits(lane)?.maxLength ?? Infinity))
    return { ok: false, reason: 'too_long', missing: ['body'] };
  notes.set(lane.senderId, left - 1);
  return composed;
}

/** Holds a prospect until its text is written, or until the values that it lacks are mended. */
function hold(
  { holds, drafts, screened }: ScreenState,
  { claim, queue, person }: Candidate,
  { reason, missing }: ComposeFailure,
): void {
  const { campaignId } = claim;
  const prospectId = person.id;
  if (reason === 'draft_pending') {
    holds.push({ prospectId, hold: reason, detail: null, until: null });
    drafts.push({ campaignId, prospectId, nodeId: queue.nodeId });
    return;
  }
  const detail = `${reason}: ${missing.join(', ')}`;
  holds.push({ prospectId, hold: 'missing_variable', detail, until: null });
  screened.heldEvents.push({
    kind: 'prospect.held',
    campaignId,
    prospectId,
    senderId: claim.lane.senderId,
    data: { reason, missing },
  });
}

/** Keeps a composed touch, or holds its prospect for a cap. Returns whether the touch is kept. */
function reserveWithinCaps(
  { caps, holds, screened }: ScreenState,
  { claim, queue, person }: Candidate,
  composed: ComposedTouch,
): boolean {
  const { lane, campaignId } = claim;
  const taken = caps
    .get(campaignId)
    ?.take(capKeysOf(person), lane.at.getTime(), { first: queue.first });
  if (taken?.ok === false) {
    holds.push({
      prospectId: person.id,
      hold: `${taken.kind}_limit`,
      detail: taken.key,
      until: new Date(taken.until),
    });
    return false;
  }
  screened.composed.push(
    taken
      ? { ...composed, reservation: { ...composed.reservation, capMark: taken.mark } }
      : composed,
  );
  return true;
}
