import { z } from 'zod';
import {
  listCampaignSenders,
  removeCampaignSender,
  replaceCampaignSenders,
} from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, getCampaign, lockCampaign } from '../../db/campaigns/campaigns.ts';
import { countByPlace } from '../../db/campaigns/stats.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { reassignPeople } from '../../db/sending/positions.ts';
import { uuid } from '../../domain/text.ts';
import { guardSenders } from '../../engine/campaigns/guard.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { isOpen } from '../campaigns/get.ts';
import { campaignOutput, showCampaign } from '../campaigns/shape.ts';

export const removeSenderFromCampaign = defineOperation({
  name: 'campaign.remove_sender',
  route: 'DELETE /api/campaigns/{id}/senders/{senderId}',
  cli: 'campaign sender remove',
  summary: 'Take a sender off a campaign, also while it runs',
  description:
    'It no longer writes to any person of this campaign. People under way with it wait ' +
    '("sender_removed") until it is added again, or with reassign=true are handed to the ' +
    'other senders in turn: their next touch begins a new conversation from the new sender, ' +
    'as a reply with the subject of the first but without "Re:" and without its thread. A ' +
    'touch that is on its way goes out, and its person stays with the old sender; repeating ' +
    'the call with reassign=true hands these people over. When no sender is left that can ' +
    'send, the campaign is paused ("all_senders_down").',
  scope: 'send',
  input: z.object({ id: uuid, senderId: uuid, reassign: z.boolean().default(false) }),
  output: z.object({
    campaign: campaignOutput,
    reassigned: z.int().describe('People handed to other senders.'),
    waiting: z.int().describe('People who stay with the sender, and wait.'),
  }),
  errors: ['campaign.not_found', 'sender.not_found', 'campaign.launch_in_progress'],
  transaction: false,
  async run(context, { id, senderId, reassign }) {
    const { workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    const people = await transact(context.db, (db) =>
      remove({ ...context, db }, { ...campaign, senderId, reassign }),
    );
    await guardSenders(context.db, { workspaceId, senderIds: [senderId], now });
    return {
      campaign: await showCampaign(context, await getCampaign(context.db, campaign)),
      ...people,
    };
  },
});

type Removal = { workspaceId: string; campaignId: string; senderId: string; reassign: boolean };

async function remove(
  { db, now, actor }: Context,
  removal: Removal,
): Promise<{ reassigned: number; waiting: number }> {
  const { workspaceId, campaignId, senderId, reassign } = removal;
  const row = await lockCampaign(db, removal);
  if (row.status === 'launching') throw new AppError('campaign.launch_in_progress');
  if (!(await removeCampaignSender(db, { ...removal, now })))
    throw new AppError('sender.not_found', 'The campaign has no such sender.');
  const left = await listCampaignSenders(db, { workspaceId, campaignIds: [campaignId] });
  if (row.status === 'draft') {
    await replaceCampaignSenders(
      db,
      removal,
      left.map(({ id }) => id),
    );
    return { reassigned: 0, waiting: 0 };
  }
  const others = left.flatMap(({ id, status }) => (status === 'disconnected' ? [] : [id]));
  if (reassign && others.length === 0)
    throw new AppError(
      'sender.not_found',
      'The campaign has no other sender to hand the people to that is connected.',
    );
  const reassigned = reassign
    ? await reassignPeople(db, { ...removal, from: senderId, to: others, now })
    : 0;
  const waiting = await countWith(db, row, senderId);
  if (row.status === 'active') await wakeCampaign(db, { ...removal, now });
  const event = {
    kind: 'campaign.senders_changed' as const,
    campaignId,
    senderId,
    data: { removed: [senderId], reassigned, waiting },
  };
  await appendEvents(db, { workspaceId, at: now, actor }, [event]);
  return { reassigned, waiting };
}

/** Number of people under way with a sender, from the counters. */
async function countWith(db: Db, row: CampaignRow, senderId: string): Promise<number> {
  const places = await countByPlace(db, { workspaceId: row.workspace_id, campaignId: row.id });
  const open = places.filter((place) => place.sender_id === senderId && isOpen(place));
  return open.reduce((sum, { n }) => sum + n, 0);
}
