import type { Outgoing } from '../../channels/channel.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { type LaneRow, lockDueLanes, writeLanes } from '../../db/sending/lanes.ts';
import { reserve } from '../../db/sending/reserve.ts';
import { readScript } from '../../domain/forecast/scripted-address.ts';
import { type LanePlan, planLanes as planAll } from '../../domain/sending/planner.ts';
import type { Services } from '../../operation.ts';
import { claim, type PlannedLane } from './claim.ts';
import { keepCaps, readCaps } from './contact-caps.ts';
import { type Facts, readFacts } from './facts.ts';
import { screen } from './screen.ts';

/** A reserved message: whose it is and which attempt this is. */
export type Entry = {
  workspaceId: string;
  senderId: string;
  channel: string;
  messageId: string;
  attempt: number;
  campaignId: string;
  prospectId: string;
  nodeId: string;
  to: string;
  /** Its campaign delivers nothing. */
  dryRun: boolean;
};

/** A message in the ledger as `reserved`, ready to be handed to the channel. */
export type Reserved = Entry & { outgoing: Outgoing };

/** A person who is passed over without a touch: suppressed, or the ledger says the touch was made. */
export type Skipped = {
  workspaceId: string;
  campaignId: string;
  prospectId: string;
  senderId: string;
  nodeId: string;
  reason: string | null;
  /** The reason is another campaign, not a suppression. */
  elsewhere?: true;
};

export type Tick = { lanes: number; reserved: Reserved[]; passed: Skipped[]; until: Date };

export type TickRun = {
  workspaceId: string;
  workerId: string;
  limit: number;
  /** Lanes that fall due up to here are planned too, each at its own instant: a rehearsal's step. Stays within a quarter of an hour. */
  until?: Date;
};

const lookAgainMs = 1_000;

/**
 * One tick of up to `limit` due lanes of a workspace, in one transaction: facts, plan, claim, render, reserve. Window,
 * caps, pause and suppression are therefore checked where the claim is (law 3). Nothing here touches the network.
 */
export async function tick(services: Services, run: TickRun): Promise<Tick> {
  try {
    return await services.db.transaction().execute((db) => tickOnce(services, db, run));
  } catch (error) {
    if (!(error instanceof Apart)) throw error;
    return tick(services, { ...run, limit: error.limit });
  }
}

/** Lanes planned ahead would not do what they do one by one: everything is undone, and only the first `limit` are taken. */
class Apart extends Error {
  readonly limit: number;

  constructor(limit: number) {
    super('These lanes must be planned apart');
    this.limit = limit;
  }
}

async function tickOnce(services: Services, db: Db, run: TickRun): Promise<Tick> {
  const { workspaceId, workerId } = run;
  const now = services.clock.now();
  const due = await lockDueLanes(db, { workspaceId, now: run.until ?? now, limit: run.limit });
  if (due.length === 0) return { lanes: 0, reserved: [], passed: [], until: now };
  const facts = await readFacts(db, workspaceId, due, now);
  const instants = new Map(
    due.map((lane) => [lane.senderId, Math.max(now.getTime(), lane.nextAt.getTime())]),
  );
  const plans = planAll(facts.lanes, now.getTime(), instants);
  const lanes = due
    .filter((lane) => plans.has(lane.senderId))
    .map((lane) => ({ ...lane, at: new Date(instants.get(lane.senderId)!) }));
  const calls = await claim(db, { workspaceId, lanes, plans, facts });
  const caps = await readCaps(db, { workspaceId, calls, facts, now });
  const weighed = await screen(services, db, { workspaceId, calls, facts, caps });
  const reservations = weighed.composed.map((c) => c.reservation);
  const ids =
    reservations.length > 0
      ? await reserve(db, { workspaceId, deadlineMs: services.config.sendMs, reservations })
      : new Set();
  const reserved = weighed.composed
    .filter((c) => ids.has(c.reservation.messageId))
    .map((c) => c.reserved);
  const kept = reservations.filter((reservation) => ids.has(reservation.messageId));
  await keepCaps(db, { workspaceId, caps, reservations: kept, facts });
  if (run.until) keepApart(lanes, plans, reserved);
  const sending = new Set(reserved.map((r) => r.senderId));
  const rows = lanes.map((lane) =>
    laneRow(lane, plans.get(lane.senderId)!, { facts, sending, looked: weighed.looked, workerId }),
  );
  await writeLanes(db, workspaceId, rows);
  const until = lanes.at(-1)!.at;
  await appendEvents(db, { workspaceId, at: until, actor: 'engine' }, weighed.held);
  return { lanes: lanes.length, reserved, passed: weighed.passed, until };
}

/**
 * Lanes planned ahead count on each other: the first whose claim did not hold what its plan called for must come first in a tick
 * of its own, and an answer that comes back before the last lane's turn must be heard before it. @throws Apart
 */
function keepApart(
  lanes: readonly PlannedLane[],
  plans: ReadonlyMap<string, LanePlan>,
  reserved: readonly Reserved[],
): void {
  const last = lanes.at(-1)!.at.getTime();
  const bySender = Map.groupBy(reserved, (message) => message.senderId);
  for (const [index, { senderId, at }] of lanes.entries()) {
    const messages = bySender.get(senderId) ?? [];
    const count = plans.get(senderId)?.send?.count ?? 0;
    if (messages.length < count && lanes.length > 1) throw new Apart(Math.max(1, index));
    const answered = messages.some(
      ({ to, outgoing }) =>
        at.getTime() + (readScript(to, outgoing.touch)?.afterMs ?? Infinity) <= last,
    );
    if (answered && index < lanes.length - 1) throw new Apart(index + 1);
  }
}

type Done = { facts: Facts; sending: Set<string>; looked: Set<string>; workerId: string };

function laneRow(
  lane: PlannedLane,
  plan: LanePlan,
  { facts, sending, looked, workerId }: Done,
): LaneRow {
  const now = lane.at;
  const base = { senderId: lane.senderId, because: plan.because, lastAt: lane.lastAt, owner: null };
  if (sending.has(lane.senderId))
    return { ...base, nextAt: new Date(plan.nextAt!), lastAt: now, owner: workerId };
  const soon = new Date(now.getTime() + lookAgainMs);
  // All were passed over or held: plan again at once. Nobody could be claimed: another holds them for a moment.
  if (plan.send)
    return { ...base, nextAt: looked.has(lane.senderId) ? now : soon, because: 'planning' };
  const unsettled =
    facts.unsettled.has(lane.senderId) && (plan.nextAt === null || plan.nextAt > soon.getTime());
  return {
    ...base,
    nextAt: unsettled ? soon : plan.nextAt === null ? null : new Date(plan.nextAt),
  };
}
