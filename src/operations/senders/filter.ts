import { z } from 'zod';
import type { SenderFilter } from '../../db/forecast/sender-pages.ts';
import { becauses } from '../../domain/sending/constraint.ts';
import { campaignTypeNames } from '../../domain/sequence/campaign.ts';
import { text, uuid } from '../../domain/text.ts';

const statuses = [
  'active',
  'connected',
  'paused',
  'credentials_required',
  'error',
  'disconnected',
  'connecting',
] as const;

/** The senders that a list, a sum or a change of many is about. */
export const senderFilter = {
  type: z.enum(campaignTypeNames).optional(),
  status: z.enum(statuses).optional(),
  because: z
    .enum(becauses)
    .optional()
    .describe('What it waits for, as last planned; sender_not_active: out of service.'),
  domain: text({ max: 255 }).optional().describe('Domain of its address.'),
  campaign_id: uuid.optional().describe('Only senders of this campaign.'),
  q: text({ max: 320 }).optional().describe('Part of the address or name.'),
};

type Given = { [Name in keyof typeof senderFilter]?: z.output<(typeof senderFilter)[Name]> };

export function senderFilterOf(
  { campaign_id: campaignId, status, ...given }: Given,
  { workspaceId, now }: { workspaceId: string; now: Date },
): SenderFilter {
  return {
    ...given,
    campaignId,
    status: status === 'connected' ? 'active' : status,
    workspaceId,
    now,
  };
}
