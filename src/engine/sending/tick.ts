import type { Outgoing } from '../../channels/channel.ts';
import { type Db, runTransaction } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { type LaneRow, lockDueLanes, writeLanes } from '../../db/sending/lanes.ts';
import { reserve } from '../../db/sending/reserve.ts';
import { readScript } from '../../domain/forecast/scripted-address.ts';
import { type LanePlan, planLanes } from '../../domain/sending/planner.ts';
import type { Services } from '../../operation.ts';
import { claim, type PlannedLane } from './claim.ts';
import { keepCaps, readCaps } from './contact-caps.ts';
import { type Facts, readFacts } from './facts.ts';
import { screen } from './screen.ts';

/** A reserved message: its place in the campaign, and which attempt this is. */
export type ReservedTouch = {
  workspaceId: string;
  senderId: string;
  channel: string;
  messageId: string;
  attempt: number;
  /** How many of the attempts before it were put off by the server (`countsAsTry`). */
  tries: number;
  campaignId: string;
  prospectId: string;
  nodeId: string;
  to: string;
  /** The campaign is a dry run: nothing is delivered. */
  dryRun: boolean;
  /** Kinds of touch rest with the sender, or are counted towards a rest. */
  hasRests?: boolean;
};

/** A message that the ledger holds as `reserved`, ready to be handed to its channel. */
export type Reserved = ReservedTouch & {
  outgoing: Outgoing;
  /** When the first attempt was reserved that may have gone out; null when none may have. */
  doubtedAt: Date | null;
};

/** A prospect that does not get its touch. */
export type Skipped = {
  workspaceId: string;
  campaignId: string;
  prospectId: string;
  senderId: string;
  nodeId: string;
  /** Why its sequence ends; null when it goes on, because the ledger has this touch already. */
  reason: string | null;
};

/** `until`: the instant for which the last of the lanes was planned. */
export type Tick = { lanes: number; reserved: Reserved[]; skipped: Skipped[]; until: Date };

export type TickRun = {
  workspaceId: string;
  workerId: string;
  limit: number;
  /**
   * A rehearsal's step: lanes that fall due up to this instant are planned too, each at its own
   * instant. At most the end of the present quarter of an hour, because facts hold that long.
   */
  until?: Date;
};

/** When a lane is planned again after another transaction kept its rows locked. */
const replanMs = 1_000;

/**
 * One tick of up to `limit` due lanes of a workspace, in one transaction: facts, plan, claim,
 * screen, reserve. Window, caps, pause and suppression are therefore checked in the transaction of
 * the claim (law 3). Nothing here touches the network.
 */
export async function tick(services: Services, run: TickRun): Promise<Tick> {
  try {
    return await runTransaction(services.db, (db) => tickOnce(services, db, run));
  } catch (error) {
    if (!(error instanceof PlannedTooFarAhead)) throw error;
    return tick(services, { ...run, limit: error.limit });
  }
}

/**
 * Lanes planned ahead would not act as they would one after the other. The transaction is undone,
 * and only the first `limit` of them are planned.
 */
class PlannedTooFarAhead extends Error {
  readonly limit: number;

  constructor(limit: number) {
    super(`Only the first ${limit} of these lanes can be planned in one tick`);
    this.limit = limit;
  }
}

async function tickOnce(services: Services, db: Db, run: TickRun): Promise<Tick> {
  const { workspaceId, workerId } = run;
  const now = services.clock.now();
  const due = await lockDueLanes(db, { workspaceId, now: run.until ?? now, limit: run.limit });
  if (due.length === 0) return { lanes: 0, reserved: [], skipped: [], until: now };
  const facts = await readFacts(db, { workspaceId, lanes: due, now });
  const instants = new Map(
    due.map((lane) => [lane.senderId, Math.max(now.getTime(), lane.nextAt.getTime())]),
  );
  const plans = planLanes(facts.lanes, now.getTime(), instants);
  const lanes = due
    .filter((lane) => plans.has(lane.senderId))
    .map((lane) => ({ ...lane, at: new Date(instants.get(lane.senderId)!) }));
  const claims = await claim(db, { workspaceId, lanes, plans, facts });
  const caps = await readCaps(db, { workspaceId, claims, facts, now });
  const screened = await screen(services, db, { workspaceId, claims, facts, caps });
  const reservations = screened.composed.map((touch) => touch.reservation);
  const ids =
    reservations.length > 0
      ? await reserve(db, { workspaceId, deadlineMs: services.config.sendMs, reservations })
      : new Set();
  const reserved = screened.composed
    .filter((touch) => ids.has(touch.reservation.messageId))
    .map((touch) => touch.reserved);
  const kept = reservations.filter((reservation) => ids.has(reservation.messageId));
  await keepCaps(db, { workspaceId, caps, reservations: kept, facts });
  if (run.until) checkPlannedAhead(lanes, plans, reserved);
  const sending = new Set(reserved.map((message) => message.senderId));
  const { screenedSenders } = screened;
  const hasRoom = sendersWithRoom(facts, { plans, reserved });
  const rows = lanes.map((lane) =>
    laneRow(lane, plans.get(lane.senderId)!, {
      facts,
      sending,
      screenedSenders,
      hasRoom,
      workerId,
    }),
  );
  await writeLanes(db, workspaceId, rows);
  const until = lanes.at(-1)!.at;
  await appendEvents(db, { workspaceId, at: until, actor: 'engine' }, screened.heldEvents);
  return { lanes: lanes.length, reserved, skipped: screened.skipped, until };
}

/**
 * Checks that lanes planned ahead act as they would one after the other. The first lane that
 * reserved less than its plan called for must come first in a tick of its own. An answer that comes
 * back before the last lane's turn must be received before that turn. @throws PlannedTooFarAhead
 */
function checkPlannedAhead(
  lanes: readonly PlannedLane[],
  plans: ReadonlyMap<string, LanePlan>,
  reserved: readonly Reserved[],
): void {
  const last = lanes.at(-1)!.at.getTime();
  const bySender = Map.groupBy(reserved, (message) => message.senderId);
  for (const [index, { senderId, at }] of lanes.entries()) {
    const messages = bySender.get(senderId) ?? [];
    const count = plans.get(senderId)?.send?.count ?? 0;
    if (messages.length < count && lanes.length > 1)
      throw new PlannedTooFarAhead(Math.max(1, index));
    const answered = messages.some(
      ({ to, outgoing }) =>
        at.getTime() + (readScript(to, outgoing.touch)?.afterMs ?? Infinity) <= last,
    );
    if (answered && index < lanes.length - 1) throw new PlannedTooFarAhead(index + 1);
  }
}

/**
 * The senders of campaigns with a daily limit for which this tick reserved fewer touches than it
 * planned: people were skipped or held, and left places that other lanes were planned without.
 */
function sendersWithRoom(
  { lanes }: Facts,
  { plans, reserved }: { plans: ReadonlyMap<string, LanePlan>; reserved: readonly Reserved[] },
): Set<string> {
  const left = new Map<string, number>();
  for (const { send } of plans.values())
    if (send) left.set(send.campaignId, (left.get(send.campaignId) ?? 0) + send.count);
  for (const { campaignId } of reserved) left.set(campaignId, left.get(campaignId)! - 1);
  const hasRoom = ({ campaignId, dailyLimit }: Facts['lanes'][number]['campaigns'][number]) =>
    dailyLimit !== null && (left.get(campaignId) ?? 0) > 0;
  return new Set(
    lanes.filter(({ campaigns }) => campaigns.some(hasRoom)).map(({ senderId }) => senderId),
  );
}

/**
 * `sending`: senders with a reserved message; `screenedSenders`: with a claimed prospect;
 * `hasRoom`: of a campaign whose limit has places left that the plan did not know of.
 */
type TickResult = {
  facts: Facts;
  hasRoom: ReadonlySet<string>;
  sending: ReadonlySet<string>;
  screenedSenders: ReadonlySet<string>;
  workerId: string;
};

function laneRow(
  lane: PlannedLane,
  plan: LanePlan,
  { facts, sending, screenedSenders, hasRoom, workerId }: TickResult,
): LaneRow {
  const { senderId, at } = lane;
  const lastAt = lane.lastAt && lane.lastAt > at ? at : lane.lastAt;
  const base = { senderId, because: plan.because, lastAt, owner: null, plannedAt: at };
  if (sending.has(senderId))
    return { ...base, nextAt: new Date(plan.nextAt!), lastAt: at, owner: workerId };
  const soon = new Date(at.getTime() + replanMs);
  // All claimed prospects were skipped or held: plan again at once. None could be claimed, because
  // another transaction has them locked: plan again soon.
  if (plan.send)
    return { ...base, nextAt: screenedSenders.has(senderId) ? at : soon, because: 'planning' };
  const sleepsPastSoon = plan.nextAt === null || plan.nextAt > soon.getTime();
  if ((facts.unsettled.has(senderId) || hasRoom.has(senderId)) && sleepsPastSoon)
    return { ...base, nextAt: soon };
  return { ...base, nextAt: plan.nextAt === null ? null : new Date(plan.nextAt) };
}
