import { z } from 'zod';
import { type CampaignRow, getCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { type NamedPerson, namesOfPeople } from '../../db/people/names.ts';
import { listReplies, listMessages as listRows, type MessageRow } from '../../db/texts/drafts.ts';
import { pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { type Context, defineOperation } from '../../operation.ts';

/** A person of a campaign, beside the id of one. */
export const namedPersonOutput = z.object({ name: z.string().nullable(), identity: z.string() });

export const messageOutput = z
  .object({
    id: z.uuid(),
    campaign_id: z.uuid(),
    prospect_id: z.uuid(),
    node_id: z.uuid().nullable(),
    account_id: z.uuid().nullable(),
    direction: z.enum(['outbound', 'inbound']),
    subject: z.string().nullable(),
    body_text: z.string().nullable(),
    body_html: z.string().nullable(),
    status: z
      .string()
      .describe(
        'draft, pending, sent, failed, unknown, skipped (not needed: connected or invited ' +
          'before); received for replies.',
      ),
    person: namedPersonOutput.nullable().describe('Whom it goes to, or who replied.'),
    error: z.string().nullable().describe('Why it failed, or why nobody can tell.'),
    server_answer: z
      .string()
      .nullable()
      .describe('What the server or provider said when it took the message.'),
    withdrawn_at: z.iso
      .datetime()
      .nullable()
      .describe('When the invitation was taken back, or was found to be no longer pending.'),
    withdraw_error: z.string().nullable().describe('Why it could not be taken back.'),
    manually_edited: z.boolean(),
    written_by: z
      .enum(['hand', 'model', 'template'])
      .nullable()
      .describe('The author of the text; null for replies.'),
    sent_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Message' });

/** The ledger states of each status on the wire, where a reserved message is `pending`. */
const statesOf = {
  draft: ['draft'],
  pending: ['reserved'],
  sent: ['sent'],
  failed: ['failed'],
  unknown: ['unknown'],
  skipped: ['skipped'],
} as const;
const wireStatuses = Object.keys(statesOf) as (keyof typeof statesOf)[];

/** The messages as the wire shows them, with the people's names in one read. */
export async function messagesOnWire(
  { db, workspaceId }: Pick<Context, 'db' | 'workspaceId'>,
  rows: readonly MessageRow[],
): Promise<z.input<typeof messageOutput>[]> {
  const prospectIds = rows.map((row) => row.prospect_id);
  const people = await namesOfPeople(db, workspaceId, prospectIds);
  return rows.map((row) => messageOnWire(row, people.get(row.prospect_id) ?? null));
}

function messageOnWire(
  { state, sender_id, error_detail, ...row }: MessageRow,
  person: NamedPerson | null,
): z.input<typeof messageOutput> {
  const status =
    wireStatuses.find((name) => (statesOf[name] as readonly string[]).includes(state)) ?? state;
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  const at = {
    withdrawn_at: iso(row.withdrawn_at),
    sent_at: iso(row.sent_at),
    created_at: row.created_at.toISOString(),
  };
  const isSent = state === 'sent';
  const said = { error: isSent ? null : error_detail, server_answer: isSent ? error_detail : null };
  return { ...row, ...at, ...said, status, account_id: sender_id, person };
}

/**
 * Rows of one page, person by person and in the order of the sequence: ids of one person's messages
 * have no order of their own.
 */
export async function inSequence(
  db: Db,
  campaign: CampaignRow,
  rows: readonly MessageRow[],
): Promise<MessageRow[]> {
  const nodes = await readNodes(db, campaign);
  const placeOf = ({ node_id }: MessageRow) => nodes.findIndex(({ id }) => id === node_id);
  return rows.toSorted(
    (a, b) => (a.prospect_id ?? '').localeCompare(b.prospect_id ?? '') || placeOf(a) - placeOf(b),
  );
}

export const listMessages = defineOperation({
  name: 'message.list',
  route: 'GET /api/campaigns/{id}/generate-messages',
  cli: 'campaign generate-message list',
  summary: "List a campaign's messages",
  description:
    'Drafts, unless another status is given; all of them, unless limit or cursor is. With ' +
    'prospect_id the replies follow the messages. Never sends or generates.',
  scope: 'read',
  input: z.object({
    id: uuid,
    status: z.enum([...wireStatuses, 'all']).default('draft'),
    prospect_id: uuid.optional(),
    cursor: uuid.optional().describe('next_cursor of the page before.'),
    limit: pageLimit(1000, 1000),
  }),
  output: z.object({ messages: z.array(messageOutput), next_cursor: z.uuid().nullable() }),
  errors: ['campaign.not_found'],
  whole: { list: 'messages', operation: 'message.list' },
  list: { items: 'messages', cursor: 'cursor', next: 'next_cursor', limit: 1000 },
  async run(context, { id, status, prospect_id: prospectId, cursor, limit }) {
    const { db, workspaceId } = context;
    const campaign = { workspaceId, campaignId: id };
    const row = await getCampaign(db, campaign);
    const states =
      status === 'all' ? wireStatuses.flatMap((name) => statesOf[name]) : statesOf[status];
    const { rows, more } = await listRows(db, {
      ...campaign,
      states,
      prospectId,
      after: cursor,
      limit,
    });
    const replies = prospectId && !more ? await listReplies(db, { ...campaign, prospectId }) : [];
    const listed = [...(await inSequence(db, row, rows)), ...replies];
    return {
      messages: await messagesOnWire(context, listed),
      next_cursor: more ? rows.at(-1)!.id : null,
    };
  },
});
