import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { previewMessage } from '../../engine/sending/preview.ts';
import { defineOperation } from '../../operation.ts';

export const previewOneMessage = defineOperation({
  name: 'message.preview',
  route: 'GET /api/campaigns/{id}/messages/{messageId}/preview',
  cli: 'campaign message preview',
  summary: 'Show a message as its recipient sees it',
  description:
    'Headers and both bodies of a message that is on its way or has gone out, composed as ' +
    'they are sent. Drafts have no sender yet: list them instead. The open pixel is left out, ' +
    'so that a preview does not count as an open. With Accept: text/html, or format=html, the ' +
    'mail alone, as a page for a frame.',
  scope: 'read',
  input: z.object({ id: uuid, messageId: uuid }),
  output: z.object({
    from: z.string().nullable(),
    to: z.string(),
    subject: z.string(),
    headers: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .describe('In their order; empty where the channel has none.'),
    text: z.string(),
    html: z.string().nullable(),
  }),
  errors: ['campaign.not_found', 'message.not_found', 'message.not_composed'],
  page: ({ html, text }) => ({ html, text }),
  async run(context, { id, messageId }) {
    const campaign = await getCampaign(context.db, {
      workspaceId: context.workspaceId,
      campaignId: id,
    });
    return previewMessage(context, campaign, messageId);
  },
});
