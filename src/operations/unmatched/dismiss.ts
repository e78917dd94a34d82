import { z } from 'zod';
import { uuid } from '../../domain/text.ts';
import { dismissMail } from '../../engine/inbound/unmatched.ts';
import { defineOperation } from '../../operation.ts';

export const dismissUnmatchedMail = defineOperation({
  name: 'unmatched_mail.dismiss',
  route: 'POST /api/unmatched-mails/{id}/dismiss',
  cli: 'unmatched-mail dismiss',
  summary: 'Say of a mail that it is of nobody in a campaign',
  description: 'It leaves the list, and the people that it held go on.',
  scope: 'write',
  input: z.object({ id: uuid }),
  output: z.object({ id: z.uuid() }),
  errors: ['mail.not_found'],
  async run({ db, workspaceId, now }, { id }) {
    await dismissMail(db, { workspaceId, id, now });
    return { id };
  },
});
