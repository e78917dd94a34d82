import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import type { Db } from '../../db/database.ts';
import { readHeldOf } from '../../db/instance.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import { isServed } from '../../db/workers.ts';
import {
  bindingOf,
  bindingOfFate,
  bindingOfHold,
  evaluate,
} from '../../domain/forecast/explain.ts';
import { bindingOfCampaign } from '../../domain/forecast/explain-status.ts';
import { type Fate, type ForecastSend, factsOf } from '../../domain/forecast/forecast.ts';
import { meanings } from '../../domain/forecast/meanings.ts';
import { delayEnds } from '../../domain/hours/delay.ts';
import type { Constraint } from '../../domain/sending/constraint.ts';
import { ContactCaps, capKeysOf } from '../../domain/sending/contact-caps.ts';
import { constraintsAt, type DueTouch } from '../../domain/sending/planner.ts';
import { awaitingHold, waitingHolds } from '../../domain/sequence/invitation.ts';
import {
  bindingOfBecause,
  bindingOfHeld,
  bindingOfInactive,
  type ExplainRequest,
  type Explanation,
  firstSends,
  opensByForecast,
  type TimedBinding,
  withoutEnd,
} from './explanation.ts';
import { type ForecastInput, readForecastInput } from './forecast-input.ts';
import { takeForecastTurn } from './run-forecast.ts';

const nothing = { constraints: [], next: null };

/** Explains why a prospect has not been written to yet, and when that is expected. */
export function explainProspect(
  db: Db,
  campaign: CampaignRow,
  prospect: ProspectRow,
  request: ExplainRequest,
): Promise<Explanation> {
  return takeForecastTurn(request, async () => {
    const asked = { ...request, isForecast: true };
    const [explained] = await explainProspects(db, campaign, [prospect], asked);
    return explained!;
  });
}

/**
 * The same for several prospects of a campaign, in their order. Without `isForecast` only these are
 * read, and the constraints are explained, not when the turn of each comes.
 */
export async function explainProspects(
  db: Db,
  campaign: CampaignRow,
  prospects: readonly ProspectRow[],
  { workspaceId, now, signal, isForecast }: ExplainRequest & { isForecast: boolean },
): Promise<Explanation[]> {
  const stopped = bindingOfCampaign(campaign);
  const held = stopped ? null : await readHeldOf(db, workspaceId);
  const all = stopped ? withoutEnd(stopped) : held && bindingOfHeld(held);
  const open = prospects.filter(({ ended_at }) => !ended_at);
  if (all || open.length === 0)
    return prospects.map((prospect) => explainEnded(prospect) ?? { ...nothing, binding: all! });
  const input = await readForecastInput(db, {
    workspaceId,
    campaignId: campaign.id,
    changes: {},
    now,
    among: isForecast ? null : open.map(({ id }) => id),
  });
  const isRunning = await isServed(db, workspaceId);
  const wanted = open.filter((prospect) => mayBeSent(prospect, input)).map(({ id }) => id);
  const forecastFor = new Set(isForecast && isRunning ? wanted : []);
  const sends = await firstSends(input, { now, signal }, forecastFor);
  return prospects.map((prospect) => {
    const send = sends.get(prospect.id) ?? null;
    return (
      explainEnded(prospect) ?? explainOpen(prospect, input, { send, now, isRunning, isForecast })
    );
  });
}

function explainEnded({ ended_at, end_reason, status: code }: ProspectRow): Explanation | null {
  if (!ended_at) return null;
  const words = `The way through the sequence has ended: ${end_reason ?? code}.`;
  return { ...nothing, binding: withoutEnd({ code, words, unblock: null }) };
}

type Outlook = {
  send: ForecastSend | null;
  now: Date;
  /** A worker runs, or the sandbox's clock. */
  isRunning: boolean;
  isForecast: boolean;
};

function explainOpen(prospect: ProspectRow, input: ForecastInput, outlook: Outlook): Explanation {
  const explained = isInvited(prospect)
    ? explainInvited(prospect, input, outlook)
    : explainNextTouch(prospect, input, outlook);
  if (outlook.isRunning || explained.binding.opensAt === null) return explained;
  return { ...explained, binding: bindingOfBecause('no_worker') };
}

/** Whether the forecast may send to the prospect before anybody does something for them. */
function mayBeSent(prospect: ProspectRow, input: ForecastInput): boolean {
  if (isInvited(prospect)) return true;
  return !isLasting(prospect) && stopOf(prospect, input, prospect.sender_id) === null;
}

/** The place of the prospect's next touch, beyond touches that the ledger has already. */
function placeOf(
  prospect: ProspectRow,
  { campaigns, target, lanes }: ForecastInput,
  senderId: string | null,
): { touch: number; fate: Fate | null; passed: boolean } {
  const { touches, fates } = campaigns[target]!;
  const standsAt = Math.max(
    0,
    touches.findIndex(({ nodeId }) => nodeId === prospect.node_id),
  );
  const writers = senderId ? [senderId] : lanes.map((lane) => lane.senderId);
  for (let touch = standsAt; touch < touches.length; touch++) {
    const met = writers.map((writer) => fates(prospect.id, touch, writer));
    // In the pool, a sender whose text is complete may take the person.
    const fate = met.includes(null) ? null : (met[0] ?? null);
    if (fate?.act !== 'pass') return { touch, fate, passed: touch > standsAt };
  }
  return { touch: touches.length, fate: null, passed: true };
}

/** Why the prospect will be skipped or held when its turn comes; null when it will not. */
function stopOf(
  prospect: ProspectRow,
  input: ForecastInput,
  senderId: string | null,
): TimedBinding | null {
  const { fate } = placeOf(prospect, input, senderId);
  if (!fate || fate.unlessBare) return null;
  const heldBy = { kind: 'person' as const, id: prospect.id };
  return { ...withoutEnd(bindingOfFate(fate)), ...(fate.act === 'hold' ? { heldBy } : {}) };
}

function explainNextTouch(
  prospect: ProspectRow,
  input: ForecastInput,
  outlook: Outlook,
): Explanation {
  const { send, now } = outlook;
  const { touches, pauses, poolFrom } = input.campaigns[input.target]!;
  const senderId = prospect.sender_id ?? (send ? input.lanes[send.lane]!.senderId : null);
  const place = placeOf(prospect, input, senderId);
  const touch = touches[send?.touch ?? place.touch];
  if (!touch) return { ...nothing, binding: bindingOfBecause('nothing_to_send') };
  const anchorAt = place.passed ? now : prospect.anchor_at;
  const dueAt = anchorAt ? delayEnds(anchorAt.getTime(), touch.waitMs, pauses) : poolFrom;
  const next = { nodeId: touch.nodeId, senderId, dueAt, expectedAt: send?.at ?? null };
  // Checked before a hold that ends by itself, because the end of the hold would change nothing.
  const stuck = isLasting(prospect)
    ? null
    : (bindingOfNoSender(input, prospect, senderId) ?? stopOf(prospect, input, senderId));
  const dueTouch = {
    touch: touch.type,
    noted: touch.note === 'required',
    dueAt,
    zone: prospect.local_zone,
    reached: reachedToday(input, prospect, now),
  };
  const writer = senderId ?? anySender(input);
  const owners = { senderId: writer, campaignId: prospect.campaign_id };
  const constraints = constraintsOfLane(input, writer, { dueTouch, now });
  const evaluated = evaluate(constraints, now.getTime(), owners);
  if (stuck) return { constraints: evaluated, next, binding: stuck };
  if (prospect.hold)
    return {
      constraints: evaluated,
      next,
      binding: timedBindingOfHold(prospect, prospect.hold, now),
    };
  const binding = opensByForecast(bindingOf(constraints, now.getTime(), owners), send);
  return { constraints: evaluated, next, binding: afterOthers(binding, senderId, outlook) };
}

const isInvited = ({ status, hold }: ProspectRow) =>
  status === 'connection_sent' && hold !== 'paused';

/**
 * An invited prospect: the touch after the invitation, if it is accepted as the forecast assumes.
 */
function explainInvited(
  prospect: ProspectRow,
  { campaigns, target }: ForecastInput,
  { send, now }: Outlook,
): Explanation {
  const { touches } = campaigns[target]!;
  const after = touches[touches.findIndex(({ nodeId }) => nodeId === prospect.node_id) + 1];
  const binding = timedBindingOfHold(prospect, prospect.hold ?? awaitingHold, now);
  if (!after) return { ...nothing, binding };
  const { sender_id: senderId } = prospect;
  const next = { nodeId: after.nodeId, senderId, dueAt: null, expectedAt: send?.at ?? null };
  return { constraints: [], next, binding };
}

/** A hold that is over ends at once, when the next worker looks. */
function timedBindingOfHold(
  { id, hold_detail, hold_until }: ProspectRow,
  hold: string,
  now: Date,
): TimedBinding {
  const opensAt = hold_until && Math.max(hold_until.getTime(), now.getTime());
  return { ...bindingOfHold(hold, hold_detail), opensAt, heldBy: { kind: 'person', id } };
}

/** Whether the hold ends only by an action or by an acceptance. */
const isLasting = ({ hold, hold_until }: ProspectRow) =>
  hold !== null && (hold_until === null || waitingHolds.includes(hold));

/**
 * That no sender can write to the prospect: their own is removed or not active, or none of the
 * campaign's can take them from the pool. Null when a sender can.
 */
function bindingOfNoSender(
  input: ForecastInput,
  prospect: ProspectRow,
  senderId: string | null,
): TimedBinding | null {
  const { attached, inactive } = input;
  const heldBy = { kind: 'campaign' as const, id: prospect.campaign_id };
  if (prospect.sender_id !== null && !attached.has(prospect.sender_id))
    return { ...withoutEnd(bindingOfHold('sender_removed', null)), heldBy };
  const down = inactive.find(({ id }) => (senderId === null ? attached.has(id) : id === senderId));
  const isStuck = senderId === null ? anySender(input) === null : down !== undefined;
  return isStuck ? bindingOfInactive(down) : null;
}

/** A sender that may take people from the campaign's pool. */
function anySender({ lanes, target }: ForecastInput): string | null {
  const lane = lanes.find(({ attachments }) =>
    attachments.some(({ campaign }) => campaign === target),
  );
  return lane?.senderId ?? null;
}

/**
 * The binding of a touch that goes out later than its constraints open, because others of the
 * sender come first. Without a forecast send the turn does not come within a year.
 */
function afterOthers(
  binding: TimedBinding,
  senderId: string | null,
  { send, isRunning, isForecast }: Outlook,
): TimedBinding {
  if (binding.opensAt === null || !isRunning) return binding;
  if (!isForecast)
    return binding.code === 'due' && senderId === null
      ? { ...binding, code: 'queue', ...meanings.queue }
      : binding;
  if (send ? send.at <= binding.opensAt : senderId !== null) return binding;
  const isDue = binding.code === 'due';
  const words = [
    ...(isDue ? [] : [binding.words]),
    meanings.queue.words,
    ...(send ? [] : ['Their turn does not come within a year.']),
  ];
  return {
    ...binding,
    code: isDue ? 'queue' : binding.code,
    words: words.join(' '),
    unblock: meanings.queue.unblock,
    opensAt: send?.at ?? null,
  };
}

/** How often the prospect's domain and company were reached today, where the campaign has caps. */
function reachedToday(
  { campaigns, target }: ForecastInput,
  prospect: ProspectRow,
  now: Date,
): NonNullable<DueTouch['reached']> {
  const { reach, schedule } = campaigns[target]!;
  if (!reach) return [];
  const at = now.getTime();
  const caps = new ContactCaps(reach.limits, schedule.timeZone, { uses: reach.uses, now: at });
  return caps.usageOf(capKeysOf(prospect), at);
}

/** Empty when the sender has no lane. */
function constraintsOfLane(
  input: ForecastInput,
  senderId: string | null,
  { dueTouch, now }: { dueTouch: Omit<DueTouch, 'campaignId'>; now: Date },
): Constraint[] {
  const lane = input.lanes.findIndex((candidate) => candidate.senderId === senderId);
  if (lane < 0) return [];
  const facts = factsOf({ ...input, now: now.getTime() }, lane);
  const { campaignId } = input.campaigns[input.target]!;
  return constraintsAt(facts, { campaignId, ...dueTouch }, now.getTime());
}
