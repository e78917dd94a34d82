import { z } from 'zod';
import { listUnmatched } from '../../db/inbound/unmatched.ts';
import { pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';

export const listUnmatchedMails = defineOperation({
  name: 'unmatched_mail.list',
  route: 'GET /api/unmatched-mails',
  cli: 'unmatched-mail list',
  summary: 'List received mails that matched nobody',
  description:
    'The newest first, until somebody attaches or dismisses them. People who may have written ' +
    'one (the same domain, name or subject) are held as possible_reply for a day, or until then.',
  scope: 'read',
  input: z.object({
    all: z.boolean().default(false).describe('Also those that machines wrote.'),
    cursor: uuid.optional().describe('next_cursor of the page before.'),
    limit: pageLimit(100, 50),
  }),
  output: z.object({
    mails: z.array(
      z.object({
        id: z.uuid(),
        sender_id: z.uuid().describe('The mailbox that received it.'),
        from: z.string().nullable(),
        subject: z.string().nullable(),
        text: z.string().describe('Up to 4,000 characters.'),
        kind: z.string(),
        reason: z.string().nullable().describe('The sign that decided the kind.'),
        received_at: z.iso.datetime(),
      }),
    ),
    next_cursor: z.uuid().nullable(),
  }),
  errors: [],
  async run({ db, workspaceId }, { all, cursor, limit }) {
    const { rows, more } = await listUnmatched(db, { workspaceId, before: cursor, all, limit });
    const mails = rows.map(({ from_address: from, kind_reason: reason, received_at, ...mail }) => ({
      ...mail,
      from,
      reason,
      received_at: received_at.toISOString(),
    }));
    return { mails, next_cursor: more ? (rows.at(-1)?.id ?? null) : null };
  },
});
