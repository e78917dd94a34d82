import { z } from 'zod';
import type { FileRow } from '../../db/threads/attachments.ts';
import type { HandMessageRow } from '../../db/threads/hand-messages.ts';
import type { ListedThread } from '../../db/threads/thread-list.ts';
import type { TimelineRow } from '../../db/threads/timeline.ts';
import { shownHtml } from '../../domain/threads/shown-html.ts';
import { inboxStateOf, inboxStates, statusOf, threadStatuses } from '../../domain/threads/view.ts';

const text = z.string().nullable();
const instant = z.iso.datetime().nullable();

export const attachmentOutput = z
  .object({
    id: z.uuid(),
    name: z.string(),
    mime_type: z.string(),
    size: z.int().describe('Bytes.'),
    is_kept: z
      .boolean()
      .describe('Whether its content can be read: false for one too large, or forgotten.'),
    url: z.string().describe('The route that answers with the content.'),
  })
  .meta({ id: 'Attachment' });

export const threadOutput = z
  .object({
    id: z.uuid(),
    channel: z.string(),
    status: z.enum(threadStatuses),
    inbox_state: z.enum(inboxStates),
    account_id: z.uuid().describe('The sender.'),
    account_name: text,
    account_status: z.string(),
    participant_name: text,
    participant_email: text,
    participant_linkedin_url: text,
    participant_x_handle: text,
    participant_company: text,
    subject: text.describe('Of the last message.'),
    last_message_at: z.iso.datetime(),
    last_message_snippet: text.describe('The first 200 characters.'),
    last_message_direction: z.enum(['inbound', 'outbound']).nullable(),
    received_count: z.int().describe('Messages that came back, without bounces.'),
    sent_count: z.int().describe('Messages that went out.'),
    unread_count: z.int().describe('Only PATCH changes it: reading a thread does not.'),
    mark: z
      .enum(['bounce', 'absence', 'complaint', 'unsubscribe'])
      .nullable()
      .describe('What came back last, when it was no answer.'),
    done: z.boolean(),
    snoozed_until: instant,
    assignee_id: z.uuid().nullable(),
    tag_ids: z.array(z.uuid()).describe('Tags of the person.'),
    lead_id: z.uuid().nullable(),
    campaign_id: z.uuid().nullable().describe('The last campaign that has the person.'),
    prospect_id: z.uuid().nullable(),
    prospect_status: text,
    has_draft: z.boolean(),
    send_in_progress: z.boolean().describe('A message by hand is on its way, or scheduled.'),
    has_failed: z.boolean().describe('A message by hand did not go out.'),
    in_doubt: z
      .boolean()
      .describe('Nobody can tell whether a message by hand went out: somebody must look.'),
    draft_to: text,
    draft_subject: text,
    draft_body_text: text,
    draft_body_html: text,
    draft_cc: text,
    draft_bcc: text,
    draft_attachments: z.array(attachmentOutput),
    external_id: z.null(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Thread' });

const none = { email: null, linkedin: null, x: null };

/** A conversation as the wire shows it, with its draft and the draft's files. */
export function threadOnWire(
  row: ListedThread,
  draft: HandMessageRow | undefined,
  files: readonly FileRow[] = [],
): z.input<typeof threadOutput> {
  const by = { ...none, [row.channel]: row.identity };
  return {
    id: row.id,
    channel: row.channel,
    status: statusOf(row),
    inbox_state: inboxStateOf(row),
    account_id: row.sender_id,
    account_name: row.sender_name,
    account_status: row.sender_removed ? 'removed' : row.sender_status,
    participant_name: row.name,
    participant_email: by.email,
    participant_linkedin_url: by.linkedin,
    participant_x_handle: by.x,
    participant_company: row.company,
    subject: row.subject,
    last_message_at: row.last_at.toISOString(),
    last_message_snippet: row.snippet,
    last_message_direction: row.last_direction as 'inbound' | 'outbound' | null,
    received_count: row.received,
    sent_count: row.sent,
    unread_count: row.unread,
    mark: row.mark as 'bounce' | null,
    done: row.done,
    snoozed_until: row.snoozed_until?.toISOString() ?? null,
    assignee_id: row.assignee_id,
    tag_ids: row.tag_ids,
    lead_id: row.lead_id,
    campaign_id: row.campaign_id,
    prospect_id: row.prospect_id,
    prospect_status: row.prospect_status,
    has_draft: row.has_draft,
    send_in_progress: row.sending,
    has_failed: row.failed,
    in_doubt: row.doubtful,
    draft_to: draft?.to_address ?? null,
    draft_subject: draft?.subject ?? null,
    draft_body_text: draft?.body_text ?? null,
    draft_body_html: draft?.body_html ?? null,
    draft_cc: draft?.cc ?? null,
    draft_bcc: draft?.bcc ?? null,
    draft_attachments: files.map((file) => attachmentOnWire(row.id, file)),
    external_id: null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export function attachmentOnWire(
  threadId: string,
  { id, name, type, size, isKept }: FileRow,
): z.input<typeof attachmentOutput> {
  const url = `/api/threads/${threadId}/attachments/${id}`;
  return { id, name, mime_type: type, size, is_kept: isKept, url };
}

export const messageOutput = z
  .object({
    id: z.uuid(),
    conversation_id: z.uuid(),
    campaign_id: z.uuid().nullable(),
    direction: z.enum(['inbound', 'outbound']),
    message_type: z.string().describe('email, message, connection_request or inmail.'),
    source: z
      .enum(['campaign', 'hand', 'received'])
      .describe('A touch of a campaign, a message by hand, or one that came in.'),
    state: z
      .string()
      .describe('received, pending (on its way), scheduled, sent, failed or unknown.'),
    subject: text,
    body_text: text.describe('Null when the workspace keeps bodies for a shorter time.'),
    body_html: text.describe('Of received mails: sanitised, without pictures.'),
    sender_name: text,
    sender_identifier: text.describe('The address or profile of its author.'),
    to: text,
    cc: text,
    kind: text.describe('What a received message was taken for.'),
    kind_reason: text,
    error: text.describe('Why it did not go out, or why nobody can tell.'),
    error_code: text,
    due_at: instant.describe('When a scheduled message goes out.'),
    attachments: z.array(attachmentOutput),
    external_id: text,
    sent_at: instant,
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'ThreadMessage' });

/** States of the ledger that callers know by another word. */
const stateWords: Readonly<Record<string, string>> = { reserved: 'pending' };

/** A message as the wire shows it. */
export function messageOnWire(
  thread: ListedThread,
  row: TimelineRow,
  files: readonly FileRow[],
): z.input<typeof messageOutput> {
  const isIn = row.source === 'received';
  const isDue = row.state === 'scheduled' && row.due_at !== null && row.attempts === 0;
  return {
    id: row.id,
    conversation_id: thread.id,
    campaign_id: row.campaign_id,
    direction: isIn ? 'inbound' : 'outbound',
    message_type: row.touch ?? (thread.channel === 'email' ? 'email' : 'message'),
    source: row.source,
    state: stateWords[row.state] ?? row.state,
    subject: row.subject,
    body_text: row.body_text,
    body_html: row.body_html === null ? null : shownHtml(row.body_html),
    sender_name: isIn ? thread.name : thread.sender_name,
    sender_identifier: isIn ? (row.from_address ?? thread.identity) : thread.sender_name,
    to: row.to_address,
    cc: row.cc,
    kind: row.kind,
    kind_reason: row.kind_reason,
    error: row.state === 'sent' ? null : row.error_detail,
    error_code: row.error_code,
    due_at: isDue ? row.due_at!.toISOString() : null,
    attachments: files
      .filter(({ ownerId }) => ownerId === row.id)
      .map((file) => attachmentOnWire(thread.id, file)),
    external_id: row.channel_key,
    sent_at: ['sent', 'unknown', 'received'].includes(row.state) ? row.at.toISOString() : null,
    created_at: row.at.toISOString(),
  };
}
