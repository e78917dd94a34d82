import { type DraftPlace, queueDrafts } from '../../db/ai/queue.ts';
import { overlapsAmong } from '../../db/campaigns/overlaps.ts';
import type { Db } from '../../db/database.ts';
import { answersAmong } from '../../db/people/answers.ts';
import { readSuppressionReasons } from '../../db/people/suppressions.ts';
import { type Hold, holdProspects } from '../../db/sending/holds.ts';
import { type LedgerRow, ledgerOf } from '../../db/sending/ledger.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import type { PastAnswer } from '../../domain/people/prospect.ts';
import { notesLeft } from '../../domain/sending/capacity.ts';
import { type ContactCaps, capKeysOf } from '../../domain/sending/contact-caps.ts';
import { noteLimits } from '../../domain/sending/sender-limit.ts';
import type { Services } from '../../operation.ts';
import type { LaneClaim, PickQueue } from './claim.ts';
import { type ComposedTouch, composeTouch } from './compose.ts';
import type { Facts } from './facts.ts';
import type { Skipped } from './tick.ts';
import { judge, type ReadyText, reasonOf, type Verdict } from './verdict.ts';

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
  /** The answers of people to other campaigns, where the campaign skips such people. */
  answers: ReadonlyMap<string, PastAnswer>;
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
  const answerable = claims.flatMap(({ campaignId, queues }) =>
    facts.campaigns.get(campaignId)!.excludeReplied
      ? queues.flatMap((queue) => queue.people.map((person) => ({ ...person, campaignId })))
      : [],
  );
  const ids = people.map((person) => person.id);
  return {
    answers: await answersAmong(db, workspaceId, answerable),
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
  const candidate = { claim, queue, person };
  const verdict = judgeCandidate(state, candidate);
  if (verdict.act === 'send') return reserveWithinCaps(state, candidate, verdict.text);
  if (verdict.act === 'hold') hold(state, candidate, verdict);
  else skip(state, candidate, verdict);
  return true;
}

function judgeCandidate(
  { facts, notes, suppressed, overlapping, answers, ledger }: ScreenState,
  { claim, queue, person }: Candidate,
): Verdict {
  const { lane, campaignId } = claim;
  const campaign = facts.campaigns.get(campaignId)!;
  const touch = campaign.touches.find((one) => one.nodeId === queue.nodeId);
  return judge({
    campaign,
    nodeId: queue.nodeId,
    person,
    sender: lane,
    history: ledger.get(person.id) ?? [],
    suppression: suppressed.get(person.id) ?? null,
    overlaps: overlapping.has(person.id),
    answer: answers.get(person.id) ?? null,
    note: {
      required: touch?.note === 'required',
      left: notes.get(lane.senderId) ?? Infinity,
      maxLength: noteLimits(lane)?.maxLength ?? Infinity,
    },
  });
}

/** Skips a prospect that must not get the touch, or has it already. */
function skip(
  { workspaceId, screened, holds }: ScreenState,
  { claim, queue, person }: Candidate,
  verdict: Extract<Verdict, { act: 'skip' | 'pass' }>,
): void {
  const reason = verdict.act === 'skip' ? reasonOf(verdict) : null;
  const skipped: Skipped = {
    workspaceId,
    campaignId: claim.campaignId,
    prospectId: person.id,
    senderId: claim.lane.senderId,
    nodeId: queue.nodeId,
    reason,
  };
  screened.skipped.push(skipped);
  holds.push({
    prospectId: person.id,
    hold: 'passing',
    detail: reason,
    until: new Date(claim.lane.at.getTime() + skippingMs),
  });
}

/** Holds a prospect until its text is written, or until the values that it lacks are mended. */
function hold(
  { holds, drafts, screened }: ScreenState,
  { claim, queue, person }: Candidate,
  { reason, missing }: Extract<Verdict, { act: 'hold' }>,
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

/** Composes a touch, or holds its prospect for a cap. Returns whether the touch is kept. */
function reserveWithinCaps(
  { services, workspaceId, facts, caps, holds, notes, screened }: ScreenState,
  { claim, queue, person }: Candidate,
  text: ReadyText,
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
  const campaign = facts.campaigns.get(campaignId)!;
  const { nodeId } = queue;
  const composing = { workspaceId, now: lane.at, lane, campaign, nodeId, person };
  const { reservation, reserved } = composeTouch(services, composing, text);
  if (reservation.noted) notes.set(lane.senderId, (notes.get(lane.senderId) ?? Infinity) - 1);
  const capMark = taken ? { capMark: taken.mark } : {};
  screened.composed.push({ reservation: { ...reservation, ...capMark }, reserved });
  return true;
}
