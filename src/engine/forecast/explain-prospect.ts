import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import type { Db } from '../../db/database.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import {
  bindingOf,
  bindingOfCampaign,
  bindingOfHold,
  evaluate,
  meanings,
} from '../../domain/forecast/explain.ts';
import { type ForecastSend, factsOf } from '../../domain/forecast/forecast.ts';
import { delayEnds } from '../../domain/hours/delay.ts';
import type { Constraint } from '../../domain/sending/constraint.ts';
import { ContactCaps, capKeysOf } from '../../domain/sending/contact-caps.ts';
import { constraintsAt, type DueTouch } from '../../domain/sending/planner.ts';
import { awaitingHold, waitingHolds } from '../../domain/sequence/invitation.ts';
import {
  becauseInactive,
  bindingOfBecause,
  type ExplainRequest,
  type Explanation,
  firstSend,
  opensByForecast,
  type TimedBinding,
  withoutEnd,
} from './explanation.ts';
import { type ForecastInput, readForecastInput } from './forecast-input.ts';

const nothing = { constraints: [], next: null };

/** Explains why a prospect has not been written to yet, and when that is expected. */
export async function explainProspect(
  db: Db,
  campaign: CampaignRow,
  prospect: ProspectRow,
  { workspaceId, now }: ExplainRequest,
): Promise<Explanation> {
  if (prospect.ended_at) {
    const reason = prospect.end_reason ?? prospect.status;
    const words = `The way through the sequence has ended: ${reason}.`;
    return { ...nothing, binding: withoutEnd({ code: prospect.status, words, unblock: null }) };
  }
  const stopped = bindingOfCampaign(campaign.status, campaign.pause_reason);
  if (stopped) return { ...nothing, binding: withoutEnd(stopped) };
  const input = await readForecastInput(db, {
    workspaceId,
    campaignId: campaign.id,
    changes: {},
    now,
  });
  const send = firstSend(input, now, ({ person }) => person === prospect.id);
  return isInvited(prospect)
    ? explainInvited(prospect, input, send)
    : explainNextTouch(prospect, input, { send, now });
}

type Forecasted = { send: ForecastSend | null; now: Date };

function explainNextTouch(
  prospect: ProspectRow,
  input: ForecastInput,
  { send, now }: Forecasted,
): Explanation {
  const { touches, pauses, poolFrom } = input.campaigns[input.target]!;
  const touch = touches.find(({ nodeId }) => nodeId === prospect.node_id) ?? touches[0];
  if (!touch) return { ...nothing, binding: bindingOfBecause('nothing_to_send') };
  const senderId = prospect.sender_id ?? (send ? input.lanes[send.lane]!.senderId : null);
  const dueAt = prospect.anchor_at
    ? delayEnds(prospect.anchor_at.getTime(), touch.waitMs, pauses)
    : poolFrom;
  const next = { nodeId: touch.nodeId, senderId, dueAt, expectedAt: send?.at ?? null };
  // Checked before a hold that ends by itself, because the end of the hold would change nothing.
  const noSender = isLasting(prospect) ? null : bindingOfNoSender(input, prospect, senderId);
  if (noSender) return { ...nothing, next, binding: noSender };
  const dueTouch = {
    touch: touch.type,
    noted: touch.note === 'required',
    dueAt,
    zone: prospect.local_zone,
    reached: reachedToday(input, prospect, now),
  };
  const constraints = constraintsOfLane(input, senderId ?? anySender(input), { dueTouch, now });
  const evaluated = evaluate(constraints, now.getTime());
  if (prospect.hold)
    return { constraints: evaluated, next, binding: timedBindingOfHold(prospect, prospect.hold) };
  const binding = opensByForecast(bindingOf(constraints, now.getTime()), send);
  return { constraints: evaluated, next, binding: afterOthers(binding, send, senderId) };
}

const isInvited = ({ status, hold }: ProspectRow) =>
  status === 'connection_sent' && hold !== 'paused';

/**
 * An invited prospect: the touch after the invitation, if it is accepted as the forecast assumes.
 */
function explainInvited(
  prospect: ProspectRow,
  { campaigns, target }: ForecastInput,
  send: ForecastSend | null,
): Explanation {
  const { touches } = campaigns[target]!;
  const after = touches[touches.findIndex(({ nodeId }) => nodeId === prospect.node_id) + 1];
  const binding = timedBindingOfHold(prospect, prospect.hold ?? awaitingHold);
  if (!after) return { ...nothing, binding };
  const { sender_id: senderId } = prospect;
  const next = { nodeId: after.nodeId, senderId, dueAt: null, expectedAt: send?.at ?? null };
  return { constraints: [], next, binding };
}

function timedBindingOfHold({ hold_detail, hold_until }: ProspectRow, hold: string): TimedBinding {
  return { ...bindingOfHold(hold, hold_detail), opensAt: hold_until?.getTime() ?? null };
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
  if (prospect.sender_id !== null && !attached.has(prospect.sender_id))
    return withoutEnd(bindingOfHold('sender_removed', null));
  const down = inactive.find(({ id }) => (senderId === null ? attached.has(id) : id === senderId));
  const isStuck = senderId === null ? anySender(input) === null : down !== undefined;
  return isStuck ? bindingOfBecause(becauseInactive(down)) : null;
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
  send: ForecastSend | null,
  senderId: string | null,
): TimedBinding {
  if (binding.opensAt === null) return binding;
  if (send ? send.at <= binding.opensAt : senderId !== null) return binding;
  const isDue = binding.code === 'due';
  const words = [
    ...(isDue ? [] : [binding.words]),
    meanings.queue.words,
    ...(send ? [] : ['Their turn does not come within a year.']),
  ];
  return {
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
