import {
  type CampaignRow,
  completeIfDone,
  getCampaign,
  lockCampaign,
} from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { findProspect, lockProspect } from '../../db/people/roster.ts';
import { wakeCampaign, wakeSender } from '../../db/sending/lanes.ts';
import { type Move, moveProspects } from '../../db/sending/moves.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import { firstSender, pausePerson, resumePerson } from '../../db/sending/prospect-actions.ts';
import { latestDueAnchor } from '../../domain/hours/delay.ts';
import { isInHand } from '../../domain/sending/hold.ts';
import { waitingHolds } from '../../domain/sequence/invitation.ts';
import { nextTouch, type Touch, touches } from '../../domain/sequence/sequence.ts';
import { AppError } from '../../errors.ts';
import { endMove, stopProspect } from '../sending/stop.ts';

/** Identifies an action by hand: actor, campaign, prospect, time. */
export type ProspectAction = {
  workspaceId: string;
  campaignId: string;
  prospectId: string;
  now: Date;
  actor: string;
};
/** The prospect after the action, with its campaign. */
export type ActionResult = { campaign: CampaignRow; person: ProspectRow };

/**
 * Locks the prospect, which waits for a claim or a result that is being written.
 * @throws campaign.not_found, prospect.not_found
 */
async function lock(
  db: Db,
  action: ProspectAction,
  readCampaign = getCampaign,
): Promise<ActionResult> {
  const campaign = await readCampaign(db, action);
  const person = await lockProspect(db, action);
  if (!person) throw new AppError('prospect.not_found');
  return { campaign, person };
}

function refuseEnded(person: ProspectRow): void {
  if (person.ended_at)
    throw new AppError(
      'prospect.ended',
      `This person has ended: ${person.end_reason ?? person.status}.`,
    );
}

const inHand = ({ hold }: ProspectRow) => isInHand(hold);

/** Nothing can be skipped before the person is a connection. */
const awaitsConnection = ({ status, hold }: ProspectRow) =>
  status === 'connection_sent' || waitingHolds.includes(hold ?? '');

async function reread(
  db: Db,
  action: ProspectAction,
  campaign: CampaignRow,
): Promise<ActionResult> {
  return { campaign, person: (await findProspect(db, action))! };
}

/** Pauses a prospect until an instant, or with null until resumed. @throws prospect.ended */
export async function pauseByHand(
  db: Db,
  action: ProspectAction,
  until: Date | null,
): Promise<ActionResult> {
  const { campaign, person } = await lock(db, action);
  refuseEnded(person);
  await pausePerson(db, action, until);
  await append(db, action, {
    kind: 'prospect.paused',
    senderId: person.sender_id,
    data: { until },
  });
  return reread(db, action, campaign);
}

/** Resumes a paused prospect; one that is not paused stays as it is. @throws prospect.ended */
export async function resumeByHand(db: Db, action: ProspectAction): Promise<ActionResult> {
  const { campaign, person } = await lock(db, action);
  refuseEnded(person);
  if (await resumePerson(db, action)) {
    await wakeFor(db, action, person.sender_id);
    await append(db, action, { kind: 'prospect.resumed', senderId: person.sender_id });
  }
  return reread(db, action, campaign);
}

const stops = {
  cancelled: { kind: 'prospect.cancelled', reason: 'cancelled by hand' },
  replied: { kind: 'prospect.replied', reason: 'marked as replied by hand' },
} as const;

/** Statuses of ended prospects that may still be marked as replied. */
const lateReplies = ['completed', 'timed_out'];

/**
 * Ends a prospect by hand; `replied` also replaces the ends `completed` and `timed_out`. A repeated
 * call changes nothing. @throws prospect.ended
 */
export function stopByHand(
  db: Db,
  action: ProspectAction,
  status: keyof typeof stops,
): Promise<ActionResult> {
  return changeAndComplete(db, action, async (transaction) => {
    const { campaign, person } = await lock(transaction, action);
    if (person.status === status) return { campaign, person };
    if (status !== 'replied' || !lateReplies.includes(person.status)) refuseEnded(person);
    await stopProspect(transaction, {
      ...action,
      ...stops[status],
      senderId: person.sender_id,
      status,
    });
    return reread(transaction, action, campaign);
  });
}

/** Runs a change in a transaction, and completes the campaign after it if nobody is left. */
async function changeAndComplete(
  db: Db,
  action: ProspectAction,
  change: (transaction: Db) => Promise<ActionResult>,
): Promise<ActionResult> {
  const result = await transact(db, change);
  await completeIfDone(db, action);
  return result;
}

type Skipped = 'delay' | 'touch';

/**
 * Skips the rest of the delay before a prospect's next touch, or the whole touch. A prospect from
 * the pool is due before all others, with the campaign's first active sender.
 * @throws campaign.not_active, prospect.ended, prospect.in_hand, prospect.awaiting_connection,
 * sender.not_found
 */
export function skipAhead(db: Db, action: ProspectAction, skipped: Skipped): Promise<ActionResult> {
  return changeAndComplete(db, action, (transaction) => skip(transaction, action, skipped));
}

/** Holds that end with the delay, and with the touch. */
const endedHolds: Record<Skipped, readonly string[]> = {
  delay: ['out_of_office', 'retry'],
  touch: ['out_of_office', 'retry', 'missing_variable', 'draft_pending', 'draft_failed'],
};

async function skip(db: Db, action: ProspectAction, skipped: Skipped): Promise<ActionResult> {
  const { campaign, person } = await lock(db, action, lockCampaign);
  if (campaign.status !== 'active' && campaign.status !== 'paused')
    throw new AppError(
      'campaign.not_active',
      `The campaign is ${campaign.status}: there is nothing to skip.`,
    );
  refuseEnded(person);
  if (inHand(person)) throw new AppError('prospect.in_hand');
  if (awaitsConnection(person)) throw new AppError('prospect.awaiting_connection');
  const nodes = await readNodes(db, campaign);
  const current =
    touches(nodes).find((touch) => touch.nodeId === person.node_id) ?? touches(nodes)[0];
  const senderId = person.sender_id ?? (await firstSender(db, action));
  if (!senderId)
    throw new AppError('sender.not_found', 'The campaign has no sender that is connected.');
  const { workspaceId, now } = action;
  const skipsTouch = skipped === 'touch';
  const move = moveTo(action, person, {
    senderId,
    touch: skipsTouch && current ? nextTouch(nodes, current.nodeId) : (current ?? null),
    anchorAt: skipsTouch ? now : dueAnchor(campaign, person, { touch: current, now }),
    endedHolds: endedHolds[skipped],
  });
  await moveProspects(db, { workspaceId, moves: [move] });
  await wakeSender(db, { workspaceId, senderId, now });
  await append(db, action, {
    kind: 'prospect.skipped_ahead',
    senderId,
    data: { skipped, node_id: current?.nodeId ?? null },
  });
  return reread(db, action, campaign);
}

/** The anchor with which a touch is due now; the prospect's own if the touch was due before. */
function dueAnchor(
  campaign: CampaignRow,
  person: ProspectRow,
  { touch, now }: { touch: Touch | undefined; now: Date },
): Date {
  const due = latestDueAnchor(now.getTime(), touch?.waitMs ?? 0, campaign.pauses);
  return new Date(Math.min(due, person.anchor_at?.getTime() ?? due));
}

type Destination = {
  senderId: string;
  /** Null: the end of the sequence. */
  touch: Touch | null;
  anchorAt: Date;
  endedHolds: readonly string[];
};

/** The move to a touch. The prospect keeps its hold unless that is one of `endedHolds`. */
function moveTo(
  action: ProspectAction,
  person: ProspectRow,
  { senderId, touch, anchorAt, endedHolds: ended }: Destination,
): Move {
  const ending = endMove(action.prospectId, 'completed', {
    reason: 'the sequence is finished',
    at: action.now,
  });
  if (!touch) return { ...ending, senderId };
  const kept = ended.includes(person.hold ?? '')
    ? {}
    : { hold: person.hold, holdDetail: person.hold_detail, holdUntil: person.hold_until };
  return {
    ...ending,
    status: null,
    endReason: null,
    senderId,
    nodeId: touch.nodeId,
    anchorAt,
    ...kept,
  };
}

async function wakeFor(db: Db, action: ProspectAction, senderId: string | null): Promise<void> {
  if (senderId)
    await wakeSender(db, { workspaceId: action.workspaceId, senderId, now: action.now });
  else await wakeCampaign(db, action);
}

function append(
  db: Db,
  action: ProspectAction,
  event: Parameters<typeof appendEvents>[2][number],
): Promise<void> {
  const { workspaceId, campaignId, prospectId, now, actor } = action;
  return appendEvents(db, { workspaceId, at: now, actor }, [{ campaignId, prospectId, ...event }]);
}
