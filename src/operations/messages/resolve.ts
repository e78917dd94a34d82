import { z } from 'zod';
import { uuid } from '../../domain/text.ts';
import { settleMessage } from '../../engine/people/settle-message.ts';
import { defineOperation } from '../../operation.ts';

export const resolveMessage = defineOperation({
  name: 'message.resolve',
  route: 'POST /api/campaigns/{id}/messages/{messageId}/resolve',
  cli: 'campaign message resolve',
  summary: 'Settle a message of which nobody can tell whether it went out',
  description:
    '`as` "sent": it did go out, and nothing more happens. "again": it did not. It is given back ' +
    'and sent once more as the same message, inside hours and limits and unless the person is ' +
    'suppressed; the person stands before it again, and a completed campaign goes on. Where it ' +
    'did go out after all, the person gets it twice. Refused for people who have replied or ' +
    'ended otherwise, and while another touch is on its way.',
  scope: 'send',
  input: z.object({
    id: uuid.describe('Campaign'),
    messageId: uuid,
    as: z.enum(['sent', 'again']),
  }),
  output: z.object({ message_id: z.uuid(), status: z.enum(['sent', 'draft']) }),
  errors: [
    'campaign.not_found',
    'message.not_found',
    'message.not_unknown',
    'message.not_repeatable',
    'prospect.ended',
    'prospect.in_hand',
  ],
  async run({ db, workspaceId, now, actor }, { id, messageId, as }) {
    await settleMessage(db, { workspaceId, campaignId: id, messageId, now, actor }, as);
    return {
      message_id: messageId,
      status: as === 'again' ? ('draft' as const) : ('sent' as const),
    };
  },
});
