import { z } from 'zod';
import {
  countThreads,
  listThreads as readThreads,
  type ThreadFilter,
  type ThreadPlace,
  threadOptions,
} from '../../db/threads/thread-list.ts';
import { threadsWith } from '../../db/threads/threads.ts';
import { identityFields } from '../../domain/identity.ts';
import { offsetOf, pageLimit } from '../../domain/page.ts';
import { emailAddress, text, uuid } from '../../domain/text.ts';
import { inboxStates, threadStatuses, threadViews } from '../../domain/threads/view.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { showThreads } from './read.ts';
import { threadOutput } from './wire.ts';

/** Words of a comma list, as Puffle takes several views in one parameter. */
function wordsOf<Word extends string>(words: readonly Word[]) {
  return text({ max: 500 })
    .transform((given) =>
      given
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.enum(words)).max(words.length))
    .optional();
}

const ids = z.array(uuid).max(100).default([]);

const input = z.object({
  view: wordsOf(threadViews).describe(
    `One or several of ${threadViews.join(', ')}, separated by commas; inbox by default.`,
  ),
  inbox_state: wordsOf(inboxStates).describe(`${inboxStates.join(', ')}; several with commas.`),
  status: wordsOf(threadStatuses).describe('active, archived or draft; several with commas.'),
  unread: z.boolean().optional(),
  bounced: z.boolean().optional(),
  channel: z.enum(['email', 'linkedin', 'x']).optional(),
  sender_id: ids,
  campaign_id: uuid.optional(),
  assignee_id: ids.describe('The members who look after it.'),
  without_assignee: z.boolean().default(false).describe('Also, or only, those nobody looks after.'),
  tag_id: ids.describe('Tags of the person, one of these.'),
  without_tags: z.boolean().default(false).describe('Also, or only, people without tags.'),
  status_id: ids.describe('Lead statuses of the person, one of these.'),
  without_status: z.boolean().default(false).describe('Also, or only, people without a status.'),
  participant_email: emailAddress().optional(),
  participant: text({ min: 1, max: 1000 })
    .optional()
    .describe('The address, LinkedIn profile or name on X of a person, in any spelling.'),
  correspondence: z
    .boolean()
    .default(false)
    .describe('Only whether there are messages with participant_email, by any sender.'),
  exclude_thread_id: uuid.optional(),
  search: text({ min: 1, max: 500 })
    .optional()
    .describe(
      'Words of answers and of messages by hand, and of the person; "in quotes" for a phrase, ' +
        '-word without. Texts of campaigns are not searched.',
    ),
  include: z.enum(['filter_options']).optional(),
  page: z.int().min(1).max(1_000_000).default(1),
  cursor: text({ max: 100 })
    .optional()
    .describe('`next_cursor` of the page before; then page does not count.'),
  limit: pageLimit(100, 50),
});

export const listThreads = defineOperation({
  name: 'thread.list',
  route: 'GET /api/threads',
  cli: 'thread',
  summary: 'List conversations, the newest first',
  description:
    'A thread is the conversation of a sender with a person, over all campaigns, with the ' +
    'messages written by hand. Without a filter: active threads with something that came back. ' +
    'Reading marks nothing as read; only PATCH does.',
  scope: 'read',
  input,
  output: z.object({
    threads: z.array(threadOutput),
    total: z.int().describe('As far as pages by number go (50,000); 0 with cursor.'),
    page: z.int(),
    limit: z.int(),
    next_cursor: z.string().nullable(),
    has_correspondence: z.boolean().optional(),
    filter_options: z
      .object({
        senders: z.array(z.object({ id: z.uuid(), name: z.string().nullable() })),
        campaigns: z.array(z.object({ id: z.uuid(), name: z.string() })),
      })
      .optional(),
  }),
  errors: [],
  list: { items: 'threads', cursor: 'cursor', next: 'next_cursor', limit: 100 },
  async run(context, given) {
    const { db, workspaceId } = context;
    const { page, limit, cursor } = given;
    const filter = filterOf(context, given);
    const options =
      given.include === 'filter_options'
        ? { filter_options: await threadOptions(db, workspaceId) }
        : {};
    const correspondence = await hasCorrespondence(context, given);
    const after = cursor === undefined ? null : readCursor(cursor);
    const total = after ? 0 : await countThreads(db, filter);
    const offset = after ? 0 : offsetOf({ page, limit }, total);
    const none = { rows: [], more: false };
    const { rows, more } =
      offset === null ? none : await readThreads(db, filter, { after, offset, limit });
    const last = rows.at(-1);
    return {
      threads: await showThreads(context, rows),
      total,
      page,
      limit,
      next_cursor: more && last ? cursorOf({ at: last.last_at, id: last.id }) : null,
      ...correspondence,
      ...options,
    };
  },
});

type Given = z.output<typeof input>;

function filterOf({ workspaceId, now }: Context, given: Given): ThreadFilter {
  const isFiltered = given.view ?? given.inbox_state ?? given.status ?? given.search;
  const isPlain = isFiltered === undefined && !given.correspondence && given.bounced !== true;
  return {
    workspaceId,
    views: isPlain ? ['inbox'] : (given.view ?? []),
    statuses: given.status ?? [],
    states: given.inbox_state ?? [],
    unread: given.unread,
    bounced: given.bounced,
    channel: given.channel,
    senderIds: given.sender_id,
    campaignId: given.campaign_id,
    identities: identitiesOf(given),
    except: given.exclude_thread_id,
    search: given.search,
    tagIds: given.tag_id,
    noTags: given.without_tags,
    statusIds: given.status_id,
    noStatus: given.without_status,
    assigneeIds: given.assignee_id,
    noAssignee: given.without_assignee,
    now,
  };
}

/** The names that a person may have in conversations. */
function identitiesOf({ participant, participant_email: email }: Given): string[] | undefined {
  if (participant === undefined) return email === undefined ? undefined : [email];
  const names = Object.values(identityFields).flatMap(
    ({ normalise }) => normalise(participant) ?? [],
  );
  return email === undefined ? names : names.filter((name) => name === email);
}

/** @throws request.invalid without the address that it asks about */
async function hasCorrespondence({ db, workspaceId }: Context, given: Given) {
  if (!given.correspondence) return {};
  const { participant_email: identity, exclude_thread_id: except } = given;
  if (identity === undefined) {
    const message = 'Give the address to look for.';
    throw invalidRequest([{ pointer: '/participant_email', code: 'required', message }]);
  }
  const found = await threadsWith(db, { workspaceId, identity, ...(except ? { except } : {}) });
  return { has_correspondence: found.length > 0 };
}

/** Where a page ends: an instant and an id, as Puffle writes such a place. */
const cursorOf = ({ at, id }: ThreadPlace) => `${at.toISOString()}|${id}`;

/** @throws request.invalid */
export function readCursor(cursor: string): ThreadPlace {
  const [at = '', id = ''] = cursor.split('|');
  const instant = z.iso.datetime().safeParse(at);
  const known = uuid.safeParse(id);
  if (instant.success && known.success) return { at: new Date(at), id: known.data };
  const message = 'This is no cursor: take next_cursor of the page before.';
  throw invalidRequest([{ pointer: '/cursor', code: 'invalid_format', message }]);
}
