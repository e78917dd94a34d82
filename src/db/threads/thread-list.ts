import { type RawBuilder, sql } from 'kysely';
import { maxPageDepth } from '../../domain/page.ts';
import type { InboxState, ThreadStatus, ThreadView } from '../../domain/threads/view.ts';
import type { Db } from '../database.ts';
import { type Page, readPage } from '../pages.ts';
import type { HandMessageRow } from './hand-messages.ts';
import type { ThreadId, ThreadRow } from './threads.ts';

/** A conversation with all that a list shows of it. */
export type ListedThread = ThreadRow & {
  sender_name: string | null;
  sender_status: string;
  sender_removed: boolean;
  lead_id: string | null;
  tag_ids: string[];
  prospect_status: string | null;
  position: string | null;
  headline: string | null;
  has_draft: boolean;
  sending: boolean;
  failed: boolean;
  doubtful: boolean;
};

export type ThreadFilter = {
  workspaceId: string;
  views: readonly ThreadView[];
  statuses: readonly ThreadStatus[];
  states: readonly InboxState[];
  unread?: boolean | undefined;
  bounced?: boolean | undefined;
  channel?: string | undefined;
  senderIds: readonly string[];
  campaignId?: string | undefined;
  /** The person has one of these identities. */
  identities?: readonly string[] | undefined;
  except?: string | undefined;
  search?: string | undefined;
  /** The person has one of these tags; with `noTags`, a person without tags matches too. */
  tagIds: readonly string[];
  noTags: boolean;
  statusIds: readonly string[];
  noStatus: boolean;
  assigneeIds: readonly string[];
  noAssignee: boolean;
  now: Date;
};

const hasDraft = sql`exists (select from hand_messages h where h.workspace_id = t.workspace_id
  and h.thread_id = t.id and h.state = 'draft')`;
const isAwake = sql`(t.snoozed_until is null or t.snoozed_until <= `;
const has = (one: RawBuilder<unknown>) => sql`(${one})`;

/** The condition of each view on the conversation `t`. */
const conditions = (now: Date): Record<ThreadView, RawBuilder<unknown>> => {
  const awake = sql`${isAwake}${now})`;
  return {
    inbox: sql`t.received > 0 and not t.done and ${awake}`,
    needs_reply: sql`t.awaits_answer and not t.done and ${awake}`,
    active_thread: sql`t.received > 0 and not t.awaits_answer and not t.done`,
    sent: sql`t.sent > 0 and t.received = 0 and not t.done`,
    drafts: hasDraft,
    archived: sql`t.done`,
    unread: sql`t.unread > 0`,
    bounced: sql`t.mark = 'bounce'`,
    absences: sql`t.mark = 'absence'`,
    snoozed: sql`t.snoozed_until > ${now} and not t.done`,
    all: sql`true`,
  };
};

const statusConditions: Record<ThreadStatus, RawBuilder<unknown>> = {
  active: sql`not t.done and t.sent + t.received > 0`,
  archived: sql`t.done`,
  draft: sql`not t.done and t.sent + t.received = 0 and ${hasDraft}`,
};

const stateConditions: Record<InboxState, RawBuilder<unknown>> = {
  draft: statusConditions.draft,
  needs_reply: sql`t.awaits_answer and not t.done`,
  active_thread: sql`t.received > 0 and not t.awaits_answer and not t.done`,
  sent_one_off: sql`t.sent > 0 and t.received = 0 and t.campaign_id is null and not t.done`,
  sent_campaign: sql`t.sent > 0 and t.received = 0 and t.campaign_id is not null and not t.done`,
  archived: sql`t.done`,
  warmup: sql`false`,
  empty: sql`not t.done and t.sent + t.received = 0 and not ${hasDraft}`,
};

const anyOf = (parts: readonly RawBuilder<unknown>[]) =>
  sql`(${sql.join(parts.map(has), sql` or `)})`;

/** Of the conversation `t`: a lead of the person that satisfies a condition on `l`. */
const someLead = (condition: RawBuilder<unknown>) => sql`exists (select from leads l
  where l.workspace_id = t.workspace_id and ${condition} and (
    t.channel = 'email' and l.email = t.identity
    or t.channel = 'linkedin' and l.linkedin_url = t.identity
    or t.channel = 'x' and l.x_handle = t.identity))`;
const hasTag = sql`exists (select from lead_tags g
  where g.workspace_id = t.workspace_id and g.lead_id = l.id)`;

function where(filter: ThreadFilter): RawBuilder<unknown> {
  const views = conditions(filter.now);
  const parts: RawBuilder<unknown>[] = [sql`t.workspace_id = ${filter.workspaceId}`];
  if (filter.views.length > 0) parts.push(anyOf(filter.views.map((view) => views[view])));
  if (filter.statuses.length > 0)
    parts.push(anyOf(filter.statuses.map((s) => statusConditions[s])));
  if (filter.states.length > 0) parts.push(anyOf(filter.states.map((s) => stateConditions[s])));
  if (filter.unread !== undefined)
    parts.push(filter.unread ? sql`t.unread > 0` : sql`t.unread = 0`);
  if (filter.bounced !== undefined)
    parts.push(filter.bounced ? sql`t.mark = 'bounce'` : sql`t.mark is distinct from 'bounce'`);
  if (filter.channel !== undefined) parts.push(sql`t.channel = ${filter.channel}`);
  const [only, ...more] = filter.senderIds;
  // One sender by equality, because the index then gives its rows in order.
  if (only)
    parts.push(
      more.length === 0
        ? sql`t.sender_id = ${only}`
        : sql`t.sender_id = any(${filter.senderIds}::uuid[])`,
    );
  if (filter.campaignId !== undefined)
    parts.push(sql`t.identity in (select p.identity from prospects p
      where p.workspace_id = ${filter.workspaceId} and p.campaign_id = ${filter.campaignId}
        and p.sender_id = t.sender_id)`);
  if (filter.identities !== undefined)
    parts.push(sql`t.identity = any(${filter.identities}::text[])`);
  if (filter.except !== undefined) parts.push(sql`t.id <> ${filter.except}`);
  if (filter.search !== undefined)
    parts.push(
      sql`t.search <> '' and t.search @@ websearch_to_tsquery('simple', ${filter.search})`,
    );
  return sql`${sql.join([...parts, ...ofPerson(filter)], sql` and `)}`;
}

/** The conditions about the labels of the person and the member who has the conversation. */
function ofPerson(filter: ThreadFilter): RawBuilder<unknown>[] {
  const { tagIds, noTags, statusIds, noStatus, assigneeIds, noAssignee } = filter;
  const tags = [
    ...(tagIds.length > 0
      ? [
          someLead(sql`exists (select from lead_tags g where g.workspace_id = l.workspace_id
            and g.lead_id = l.id and g.tag_id = any(${tagIds}::uuid[]))`),
        ]
      : []),
    ...(noTags ? [sql`not ${someLead(hasTag)}`] : []),
  ];
  const statuses = [
    ...(statusIds.length > 0 ? [someLead(sql`l.status_id = any(${statusIds}::uuid[])`)] : []),
    ...(noStatus ? [sql`not ${someLead(sql`l.status_id is not null`)}`] : []),
  ];
  const assignees = [
    ...(assigneeIds.length > 0 ? [sql`t.assignee_id = any(${assigneeIds}::uuid[])`] : []),
    ...(noAssignee ? [sql`t.assignee_id is null`] : []),
  ];
  return [tags, statuses, assignees].flatMap((parts) => (parts.length > 0 ? [anyOf(parts)] : []));
}

/** With `t.id` of the relation `chosen`: the rows of `ListedThread`, newest first. */
const shown = (workspaceId: string, chosen: RawBuilder<unknown>) => sql<ListedThread>`
  select t.workspace_id, t.id, t.sender_id, t.channel, t.identity, t.name, t.company, t.campaign_id,
    t.prospect_id, t.subject, t.snippet, t.last_at, t.last_direction, t.last_in_at, t.received,
    t.sent, t.unread, t.awaits_answer, t.mark, t.done, t.snoozed_until, t.assignee_id, t.created_at,
    t.updated_at, coalesce(s.display_name, s.email_address, s.profile_url) as sender_name,
    s.status as sender_status, s.removed_at is not null as sender_removed,
    p.status as prospect_status, p.position, p.headline, l.id as lead_id,
    array(select g.tag_id from lead_tags g where g.workspace_id = ${workspaceId}
      and g.lead_id = l.id order by g.tag_id) as tag_ids,
    coalesce(h.has_draft, false) as has_draft, coalesce(h.sending, false) as sending,
    coalesce(h.failed, false) as failed, coalesce(h.doubtful, false) as doubtful
  from (${chosen}) as chosen
  join threads t on t.workspace_id = ${workspaceId} and t.id = chosen.id
  join senders s on s.workspace_id = ${workspaceId} and s.id = t.sender_id
  left join prospects p on p.workspace_id = ${workspaceId} and p.id = t.prospect_id
  left join lateral (
    select l.id from leads l where l.workspace_id = ${workspaceId}
      and t.channel = 'email' and l.email = t.identity
    union all select l.id from leads l where l.workspace_id = ${workspaceId}
      and t.channel = 'linkedin' and l.linkedin_url = t.identity
    union all select l.id from leads l where l.workspace_id = ${workspaceId}
      and t.channel = 'x' and l.x_handle = t.identity
    limit 1
  ) l on true
  left join lateral (
    select bool_or(o.state = 'draft') as has_draft,
      bool_or(o.state in ('reserved', 'scheduled')) as sending,
      bool_or(o.state = 'failed') as failed, bool_or(o.state = 'unknown') as doubtful
    from hand_messages o where o.workspace_id = ${workspaceId} and o.thread_id = t.id
  ) h on true
  order by t.last_at desc, t.id desc`;

export type ThreadPlace = { at: Date; id: string };

/** Conversations, the newest first: those behind `after`, or from `offset` on. */
export function listThreads(
  db: Db,
  filter: ThreadFilter,
  page: { after: ThreadPlace | null; offset: number; limit: number },
): Promise<Page<ListedThread>> {
  const { after, offset, limit } = page;
  const behind = after
    ? sql`and (t.last_at, t.id) < (${after.at}::timestamptz, ${after.id}::uuid)`
    : sql``;
  const chosen = sql`select t.id from threads t where ${where(filter)} ${behind}
    order by t.last_at desc, t.id desc limit ${limit + 1} offset ${offset}`;
  return readPage<ListedThread>(db, shown(filter.workspaceId, chosen), limit);
}

/** How many conversations there are, as far as pages go. */
export async function countThreads(db: Db, filter: ThreadFilter): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (select from threads t where ${where(filter)}
      limit ${maxPageDepth}) as found`.execute(db);
  return rows[0]!.n;
}

/** A conversation as lists show it; null when there is none. */
export async function findThread(
  db: Db,
  { workspaceId, threadId }: ThreadId,
): Promise<ListedThread | null> {
  const chosen = sql`select ${threadId}::uuid as id`;
  const { rows } = await shown(workspaceId, chosen).execute(db);
  return rows[0] ?? null;
}

/** The senders, campaigns and members that the workspace's conversations are with. */
export async function threadOptions(
  db: Db,
  workspaceId: string,
): Promise<{
  senders: { id: string; name: string | null }[];
  campaigns: { id: string; name: string }[];
}> {
  const senders = await sql<{ id: string; name: string | null }>`
    select s.id, coalesce(s.display_name, s.email_address, s.profile_url) as name from senders s
    where s.workspace_id = ${workspaceId} and exists (select from threads t
      where t.workspace_id = ${workspaceId} and t.sender_id = s.id) order by 2, 1 limit 1000`.execute(
    db,
  );
  const campaigns = await sql<{ id: string; name: string }>`
    select c.id, c.name from campaigns c where c.workspace_id = ${workspaceId}
      and c.launched_at is not null order by c.created_at desc, c.id limit 1000`.execute(db);
  return { senders: senders.rows, campaigns: campaigns.rows };
}

/** Drafts of conversations, by conversation. */
export async function draftsOf(
  db: Db,
  workspaceId: string,
  threadIds: readonly string[],
): Promise<Map<string, HandMessageRow>> {
  if (threadIds.length === 0) return new Map();
  const { rows } = await sql<HandMessageRow>`
    select * from hand_messages where workspace_id = ${workspaceId}
      and thread_id = any(${threadIds}::uuid[]) and state = 'draft'`.execute(db);
  return new Map(rows.map((row) => [row.thread_id, row]));
}
