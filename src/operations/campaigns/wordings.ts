import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { countWordings } from '../../engine/texts/wordings.ts';
import { defineOperation } from '../../operation.ts';

const wordingOutput = z.object({
  node_id: z.uuid(),
  text: z.enum(['subject', 'body']),
  variation: z.int().describe('Which of the variations of this text, from 1.'),
  wording: z.string(),
  current: z.boolean().describe('false: it is no longer in the sequence.'),
  sent: z.int(),
  replied: z.int().describe('How many of these the person replied to, before any further touch.'),
  reply_rate: z.number().describe('replied / sent, 0 to 1.'),
});

export const listWordings = defineOperation({
  name: 'campaign.wordings',
  route: 'GET /api/campaigns/{id}/wordings',
  cli: 'campaign wordings',
  summary: 'Compare the wordings of a campaign’s variations',
  description:
    'For each `%pick%…%or%…%end%` in subjects and texts: how often each wording went out, and ' +
    'how often it was replied to. Texts that were edited by hand do not count. Reads the ' +
    "campaign's messages: a large campaign takes some seconds.",
  scope: 'read',
  input: z.object({ id: uuid }),
  output: z.object({ wordings: z.array(wordingOutput) }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId }, { id }) {
    const counts = await countWordings(db, await getCampaign(db, { workspaceId, campaignId: id }));
    return {
      wordings: counts.map(({ nodeId, sent, replied, ...wording }) => {
        return {
          node_id: nodeId,
          ...wording,
          sent,
          replied,
          reply_rate: sent === 0 ? 0 : replied / sent,
        };
      }),
    };
  },
});
