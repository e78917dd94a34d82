import { countWithRemoved } from '../../db/campaigns/campaign-senders.ts';
import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import type { Db } from '../../db/database.ts';
import { countHeld } from '../../db/forecast/forecasts.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import {
  type Binding,
  bindingOf,
  bindingOfCampaign,
  bindingOfHold,
  type Evaluated,
  evaluate,
  meanings,
} from '../../domain/forecast/explain.ts';
import { type ForecastSend, factsOf, forecast } from '../../domain/forecast/forecast.ts';
import { delayEnds } from '../../domain/hours/delay.ts';
import type { Because } from '../../domain/sending/constraint.ts';
import { ContactCaps, capKeysOf } from '../../domain/sending/contact-caps.ts';
import {
  constraintsAt,
  followUpDueAt,
  type LaneFacts,
  planLane,
  type Asked as Work,
} from '../../domain/sending/planner.ts';
import { awaitingHold, waitingHolds } from '../../domain/sequence/invitation.ts';
import { horizonMs } from './forecast.ts';
import { type ForecastInput, readForecastInput } from './forecast-input.ts';

/** Instants in epoch ms. */
export type Explanation = {
  binding: Binding & { opensAt: number | null };
  constraints: Evaluated[];
  /** The next touch as the forecast sees it: nobody replies, everybody stays well. */
  next: {
    nodeId: string;
    senderId: string | null;
    dueAt: number | null;
    expectedAt: number | null;
  } | null;
};

type Asked = { workspaceId: string; now: Date };

const never = { opensAt: null };
const nothing = { constraints: [], next: null };

/** Why a person has not been written to yet, and when they will be. */
export async function explainProspect(
  db: Db,
  campaign: CampaignRow,
  prospect: ProspectRow,
  { workspaceId, now }: Asked,
): Promise<Explanation> {
  if (prospect.ended_at) {
    const words = `The way through the sequence has ended: ${prospect.end_reason ?? prospect.status}.`;
    return { ...nothing, binding: { code: prospect.status, words, unblock: null, ...never } };
  }
  const stopped = bindingOfCampaign(campaign.status, campaign.pause_reason);
  if (stopped) return { ...nothing, binding: { ...stopped, ...never } };
  const world = await readForecastInput(db, {
    workspaceId,
    campaignId: campaign.id,
    changes: {},
    now,
  });
  const send = firstSend(world, now, ({ person }) => person === prospect.id);
  const touches = world.campaigns[world.target]!.touches;
  if (isInvited(prospect)) return explainWait(prospect, world, send);
  const touch = touches.find(({ nodeId }) => nodeId === prospect.node_id) ?? touches[0];
  if (!touch) return { ...nothing, binding: bound('nothing_to_send') };
  const senderId = prospect.sender_id ?? (send ? world.lanes[send.lane]!.senderId : null);
  const { pauses, poolFrom } = world.campaigns[world.target]!;
  const dueAt = prospect.anchor_at
    ? delayEnds(prospect.anchor_at.getTime(), touch.waitMs, pauses)
    : poolFrom;
  const next = { nodeId: touch.nodeId, senderId, dueAt, expectedAt: send?.at ?? null };
  const constraints = constraintsOfLane(
    world,
    {
      senderId: senderId ?? anySender(world),
      touch: touch.type,
      noted: touch.note === 'required',
      dueAt,
      zone: prospect.local_zone,
      reached: reachedOf(world, prospect, now),
    },
    now,
  );
  // A hold that ends by itself is not what they wait for when nobody can write to them then.
  const stuck = isLasting(prospect) ? null : whyStuck(world, prospect, senderId);
  if (stuck) return { ...nothing, next, binding: stuck };
  if (prospect.hold) {
    const opensAt = prospect.hold_until?.getTime() ?? null;
    return {
      binding: { ...bindingOfHold(prospect.hold, prospect.hold_detail), opensAt },
      constraints: evaluate(constraints, now.getTime()),
      next,
    };
  }
  const binding = soonest(bindingOf(constraints, now.getTime()), send);
  const late = binding.opensAt !== null && (send ? send.at > binding.opensAt : senderId === null);
  return {
    constraints: evaluate(constraints, now.getTime()),
    next,
    binding: late ? inTurn(binding, send?.at ?? null) : binding,
  };
}

/** The constraints are weighed with what is left of today; the forecast knows what tomorrow brings. */
function soonest(
  binding: Explanation['binding'],
  send: ForecastSend | null,
): Explanation['binding'] {
  return send && binding.opensAt !== null && send.at < binding.opensAt
    ? { ...binding, opensAt: send.at }
    : binding;
}

const isLasting = ({ hold, hold_until }: ProspectRow) =>
  hold !== null && (hold_until === null || waitingHolds.includes(hold));

/** That nobody can write to the person: their own sender is gone or not active, or none of the campaign's can take them from the pool. */
function whyStuck(
  world: ForecastInput,
  prospect: ProspectRow,
  senderId: string | null,
): Explanation['binding'] | null {
  if (prospect.sender_id !== null && !world.attached.has(prospect.sender_id))
    return { ...bindingOfHold('sender_removed', null), ...never };
  const inactive = world.left.find(({ id }) =>
    senderId === null ? world.attached.has(id) : id === senderId,
  );
  return (senderId ?? anySender(world)) === null || inactive?.id === senderId
    ? bound(whyInactive(inactive))
    : null;
}

/** A sender that could take somebody from the campaign's pool. */
function anySender({ lanes, target }: ForecastInput): string | null {
  return (
    lanes.find(({ attachments }) => attachments.some(({ campaign }) => campaign === target))
      ?.senderId ?? null
  );
}

const isInvited = ({ status, hold }: ProspectRow) =>
  status === 'connection_sent' && hold !== 'paused';

/** Somebody whose answer to an invitation is waited for: what comes after it, if it is accepted as the forecast assumes. */
function explainWait(
  { hold, hold_detail, hold_until, node_id, sender_id }: ProspectRow,
  world: ForecastInput,
  send: ForecastSend | null,
): Explanation {
  const { touches } = world.campaigns[world.target]!;
  const after = touches[touches.findIndex(({ nodeId }) => nodeId === node_id) + 1];
  const next = after
    ? { nodeId: after.nodeId, senderId: sender_id, dueAt: null, expectedAt: send?.at ?? null }
    : null;
  return {
    binding: {
      ...bindingOfHold(hold ?? awaitingHold, hold_detail),
      opensAt: hold_until?.getTime() ?? null,
    },
    constraints: [],
    next,
  };
}

/** Open by itself, but others are written to first; `at` null: for longer than is looked at. */
function inTurn(binding: Explanation['binding'], at: number | null): Explanation['binding'] {
  const far = at === null ? ' Their turn does not come within a year.' : '';
  const words = `${binding.code === 'due' ? '' : `${binding.words} `}Others of this sender come first: touches that were due before, follow-ups, and people who were added before.${far}`;
  return {
    code: binding.code === 'due' ? 'queue' : binding.code,
    words,
    unblock: 'Wait, add senders, or raise the daily limit.',
    opensAt: at,
  };
}

/** How often the person's domain and company were reached today, where the campaign has caps. */
function reachedOf(
  world: ForecastInput,
  prospect: ProspectRow,
  now: Date,
): NonNullable<Work['reached']> {
  const { reach, schedule } = world.campaigns[world.target]!;
  const at = now.getTime();
  return reach
    ? new ContactCaps(reach.limits, schedule.timeZone, { uses: reach.uses, now: at }).usageOf(
        capKeysOf(prospect),
        at,
      )
    : [];
}

function constraintsOfLane(
  world: ForecastInput,
  { senderId, ...due }: Omit<Work, 'campaignId'> & { senderId: string | null },
  now: Date,
) {
  const lane = world.lanes.findIndex((candidate) => candidate.senderId === senderId);
  if (lane < 0) return [];
  const facts = factsOf({ ...world, now: now.getTime() }, lane);
  return constraintsAt(
    facts,
    { campaignId: world.campaigns[world.target]!.campaignId, ...due },
    now.getTime(),
  );
}

function firstSend(
  world: ForecastInput,
  now: Date,
  matches: (send: ForecastSend) => boolean,
): ForecastSend | null {
  let found: ForecastSend | null = null;
  forecast({ ...world, now: now.getTime(), until: now.getTime() + horizonMs }, (send) => {
    if (found || send.campaign !== world.target || !matches(send)) return found !== null;
    found = send;
    return true;
  });
  return found;
}

export type LaneExplanation = {
  senderId: string;
  binding: Explanation['binding'];
  constraints: Evaluated[];
};
export type CampaignExplanation = {
  binding: Explanation['binding'];
  expectedAt: number | null;
  senders: LaneExplanation[];
  held: { hold: string; n: number; words: string; unblock: string | null }[];
};

/** Why a campaign does not send right now, sender by sender, and when its next touch goes out. */
export async function explainCampaign(
  db: Db,
  campaign: CampaignRow,
  { workspaceId, now }: Asked,
): Promise<CampaignExplanation> {
  const waiting = await countWithRemoved(db, { workspaceId, campaignId: campaign.id });
  const counted = [
    ...(await countHeld(db, workspaceId, campaign.id)),
    ...(waiting > 0 ? [{ hold: 'sender_removed', n: waiting }] : []),
  ];
  const held = counted.map(({ hold, n }) => ({ hold, n, ...bindingOfHold(hold, null) }));
  const stopped = bindingOfCampaign(campaign.status, campaign.pause_reason);
  if (stopped) return { binding: { ...stopped, ...never }, expectedAt: null, senders: [], held };
  const world = await readForecastInput(db, {
    workspaceId,
    campaignId: campaign.id,
    changes: {},
    now,
  });
  const active = world.lanes.flatMap((lane, index) => {
    const own = factsOf({ ...world, now: now.getTime() }, index);
    const attached = own.campaigns.some(({ campaignId }) => campaignId === campaign.id);
    return attached ? [{ senderId: lane.senderId, ...explainWork(own, campaign.id, now) }] : [];
  });
  const inactive = world.left.map(({ id, status }) => {
    const because = whyInactive({ status });
    const binding = {
      ...bound(because),
      ...(because === 'sender_not_active' ? { words: `The sender is ${status}.` } : {}),
    };
    return { senderId: id, constraints: [], binding };
  });
  const senders: LaneExplanation[] = [...active, ...inactive];
  const [first] = senders.toSorted(
    (a, b) => (a.binding.opensAt ?? Infinity) - (b.binding.opensAt ?? Infinity),
  );
  const binding = first?.binding ?? {
    ...bound('sender_not_active'),
    words: 'The campaign has no senders.',
    unblock: 'Give it senders.',
  };
  const send = firstSend(world, now, () => true);
  return { binding: soonest(binding, send), expectedAt: send?.at ?? null, senders, held };
}

export type SenderExplanation = {
  binding: Explanation['binding'];
  campaigns: { campaignId: string; binding: Explanation['binding']; constraints: Evaluated[] }[];
};

/** What a sender waits for: the planner's own answer, and every constraint in each of the active campaigns it sends for. */
export async function explainSender(
  db: Db,
  { senderId, campaignIds }: { senderId: string; campaignIds: readonly string[] },
  { workspaceId, now }: Asked,
): Promise<SenderExplanation> {
  const [campaignId] = campaignIds;
  if (!campaignId) return { binding: bound('nothing_to_send'), campaigns: [] };
  const world = await readForecastInput(db, { workspaceId, campaignId, changes: {}, now });
  const lane = world.lanes.findIndex((candidate) => candidate.senderId === senderId);
  if (lane < 0)
    return {
      binding: bound(whyInactive(world.left.find(({ id }) => id === senderId))),
      campaigns: [],
    };
  const facts = factsOf({ ...world, now: now.getTime() }, lane);
  const plan = planLane(facts, now.getTime());
  const binding = plan.send ? bound('due', now.getTime()) : bound(plan.because, plan.nextAt);
  return {
    binding,
    campaigns: facts.campaigns.map((own) => ({
      campaignId: own.campaignId,
      ...explainWork(facts, own.campaignId, now),
    })),
  };
}

/** A sender's earliest work in one campaign, and what stands against it. */
function explainWork(
  facts: LaneFacts,
  campaignId: string,
  now: Date,
): { constraints: Evaluated[]; binding: Explanation['binding'] } {
  const own = facts.campaigns.find((candidate) => candidate.campaignId === campaignId);
  const due =
    own?.followUps.map(({ touch, zone, noted = false, ...followUp }) => ({
      touch,
      zone,
      noted,
      dueAt: followUpDueAt(own, followUp),
    })) ?? [];
  if (own && own.poolFrom !== null)
    for (const zone of own.poolZones)
      due.push({ touch: own.poolTouch, zone, noted: own.poolNoted ?? false, dueAt: own.poolFrom });
  due.sort((a, b) => a.dueAt - b.dueAt);
  const weighed = due.map((work) => {
    const constraints = constraintsAt(facts, { campaignId, ...work }, now.getTime());
    return {
      constraints: evaluate(constraints, now.getTime()),
      binding: bindingOf(constraints, now.getTime()),
    };
  });
  const [first] = weighed.sort(
    (a, b) => (a.binding.opensAt ?? Infinity) - (b.binding.opensAt ?? Infinity),
  );
  return first ?? { constraints: [], binding: bound('nothing_to_send') };
}

const whyInactive = (sender: { status: string } | undefined): Because =>
  sender?.status === 'inbox_unreachable' ? 'inbox_unreachable' : 'sender_not_active';

function bound(because: Because, opensAt: number | null = null): Explanation['binding'] {
  return { code: because, ...meanings[because], opensAt };
}
