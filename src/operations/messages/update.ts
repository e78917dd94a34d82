import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { releaseOne } from '../../db/sending/prospect-actions.ts';
import { editDraft, findMessage } from '../../db/texts/drafts.ts';
import { headerText, text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendAfterLaunch } from '../require-send.ts';
import { changesOf, isEmpty } from '../unchanged.ts';
import { messageOutput, messagesOnWire } from './list.ts';

export const updateMessage = defineOperation({
  name: 'message.update',
  route: 'PATCH /api/campaigns/{id}/generate-messages',
  cli: 'campaign generate-message update',
  summary: 'Edit a draft message by hand',
  description:
    'The text goes out exactly as it is given here: variables are not filled in and no ' +
    'signature is added. Works while the message is a draft, in a running campaign too; a ' +
    'person held because the text lacked a value goes on. A new text without body_html goes ' +
    'out as plain text.',
  scope: 'write',
  input: z.object({
    id: uuid,
    message_id: uuid,
    subject: headerText().optional(),
    body_text: text({ min: 1 }).optional(),
    body_html: text({ max: 500_000 }).nullable().optional(),
  }),
  output: z.object({ message: messageOutput }),
  errors: ['campaign.not_found', 'message.not_found', 'message.not_draft'],
  unknown: 'warn',
  async run(
    context,
    { id, message_id: messageId, subject, body_text: bodyText, body_html: bodyHtml },
  ) {
    const { db, workspaceId, now } = context;
    const message = { workspaceId, campaignId: id, messageId };
    const campaign = await getCampaign(db, message);
    if (subject === undefined && bodyText === undefined && bodyHtml === undefined) {
      throw new AppError('request.invalid', 'Give subject, body_text or body_html.');
    }
    const before = await findMessage(db, message);
    if (!before) throw new AppError('message.not_found');
    const given = { subject, body_text: bodyText, body_html: bodyHtml };
    if (isEmpty(changesOf(given, before)))
      return { message: (await messagesOnWire(context, [before]))[0]! };
    requireSendAfterLaunch(context, campaign);
    const row = await editDraft(db, { ...message, at: now, edit: { subject, bodyText, bodyHtml } });
    if (row) {
      if (await releaseOne(db, { workspaceId, prospectId: row.prospect_id, now }))
        await wakeCampaign(db, { workspaceId, campaignId: id, now });
      return { message: (await messagesOnWire(context, [row]))[0]! };
    }
    throw new AppError('message.not_draft');
  },
});
