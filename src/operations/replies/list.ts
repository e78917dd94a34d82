import { z } from 'zod';
import { listAllReplies, type ReplyRow } from '../../db/inbound/replies.ts';
import { pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';

const kinds = ['reply', 'auto_reply', 'bounce', 'complaint', 'unsubscribe', 'other'] as const;
const text = z.string().nullable();

const replyOutput = z
  .object({
    id: z.uuid(),
    kind: z.enum(kinds).describe('What it was taken for.'),
    kind_reason: text,
    received_at: z.iso.datetime(),
    from_address: text,
    subject: text,
    snippet: text.describe('The first 500 characters.'),
    campaign_id: z.uuid().nullable(),
    campaign_name: text,
    prospect_id: z.uuid().nullable(),
    person_name: text,
    person_email: text,
    person_linkedin_url: text,
    person_x_handle: text,
    person_status: text,
    sender_id: z.uuid(),
    sender_name: text,
  })
  .meta({ id: 'Reply' });

const onWire = ({ kind, received_at, ...row }: ReplyRow): z.input<typeof replyOutput> => ({
  ...row,
  kind: kind as (typeof kinds)[number],
  received_at: received_at.toISOString(),
});

export const listReplies = defineOperation({
  name: 'reply.list',
  route: 'GET /api/replies',
  cli: 'reply',
  summary: 'List the replies of all campaigns',
  description:
    'The newest first, each with the person, the campaign and the sender. Only replies unless ' +
    'other kinds are asked for. The whole text is in GET …/generate-messages with prospect_id.',
  scope: 'read',
  input: z.object({
    kind: z.array(z.enum(kinds)).min(1).max(kinds.length).default(['reply']),
    campaign_id: uuid.optional(),
    sender_id: uuid.optional(),
    cursor: uuid.optional().describe('`next_cursor` of the page before.'),
    limit: pageLimit(500, 50),
  }),
  output: z.object({
    replies: z.array(replyOutput),
    next_cursor: z.uuid().nullable().describe('Null on the last page.'),
  }),
  errors: [],
  list: { items: 'replies', cursor: 'cursor', next: 'next_cursor', limit: 500 },
  async run({ db, workspaceId }, { kind, campaign_id, sender_id, cursor, limit }) {
    const { rows, more } = await listAllReplies(db, {
      workspaceId,
      kinds: kind,
      campaignId: campaign_id ?? null,
      senderId: sender_id ?? null,
      after: cursor ?? null,
      limit,
    });
    return { replies: rows.map(onWire), next_cursor: more ? rows.at(-1)!.id : null };
  },
});
