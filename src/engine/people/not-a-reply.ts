import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { findReply, hasOtherAnswer, relabelReply } from '../../db/inbound/replies.ts';
import { lockProspect, reopenCampaign } from '../../db/people/roster.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { ledgerOf } from '../../db/sending/ledger.ts';
import { forgetReply } from '../../db/sending/marks.ts';
import { moveProspects } from '../../db/sending/moves.ts';
import { updateThread } from '../../db/threads/threads.ts';
import { latestDueAnchor } from '../../domain/hours/delay.ts';
import { touches } from '../../domain/sequence/sequence.ts';
import { statusAfter } from '../../domain/sequence/touch-status.ts';
import { AppError } from '../../errors.ts';
import { endMove } from '../sending/stop.ts';

/**
 * Says of a received message that it is no reply: its person goes on in the sequence, with the next
 * touch due now at the earliest. Refused when the person has written anything else that stops
 * them, because a mail after a reply cannot be taken back. Call it in a transaction.
 * @throws thread_message.not_found, prospect.ended
 */
export async function goOnAfter(
  db: Db,
  action: { workspaceId: string; threadId: string; messageId: string; now: Date; actor: string },
): Promise<{ goesOn: boolean }> {
  const { workspaceId, threadId, messageId, now, actor } = action;
  const reply = await findReply(db, { workspaceId, threadId, id: messageId });
  if (!reply) throw new AppError('thread_message.not_found');
  const { campaignId, prospectId } = reply;
  const campaign = await lockCampaign(db, { workspaceId, campaignId });
  const person = await lockProspect(db, { workspaceId, campaignId, prospectId });
  if (!person) throw new AppError('thread_message.not_found');
  if (await hasOtherAnswer(db, { workspaceId, reply }))
    throw new AppError('prospect.ended', 'The person has written other messages that stop them.');
  await updateThread(db, { workspaceId, threadId, now }, { awaits_answer: false, unread: 0 });
  await relabelReply(db, { workspaceId, id: reply.id });
  await forgetReply(db, { workspaceId, prospectId, now });
  if (person.status !== 'replied') return { goesOn: false };
  const order = touches(await readNodes(db, campaign));
  const sent = (await ledgerOf(db, workspaceId, [prospectId])).findLast(
    ({ state }) => state === 'sent' || state === 'unknown' || state === 'skipped',
  );
  const index = order.findIndex(({ nodeId }) => nodeId === sent?.nodeId);
  const next = order[index + 1];
  // Its last touch was removed from the sequence: nobody knows the place, so nothing more goes out.
  const isLost = sent !== undefined && index === -1;
  const ends = endMove(prospectId, 'completed', { reason: 'no reply, by hand', at: now });
  const move =
    isLost || !next
      ? ends
      : {
          ...ends,
          status: statusAfter(order[index]),
          endReason: null,
          senderId: person.sender_id,
          nodeId: next.nodeId,
          anchorAt: new Date(latestDueAnchor(now.getTime(), next.waitMs, campaign.pauses)),
        };
  await moveProspects(db, { workspaceId, moves: [move], unreplies: true });
  const goesOn = move !== ends;
  if (goesOn && campaign.status === 'completed')
    await reopenCampaign(db, { workspaceId, campaignId, now });
  const senderId = person.sender_id;
  if (goesOn && senderId) await wakeSender(db, { workspaceId, senderId, now });
  await appendEvents(db, { workspaceId, at: now, actor }, [
    { kind: 'prospect.resumed', campaignId, prospectId, senderId, data: { reason: 'not_a_reply' } },
  ]);
  return { goesOn };
}
