import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { emailAddress, uuid } from '../../domain/text.ts';
import { sendTestMail } from '../../engine/forecast/test-mail.ts';
import { defineOperation } from '../../operation.ts';
import { askOf, sampleInput } from './sample-wire.ts';

export const testCampaign = defineOperation({
  name: 'campaign.test',
  route: 'POST /api/campaigns/{id}/test-mail',
  cli: 'campaign test-mail',
  summary: 'Send a step to an address of your own',
  description:
    'The mail as the person would get it, with "[Test]" before its subject, and without cc and ' +
    'bcc. It is on no roster, in no ledger and in no figure; a day has at most 50. With an ' +
    'Idempotency-Key a repetition sends nothing.',
  scope: 'send',
  input: z.object({ id: uuid, to: emailAddress(), ...sampleInput }),
  output: z.object({
    sent: z.boolean(),
    detail: z.string().describe("The server's answer, or why it was not sent."),
    to: z.string(),
    subject: z.string().nullable(),
  }),
  errors: [
    'campaign.not_found',
    'node.not_found',
    'prospect.not_found',
    'sender.not_found',
    'sequence.invalid',
    'request.rate_limited',
  ],
  transaction: false,
  isFailure: ({ sent }) => !sent,
  async run(context, { id, to, ...given }) {
    const { db, workspaceId } = context;
    const campaign = await getCampaign(db, { workspaceId, campaignId: id });
    const ask = { ...(await askOf(context, campaign, given)), to };
    const { sample, sent, detail } = await sendTestMail(context, campaign, ask);
    const subject = sample.outgoing && `[Test] ${sample.outgoing.subject}`;
    return { sent, detail, to, subject };
  },
});
