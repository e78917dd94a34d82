import { type DraftPlace, queueDrafts } from '../../db/ai/queue.ts';
import { overlapsAmong } from '../../db/campaigns/overlaps.ts';
import type { Db } from '../../db/database.ts';
import { type Hold, holdProspects } from '../../db/sending/holds.ts';
import { type LedgerRow, ledgerOf } from '../../db/sending/ledger.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { inOtherCampaign } from '../../domain/people/prospect.ts';
import { type ContactCaps, capKeysOf } from '../../domain/sending/contact-caps.ts';
import { notesLeft } from '../../domain/sending/planner.ts';
import { noteLimits } from '../../domain/sending/sender-limit.ts';
import type { Touch } from '../../domain/sequence/sequence.ts';
import type { Services } from '../../operation.ts';
import type { ClaimCall, PickLine } from './claim.ts';
import { type ComposedTouch, composeTouch, type Unfit } from './compose.ts';
import type { Facts } from './facts.ts';

import { suppressedAmong } from './suppressed.ts';
import type { Skipped } from './tick.ts';

/** How soon one who is passed over is due again, should this process die before the pass is recorded, in ms. */
const passingMs = 1_000;

export type Weighing = {
  workspaceId: string;
  calls: readonly ClaimCall[];
  facts: Facts;
  caps: ReadonlyMap<string, ContactCaps>;
};
/** `looked`: the senders for whom anybody was there. */
export type Screened = {
  composed: ComposedTouch[];
  passed: Skipped[];
  held: NewEvent[];
  looked: Set<string>;
};

type Known = {
  elsewhere: ReadonlySet<string>;
  suppressed: ReadonlyMap<string, string>;
  ledger: ReadonlyMap<string, LedgerRow[]>;
};
type Sorting = Weighing &
  Known & {
    notes: Map<string, number>;
    services: Services;
    weighed: Screened;
    holds: Hold[];
    drafts: DraftPlace[];
  };

/** Sorts the people the plans call for: passed over, held for a missing value or a cap, or composed and ready to be reserved. */
export async function screen(services: Services, db: Db, weighing: Weighing): Promise<Screened> {
  const { workspaceId, calls, facts } = weighing;
  const weighed: Screened = { composed: [], passed: [], held: [], looked: new Set() };
  const people = [...new Set(calls.flatMap((call) => call.lines))].flatMap((line) => line.people);
  if (people.length === 0) return weighed;
  const ids = people.map((person) => person.id);
  const firsts = calls.flatMap(({ campaignId, lines }) =>
    facts.campaigns.get(campaignId)!.skipOtherCampaigns
      ? lines.filter((line) => line.first).map((line) => ({ campaignId, line }))
      : [],
  );
  const candidates = firsts.flatMap(({ campaignId, line }) =>
    line.people.map(({ id, identity }) => ({ prospectId: id, campaignId, identity })),
  );
  const known = {
    elsewhere: await overlapsAmong(db, workspaceId, candidates),
    suppressed: await suppressedAmong(db, workspaceId, people),
    ledger: Map.groupBy(await ledgerOf(db, workspaceId, ids), (row) => row.prospectId),
  };
  const notes = new Map(
    facts.lanes.map((lane) => [lane.senderId, notesLeft(lane, calls[0]!.lane.at.getTime())]),
  );
  const sorting: Sorting = {
    ...weighing,
    ...known,
    notes,
    services,
    weighed,
    holds: [],
    drafts: [],
  };
  for (const call of calls) answer(sorting, call);
  await holdProspects(db, workspaceId, sorting.holds, calls[0]!.lane.at);
  await queueDrafts(db, workspaceId, sorting.drafts, calls[0]!.lane.at);
  return weighed;
}

/** Goes through the lines of a call until it has its count. Who is over a cap takes nobody's place. */
function answer(sorting: Sorting, call: ClaimCall): void {
  let left = call.count;
  for (const line of call.lines) {
    for (
      let looked = 0;
      left > 0 && looked < call.looks && line.next < line.people.length;
      looked++
    ) {
      sorting.weighed.looked.add(call.lane.senderId);
      if (sort(sorting, call, line)) left -= 1;
    }
  }
}

type Noting = { lane: ClaimCall['lane']; touch: Touch | undefined; notes: Map<string, number> };

/** An invitation within what the seat's notes may be: one too many is left out where it can, and one too long keeps the touch from going out. */
function withNote(composed: ComposedTouch, { lane, touch, notes }: Noting): ComposedTouch | Unfit {
  const { reservation, reserved } = composed;
  if (!reservation.noted) return composed;
  const left = notes.get(lane.senderId) ?? Infinity;
  if (left <= 0 && touch?.note !== 'required') {
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

/** Sorts the next one of a line. Returns whether they take a place. */
function sort(
  {
    services,
    workspaceId,
    facts,
    caps,
    elsewhere,
    suppressed,
    ledger,
    weighed,
    holds,
    drafts,
    notes,
  }: Sorting,
  call: ClaimCall,
  line: PickLine,
): boolean {
  const { lane, campaignId } = call;
  const { nodeId, first } = line;
  const person = line.people[line.next++]!;
  const history = ledger.get(person.id) ?? [];
  const entry = history.find((row) => row.nodeId === nodeId);
  const suppression = suppressed.get(person.id) ?? null;
  const other = suppression === null && elsewhere.has(person.id);
  const reason = other ? inOtherCampaign : suppression;
  if (reason !== null || (entry && entry.state !== 'draft')) {
    const passed = {
      workspaceId,
      campaignId,
      prospectId: person.id,
      senderId: lane.senderId,
      nodeId,
      reason,
    };
    weighed.passed.push(other ? { ...passed, elsewhere: true } : passed);
    holds.push({
      prospectId: person.id,
      hold: 'passing',
      detail: reason,
      until: new Date(lane.at.getTime() + passingMs),
    });
    return true;
  }
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
  const touch = campaign.touches.find((candidate) => candidate.nodeId === nodeId);
  const result = composed.ok ? withNote(composed, { lane, touch, notes }) : composed;
  if (!result.ok) {
    const { reason, missing } = result;
    if (reason === 'draft_pending') {
      holds.push({ prospectId: person.id, hold: reason, detail: null, until: null });
      drafts.push({ campaignId, prospectId: person.id, nodeId });
      return true;
    }
    holds.push({
      prospectId: person.id,
      hold: 'missing_variable',
      detail: `${reason}: ${missing.join(', ')}`,
      until: null,
    });
    weighed.held.push({
      kind: 'prospect.held',
      campaignId,
      prospectId: person.id,
      senderId: lane.senderId,
      data: { reason, missing },
    });
    return true;
  }
  const taken = caps.get(campaignId)?.take(capKeysOf(person), lane.at.getTime(), { first });
  if (taken?.ok === false) {
    holds.push({
      prospectId: person.id,
      hold: `${taken.kind}_limit`,
      detail: taken.key,
      until: new Date(taken.until),
    });
    return false;
  }
  weighed.composed.push(
    taken ? { ...result, reservation: { ...result.reservation, capMark: taken.mark } } : result,
  );
  return true;
}
