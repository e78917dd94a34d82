import { z } from 'zod';
import { text } from '../../../domain/text.ts';
import { AppError } from '../../../errors.ts';
import { listLeads } from '../../../operations/leads/list.ts';
import { listSenders } from '../../../operations/senders/list.ts';
import { createThread } from '../../../operations/threads/create.ts';
import { discardThread } from '../../../operations/threads/discard.ts';
import { getThread } from '../../../operations/threads/get.ts';
import { listThreads } from '../../../operations/threads/list.ts';
import { listThreadMessages } from '../../../operations/threads/messages.ts';
import { sendThreadMessage } from '../../../operations/threads/send.ts';
import { updateThread } from '../../../operations/threads/update.ts';
import { bare, bodyId, idOutput, pathId } from '../ids.ts';
import { fieldOf, platformOf } from '../person.ts';
import { defineRoute, type OutputOf, type OwnApi } from '../route.ts';
import { inboxMessageOf, inboxMessageOutput, inboxThreadOf, inboxThreadOutput } from './shape.ts';

type Thread = OutputOf<typeof listThreads>['threads'][number];
type Listing = Record<string, unknown>;

const name = text({ min: 1, max: 1000 });
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);
const chosen = z.union([z.array(bodyId).max(100), bodyId.transform((id) => [id])]).default([]);
const selected = (none: string) =>
  z.strictObject({ selectedIds: chosen, [none]: flag.default(false) }).optional();

const placeOutput = z.object({ id: idOutput, timestamp: z.iso.datetime() }).nullable();
const paging = {
  cursorId: bodyId.optional(),
  cursorTimestamp: z.iso.datetime().optional(),
  cursor: z
    .strictObject({ id: bodyId, timestamp: z.iso.datetime() })
    .optional()
    .describe('Deprecated: cursorId and cursorTimestamp.'),
  limit: z.int().min(1).max(100).default(20),
};

type Paging = z.output<z.ZodObject<typeof paging>>;

/** Where a page begins, in our spelling. @throws request.invalid with half of a place */
function placeOf({ cursorId, cursorTimestamp, cursor }: Paging): string | undefined {
  const id = cursorId ?? cursor?.id;
  const at = cursorTimestamp ?? cursor?.timestamp;
  if (id !== undefined && at !== undefined) return `${at}|${id}`;
  if (id === undefined && at === undefined) return undefined;
  throw new AppError('request.invalid', 'Give cursorId and cursorTimestamp together.');
}

/** Inbox's sets of threads by ours; there are no requests here. */
const views = { default: 'inbox', 'no-reply': 'sent', archived: 'archived' } as const;

const list = defineRoute({
  route: 'GET /threads',
  summary: 'List threads',
  scope: 'read',
  input: z.strictObject({
    inbox: z.enum(['default', 'no-reply', 'requests', 'archived']).optional(),
    inboxView: z.enum(['default', 'no-reply', 'requests', 'archived']).optional(),
    accountLinkIds: chosen,
    filters: z
      .strictObject({
        tags: selected('noTags'),
        assignees: selected('noAssignees'),
        statuses: selected('noStatuses'),
      })
      .default({}),
    ...paging,
  }),
  output: z.object({ threads: z.array(inboxThreadOutput), nextCursor: placeOutput }),
  async run(api, { inbox, inboxView, accountLinkIds, filters, ...page }) {
    const view = inbox ?? inboxView ?? 'default';
    if (view === 'requests') return { threads: [], nextCursor: null };
    const { tags, assignees, statuses } = filters as Record<string, Record<string, unknown>>;
    const { threads, next_cursor: next } = await api.call(listThreads, {
      view: views[view],
      sender_id: accountLinkIds,
      tag_id: tags?.selectedIds ?? [],
      without_tags: tags?.noTags ?? false,
      assignee_id: assignees?.selectedIds ?? [],
      without_assignee: assignees?.noAssignees ?? false,
      status_id: statuses?.selectedIds ?? [],
      without_status: statuses?.noStatuses ?? false,
      cursor: placeOf(page),
      limit: page.limit,
    });
    return { threads: await showAll(api, threads), nextCursor: nextOf(next) };
  },
});

function nextOf(cursor: string | null): z.input<typeof placeOutput> {
  const [timestamp = '', id = ''] = cursor?.split('|') ?? [];
  return cursor === null ? null : { id: bare(id), timestamp };
}

async function showOne(api: OwnApi, thread: Thread): Promise<z.input<typeof inboxThreadOutput>> {
  const newest = { id: thread.id, newest_first: true, limit: 1 };
  const { messages } = await api.call(listThreadMessages, newest);
  return inboxThreadOf(thread, messages[0], api.context.workspaceId);
}

async function showAll(api: OwnApi, threads: readonly Thread[]) {
  const shown: z.input<typeof inboxThreadOutput>[] = [];
  for (const thread of threads) shown.push(await showOne(api, thread));
  return shown;
}

const threadId = { threadId: pathId };

const get = defineRoute({
  route: 'GET /threads/{threadId}',
  summary: 'Get thread',
  scope: 'read',
  input: z.strictObject(threadId),
  output: inboxThreadOutput,
  run: async (api, { threadId: id }) => showOne(api, (await api.call(getThread, { id })).thread),
});

const update = defineRoute({
  route: 'PATCH /threads/{threadId}',
  summary: 'Update thread',
  scope: 'write',
  input: z.strictObject({
    ...threadId,
    done: z.boolean().optional(),
    assigneeId: bodyId.nullable().optional(),
  }),
  output: inboxThreadOutput,
  async run(api, { threadId: id, done, assigneeId }) {
    const change: Listing = { id, done, assignee_id: assigneeId };
    return showOne(api, (await api.call(updateThread, change)).thread);
  },
});

const remove = defineRoute({
  route: 'DELETE /threads/{threadId}',
  summary: 'Delete thread',
  scope: 'write',
  input: z.strictObject(threadId),
  output: z.object({ success: z.literal(true) }),
  async run(api, { threadId: id }) {
    await api.call(discardThread, { id });
    return { success: true as const };
  },
});

/** The conversations with a person that has messages, of one account or of all. */
async function threadsWith(api: OwnApi, participant: string, more: Listing): Promise<Thread[]> {
  const { threads } = await api.call(listThreads, {
    view: 'all',
    participant,
    limit: 100,
    ...more,
  });
  return threads;
}

const lookup = defineRoute({
  route: 'GET /threads/lookup',
  summary: 'Look up thread',
  scope: 'read',
  input: z.strictObject({
    externalPlatformId: name,
    accountLinkId: bodyId,
    platform: name.optional(),
  }),
  output: inboxThreadOutput,
  async run(api, { externalPlatformId, accountLinkId }) {
    const [found] = await threadsWith(api, externalPlatformId, { sender_id: [accountLinkId] });
    if (!found) throw new AppError('thread.not_found');
    return showOne(api, found);
  },
});

const lookupByUsername = defineRoute({
  route: 'GET /threads/lookup-by-username',
  summary: 'Look up threads by username',
  scope: 'read',
  input: z.strictObject({ username: name, platform: name.optional() }),
  output: z.array(inboxThreadOutput),
  run: async (api, { username }) => showAll(api, await threadsWith(api, username, {})),
});

const person = {
  accountLinkId: bodyId,
  externalPlatformId: name.optional(),
  externalId: bodyId.optional(),
};
type Person = z.output<z.ZodObject<typeof person>>;

/** The conversation of an account with a person, begun where there is none. */
async function openThread(api: OwnApi, given: Person): Promise<Thread> {
  const { accounts } = await api.call(listSenders, {});
  const account = accounts.find(({ id }) => id === given.accountLinkId);
  if (!account) throw new AppError('sender.not_found');
  const field = fieldOf(platformOf(account.type));
  const identity = await identityOf(api, given, field);
  const [known] = await threadsWith(api, identity, { sender_id: [account.id] });
  if (known) return known;
  const begun = { account_id: account.id, [`participant_${field}`]: identity };
  return (await api.call(createThread, begun)).thread;
}

async function identityOf(
  api: OwnApi,
  { externalId, externalPlatformId }: Person,
  field: ReturnType<typeof fieldOf>,
): Promise<string> {
  const given = [externalId, externalPlatformId].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new AppError('request.invalid', 'Give one of externalPlatformId and externalId.');
  if (externalId === undefined) return externalPlatformId!;
  const lead = (await api.call(listLeads, { id: externalId })).leads[0]!;
  const identity = { email: lead.email, linkedin_url: lead.linkedinUrl, x_handle: lead.xHandle };
  if (identity[field] !== null) return identity[field];
  throw new AppError('request.invalid', `externalId: The prospect has no ${field}.`);
}

const create = defineRoute({
  route: 'POST /threads',
  summary: 'Create thread',
  scope: 'write',
  input: z.strictObject(person),
  output: inboxThreadOutput,
  run: async (api, given) => showOne(api, await openThread(api, given)),
});

const messages = defineRoute({
  route: 'GET /threads/{threadId}/messages',
  summary: 'List messages',
  scope: 'read',
  input: z.strictObject({ ...threadId, ...paging }),
  output: z.object({ messages: z.array(inboxMessageOutput), nextCursor: placeOutput }),
  async run(api, { threadId: id, ...page }) {
    const { thread } = await api.call(getThread, { id });
    const [at, after] = placeOf(page)?.split('|') ?? [];
    const more = at === undefined ? {} : { before: at, before_id: after };
    const read = { id, newest_first: true, limit: page.limit, ...more };
    const { messages: rows, has_more: hasMore } = await api.call(listThreadMessages, read);
    const last = rows.at(-1);
    return {
      messages: rows.map((row) => inboxMessageOf(thread, row, api.context.workspaceId)),
      nextCursor: hasMore && last ? { id: bare(last.id), timestamp: last.created_at } : null,
    };
  },
});

const content = text({ min: 1, max: 100_000 });

const send = defineRoute({
  route: 'POST /threads/{threadId}/messages',
  summary: 'Send message',
  scope: 'send',
  input: z.strictObject({ ...threadId, content, replyToMessageId: bodyId.optional() }),
  output: inboxMessageOutput,
  async run(api, { threadId: id, content: body, replyToMessageId: answers }) {
    const written = { id, body_text: body, reply_to_message_id: answers };
    const { message, thread } = await api.call(sendThreadMessage, written);
    return inboxMessageOf(thread, message, api.context.workspaceId);
  },
});

const quickSend = defineRoute({
  route: 'POST /threads/messages',
  summary: 'Send message to a prospect',
  scope: 'send',
  input: z.strictObject({ ...person, content }),
  output: z.object({
    message: inboxMessageOutput,
    thread: z.object({ id: idOutput, platformId: z.string() }),
  }),
  async run(api, { content: body, ...given }) {
    const { id } = await openThread(api, given);
    const { message, thread } = await api.call(sendThreadMessage, { id, body_text: body });
    const { workspaceId } = api.context;
    const { platformId } = inboxThreadOf(thread, undefined, workspaceId);
    return {
      message: inboxMessageOf(thread, message, workspaceId),
      thread: { id: bare(thread.id), platformId },
    };
  },
});

/** Names that are no ids come before the route that takes any. */
export const threadRoutes = [
  list,
  create,
  lookup,
  lookupByUsername,
  quickSend,
  get,
  update,
  remove,
  messages,
  send,
];
