import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { sampleTouch } from '../../engine/forecast/sample.ts';
import { showSample } from '../../engine/forecast/show-sample.ts';
import { defineOperation } from '../../operation.ts';
import { askOf, sampleInput } from './sample-wire.ts';

export const previewCampaign = defineOperation({
  name: 'campaign.preview',
  route: 'POST /api/campaigns/{id}/preview',
  cli: 'campaign preview',
  summary: 'Show a step as somebody would get it',
  description:
    'Also of a draft, and with texts or a sequence that are not saved. Composed by the code that ' +
    'sends, for a ' +
    'person of the roster or a given one. Changes nothing; links to unsubscribe lead nowhere. ' +
    'With Accept: text/html the mail alone, as a page for a frame: send the JSON as it is, or ' +
    'from a form as the field `request` of multipart/form-data.',
  scope: 'read',
  input: z.object({ id: uuid, ...sampleInput }),
  output: z.object({
    node_id: z.uuid(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    subject: z.string().nullable(),
    headers: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .describe('In their order; empty where the channel has none.'),
    text: z.string().nullable().describe('Null when the person would be held.'),
    html: z.string().nullable(),
    missing: z.array(z.string()).describe('The values for which the person would be held.'),
    problems: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })),
    text_warnings: z.array(z.string()),
  }),
  errors: [
    'campaign.not_found',
    'node.not_found',
    'prospect.not_found',
    'sender.not_found',
    'sequence.invalid',
  ],
  page: ({ html, text }) => ({ html, text: text ?? 'Nothing is sent: see missing.' }),
  async run(context, { id, ...given }) {
    const { db, workspaceId } = context;
    const campaign = await getCampaign(db, { workspaceId, campaignId: id });
    const sample = await sampleTouch(context, campaign, await askOf(context, campaign, given));
    const { nodeId, missing, problems, warnings } = sample;
    return {
      node_id: nodeId,
      ...showSample(context, sample),
      missing,
      problems,
      text_warnings: warnings,
    };
  },
});
