import { z } from 'zod';
import type { messageOutput, threadOutput } from '../../../operations/threads/wire.ts';
import { bare, idOutput } from '../ids.ts';
import { namesOf, personOutput, platformOf } from '../person.ts';

type Thread = z.output<typeof threadOutput>;
type Message = z.output<typeof messageOutput>;

export const inboxMessageOutput = z.object({
  id: idOutput,
  platform: z.string(),
  platformId: z.string().nullable(),
  teamId: idOutput,
  threadId: idOutput,
  userId: z.null(),
  campaignId: idOutput.nullable(),
  authorId: idOutput.describe('The account link, or the prospect.'),
  origin: z
    .enum(['internal', 'external', 'api'])
    .describe('A campaign wrote it, the prospect, or somebody here by hand.'),
  content: z.string(),
  replyData: z.null(),
  forwardData: z.null(),
  entities: z.null(),
  attachment: z.object({ name: z.string(), type: z.string(), size: z.int() }).nullable(),
  reactions: z.array(z.never()),
  isEncrypted: z.literal(false),
  isEdited: z.literal(false),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  deletedAt: z.null(),
  platformDeletedAt: z.null(),
});

export const inboxThreadOutput = z.object({
  id: idOutput,
  platform: z.string(),
  platformId: z.string(),
  done: z.boolean(),
  assigneeId: idOutput.nullable(),
  lastMessageTimestamp: z.iso.datetime(),
  computedSortTimestamp: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  status: z.enum(['active', 'idle']),
  variant: z.literal('unencrypted'),
  accountLinkId: idOutput,
  isSyncing: z.literal(false),
  isRequest: z.literal(false),
  typingIndicatorsEnabled: z.literal(false),
  lastMessage: inboxMessageOutput.nullable(),
  prospect: personOutput,
});

const identityOf = (thread: Thread): string =>
  thread.participant_x_handle ??
  thread.participant_linkedin_url ??
  thread.participant_email ??
  thread.id;

/** The id of the person: of the lead, else of the prospect, else of the conversation. */
const personId = (thread: Thread) => bare(thread.lead_id ?? thread.prospect_id ?? thread.id);

const origins = { campaign: 'internal', hand: 'api', received: 'external' } as const;

/** A message in Inbox's shape. */
export function inboxMessageOf(
  thread: Thread,
  message: Message,
  teamId: string,
): z.input<typeof inboxMessageOutput> {
  const [file] = message.attachments;
  return {
    id: bare(message.id),
    platform: platformOf(thread.channel),
    platformId: message.external_id,
    teamId: bare(teamId),
    threadId: bare(thread.id),
    userId: null,
    campaignId: message.campaign_id && bare(message.campaign_id),
    authorId: message.direction === 'inbound' ? personId(thread) : bare(thread.account_id),
    origin: origins[message.source],
    content: message.body_text ?? '',
    replyData: null,
    forwardData: null,
    entities: null,
    attachment: file ? { name: file.name, type: file.mime_type, size: file.size } : null,
    reactions: [],
    isEncrypted: false,
    isEdited: false,
    createdAt: message.created_at,
    updatedAt: message.created_at,
    deletedAt: null,
    platformDeletedAt: null,
  };
}

/** A conversation in Inbox's shape. */
export function inboxThreadOf(
  thread: Thread,
  last: Message | undefined,
  teamId: string,
): z.input<typeof inboxThreadOutput> {
  const id = personId(thread);
  const identity = identityOf(thread);
  return {
    id: bare(thread.id),
    platform: platformOf(thread.channel),
    platformId: [bare(thread.account_id), identity].join(':'),
    done: thread.done,
    assigneeId: thread.assignee_id && bare(thread.assignee_id),
    lastMessageTimestamp: thread.last_message_at,
    computedSortTimestamp: thread.last_message_at,
    createdAt: thread.created_at,
    status: thread.inbox_state === 'needs_reply' ? 'active' : 'idle',
    variant: 'unencrypted',
    accountLinkId: bare(thread.account_id),
    isSyncing: false,
    isRequest: false,
    typingIndicatorsEnabled: false,
    lastMessage: last ? inboxMessageOf(thread, last, teamId) : null,
    prospect: {
      id,
      externalId: id,
      platform: platformOf(thread.channel),
      ...namesOf(identity),
      displayName: thread.participant_name,
      firstName: null,
      lastName: null,
      createdAt: thread.created_at,
      updatedAt: thread.updated_at,
    },
  };
}
