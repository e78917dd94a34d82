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

/** Who does what to whom. */
export type Act = {
  workspaceId: string;
  campaignId: string;
  prospectId: string;
  now: Date;
  actor: string;
};
export type Acted = { campaign: CampaignRow; person: ProspectRow };

/** The person, locked: a claim or a result that is being written is waited for. @throws campaign.not_found, prospect.not_found */
async function lock(db: Db, act: Act, read = getCampaign): Promise<Acted> {
  const campaign = await read(db, act);
  const person = await lockProspect(db, act);
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

/** Nothing can be brought forward before the person is a connection. */
const awaits = ({ status, hold }: ProspectRow) =>
  status === 'connection_sent' || waitingHolds.includes(hold ?? '');

async function reread(db: Db, act: Act, campaign: CampaignRow): Promise<Acted> {
  return { campaign, person: (await findProspect(db, act))! };
}

/** Pauses a person until an instant, or until resumed. @throws prospect.ended */
export async function pauseOne(db: Db, act: Act, until: Date | null): Promise<Acted> {
  const { campaign, person } = await lock(db, act);
  refuseEnded(person);
  await pausePerson(db, act, until);
  await append(db, act, { kind: 'prospect.paused', senderId: person.sender_id, data: { until } });
  return reread(db, act, campaign);
}

/** Lets a paused person go on; others are left as they are. @throws prospect.ended */
export async function resumeOne(db: Db, act: Act): Promise<Acted> {
  const { campaign, person } = await lock(db, act);
  refuseEnded(person);
  if (await resumePerson(db, act)) {
    await wakeFor(db, act, person.sender_id);
    await append(db, act, { kind: 'prospect.resumed', senderId: person.sender_id });
  }
  return reread(db, act, campaign);
}

const stops = {
  cancelled: { kind: 'prospect.cancelled', reason: 'cancelled by hand' },
  replied: { kind: 'prospect.replied', reason: 'marked as replied by hand' },
} as const;

/** Ends after which a reply may still come. */
const lateReplies = ['completed', 'timed_out'];

/** Ends a person's way by hand; a reply may also come after `completed` and `timed_out`. Repeating it changes nothing. @throws prospect.ended */
export function stopOne(db: Db, act: Act, status: keyof typeof stops): Promise<Acted> {
  return andComplete(db, act, async (transaction) => {
    const { campaign, person } = await lock(transaction, act);
    if (person.status === status) return { campaign, person };
    if (status !== 'replied' || !lateReplies.includes(person.status)) refuseEnded(person);
    await stopProspect(transaction, {
      ...act,
      ...stops[status],
      senderId: person.sender_id,
      status,
    });
    return reread(transaction, act, campaign);
  });
}

/** Changes a person in a transaction of its own; the campaign may be complete once that is committed. */
async function andComplete(
  db: Db,
  act: Act,
  change: (transaction: Db) => Promise<Acted>,
): Promise<Acted> {
  const acted = await transact(db, change);
  await completeIfDone(db, act);
  return acted;
}

/**
 * Brings a person's next touch forward: the rest of its delay is left out, or the whole touch. Somebody nobody has taken yet goes before
 * all others, with the campaign's first active sender. @throws campaign.not_active, prospect.ended, prospect.in_hand,
 * prospect.awaiting_connection, sender.not_found
 */
export function skipAhead(db: Db, act: Act, what: 'delay' | 'touch'): Promise<Acted> {
  return andComplete(db, act, (transaction) => skip(transaction, act, what));
}

async function skip(db: Db, act: Act, what: 'delay' | 'touch'): Promise<Acted> {
  const { campaign, person } = await lock(db, act, lockCampaign);
  if (campaign.status !== 'active' && campaign.status !== 'paused')
    throw new AppError(
      'campaign.not_active',
      `The campaign is ${campaign.status}: there is nothing to skip.`,
    );
  refuseEnded(person);
  if (inHand(person)) throw new AppError('prospect.in_hand');
  if (awaits(person)) throw new AppError('prospect.awaiting_connection');
  const nodes = await readNodes(db, campaign);
  const standing =
    touches(nodes).find((touch) => touch.nodeId === person.node_id) ?? touches(nodes)[0];
  const senderId = person.sender_id ?? (await firstSender(db, act));
  if (!senderId)
    throw new AppError('sender.not_found', 'The campaign has no sender that is connected.');
  const to = what === 'touch' && standing ? nextTouch(nodes, standing.nodeId) : (standing ?? null);
  const over =
    what === 'touch'
      ? ['out_of_office', 'retry', 'missing_variable', 'draft_pending', 'draft_failed']
      : ['out_of_office', 'retry'];
  const move = {
    senderId,
    to,
    over,
    anchorAt: what === 'touch' ? act.now : forward(campaign, person, { standing, now: act.now }),
  };
  await moveProspects(db, { workspaceId: act.workspaceId, moves: [moveTo(act, person, move)] });
  await wakeSender(db, { workspaceId: act.workspaceId, senderId, now: act.now });
  await append(db, act, {
    kind: 'prospect.skipped_ahead',
    senderId,
    data: { skipped: what, node_id: standing?.nodeId ?? null },
  });
  return reread(db, act, campaign);
}

/** The anchor with which a touch is due now, or earlier if it was due before. */
function forward(
  campaign: CampaignRow,
  person: ProspectRow,
  { standing, now }: { standing: Touch | undefined; now: Date },
): Date {
  const due = latestDueAnchor(now.getTime(), standing?.waitMs ?? 0, campaign.pauses);
  return new Date(Math.min(due, person.anchor_at?.getTime() ?? due));
}

type Way = { senderId: string; to: Touch | null; anchorAt: Date; over: readonly string[] };

/** The move there; what holds the person stays unless it is over with it. */
function moveTo(act: Act, person: ProspectRow, { senderId, to, anchorAt, over }: Way): Move {
  const ending = endMove(act.prospectId, 'completed', {
    reason: 'the sequence is finished',
    at: act.now,
  });
  if (!to) return { ...ending, senderId };
  const kept = over.includes(person.hold ?? '')
    ? {}
    : { hold: person.hold, holdDetail: person.hold_detail, holdUntil: person.hold_until };
  return {
    ...ending,
    status: null,
    endReason: null,
    senderId,
    nodeId: to.nodeId,
    anchorAt,
    ...kept,
  };
}

async function wakeFor(db: Db, act: Act, senderId: string | null): Promise<void> {
  if (senderId) await wakeSender(db, { workspaceId: act.workspaceId, senderId, now: act.now });
  else await wakeCampaign(db, act);
}

function append(
  db: Db,
  act: Act,
  event: Parameters<typeof appendEvents>[2][number],
): Promise<void> {
  const { workspaceId, campaignId, prospectId, now, actor } = act;
  return appendEvents(db, { workspaceId, at: now, actor }, [{ campaignId, prospectId, ...event }]);
}
