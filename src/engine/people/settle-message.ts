import { type CampaignRow, lockCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { lockProspect, reopenCampaign } from '../../db/people/roster.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { ledgerOf, messageTarget, recordResults } from '../../db/sending/ledger.ts';
import { moveProspects } from '../../db/sending/moves.ts';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import { latestDueAnchor } from '../../domain/hours/delay.ts';
import { isInHand, lastingHolds } from '../../domain/sending/hold.ts';
import { type Touch, touches } from '../../domain/sequence/sequence.ts';
import { statusAfter } from '../../domain/sequence/touch-status.ts';
import { AppError } from '../../errors.ts';
import { endMove } from '../sending/stop.ts';

/** `sent`: it did go out. `again`: it did not, or may go out twice. */
export type Settling = 'sent' | 'again';

type SettleAction = {
  workspaceId: string;
  campaignId: string;
  messageId: string;
  now: Date;
  actor: string;
};

/** Ends of a sequence that nobody asked for: the person may be written to again. */
const reopenable = ['completed', 'timed_out'];

/**
 * Settles a message of which nobody can tell whether it went out. `sent` is recorded, and the
 * person stays. `again` gives the message back and puts the person before its touch, due now: it
 * is sent once more as the same message, with every check of a first try. Call it in a
 * transaction.
 * @throws campaign.not_found, message.not_found, message.not_unknown, message.not_repeatable,
 * prospect.ended, prospect.in_hand
 */
export async function settleMessage(db: Db, action: SettleAction, as: Settling): Promise<void> {
  const { workspaceId, campaignId, messageId, now, actor } = action;
  const campaign = await lockCampaign(db, action);
  const target = await messageTarget(db, workspaceId, messageId);
  if (target?.campaignId !== campaignId) throw new AppError('message.not_found');
  const { prospectId, nodeId, senderId } = target;
  const person = (await lockProspect(db, { workspaceId, campaignId, prospectId }))!;
  const message = (await ledgerOf(db, workspaceId, [prospectId])).find(
    ({ id }) => id === messageId,
  );
  if (message?.state !== 'unknown') throw new AppError('message.not_unknown');
  const place = as === 'again' ? await findPlace(db, { campaign, person, nodeId }) : null;
  const result = {
    messageId,
    attempt: message.attempts,
    dryRun: campaign.dry_run,
    state: place ? ('draft' as const) : ('sent' as const),
    errorCode: null,
    detail: place ? 'given back by hand' : 'found to have gone out, by hand',
    settles: 'unknown' as const,
  };
  await recordResults(db, { workspaceId, now, results: [result] });
  if (place && senderId) await moveBack(db, action, { campaign, person, senderId, place });
  const event = { kind: 'message.resolved' as const, campaignId, prospectId, senderId };
  await appendEvents(db, { workspaceId, at: now, actor }, [
    { ...event, data: { message_id: messageId, node_id: nodeId, as } },
  ]);
}

/** The touch to repeat, and the status of a person that stands before it. */
type Place = { touch: Touch; status: string };

async function findPlace(
  db: Db,
  { campaign, person, nodeId }: { campaign: CampaignRow; person: ProspectRow; nodeId: string },
): Promise<Place> {
  if (person.ended_at && !reopenable.includes(person.status))
    throw new AppError(
      'prospect.ended',
      `This person has ended: ${person.end_reason ?? person.status}. Nothing more is sent.`,
    );
  if (isInHand(person.hold)) throw new AppError('prospect.in_hand');
  const order = touches(await readNodes(db, campaign));
  const index = order.findIndex((touch) => touch.nodeId === nodeId);
  const touch = order[index];
  if (!touch) throw new AppError('message.not_repeatable');
  return { touch, status: statusAfter(order[index - 1]) };
}

type Return = { campaign: CampaignRow; person: ProspectRow; senderId: string; place: Place };

async function moveBack(
  db: Db,
  { workspaceId, campaignId, now }: SettleAction,
  { campaign, person, senderId, place }: Return,
): Promise<void> {
  const { touch, status } = place;
  const isHeld = (lastingHolds as readonly string[]).includes(person.hold ?? '');
  const { hold, hold_detail: holdDetail, hold_until: holdUntil } = person;
  const anchorAt = new Date(latestDueAnchor(now.getTime(), touch.waitMs, campaign.pauses));
  const move = {
    ...endMove(person.id, 'completed', { reason: '', at: now }),
    status,
    endReason: null,
    senderId,
    nodeId: touch.nodeId,
    anchorAt,
    ...(isHeld ? { hold, holdDetail, holdUntil } : {}),
  };
  await moveProspects(db, { workspaceId, moves: [move], overrides: true });
  if (campaign.status === 'completed') await reopenCampaign(db, { workspaceId, campaignId, now });
  await wakeSender(db, { workspaceId, senderId, now });
}
