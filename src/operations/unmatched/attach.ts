import { z } from 'zod';
import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { attachMail } from '../../engine/inbound/unmatched.ts';
import { defineOperation } from '../../operation.ts';

export const attachUnmatchedMail = defineOperation({
  name: 'unmatched_mail.attach',
  route: 'POST /api/unmatched-mails/{id}/attach',
  cli: 'unmatched-mail attach',
  summary: 'Take a mail that matched nobody for one of this person',
  description:
    'What follows is what would have followed had it matched: a reply stops the person, a wish ' +
    'for no more mail suppresses the address.',
  scope: 'write',
  input: z.object({ id: uuid, campaign_id: uuid, prospect_id: uuid }),
  output: z.object({ id: z.uuid(), kind: z.string() }),
  errors: ['mail.not_found', 'prospect.not_found'],
  async run({ db, workspaceId, now }, { id, campaign_id: campaignId, prospect_id: prospectId }) {
    const { kind } = await attachMail(db, { workspaceId, id, campaignId, prospectId, now });
    await completeIfDone(db, { workspaceId, campaignId, now });
    return { id, kind };
  },
});
