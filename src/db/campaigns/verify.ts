import { type RawBuilder, sql } from 'kysely';
import { isTerminal, prospectStatuses } from '../../domain/people/prospect.ts';
import { notedTouches } from '../../domain/sequence/invitation.ts';
import type { Db } from '../database.ts';
import { isFed, isWalked } from '../people/rules.ts';

const terminal = prospectStatuses.filter(isTerminal);
const nil = sql`'00000000-0000-0000-0000-000000000000'::uuid`;

/** A law and the query that finds its breaches. */
type Law = [name: string, breaches: (workspaceId: string) => RawBuilder<unknown>];

/** Lanes that may rest although somebody waits for them: their reason is named. */
const named = sql`('sender_not_active', 'inbox_unreachable', 'never_open')`;

const laws: readonly Law[] = [
  [
    'a message is unique per person and node',
    (w) =>
      sql`select prospect_id, node_id from messages where workspace_id = ${w} group by 1, 2 having count(*) > 1`,
  ],
  [
    'a message has its person',
    (w) => sql`select m.id, m.prospect_id, m.state from messages m where m.workspace_id = ${w}
      and not exists (select 1 from prospects p where p.workspace_id = m.workspace_id and p.id = m.prospect_id)`,
  ],
  [
    'what is reserved has a deadline and holds its person, and nothing else has or does',
    (
      w,
    ) => sql`select m.id, m.state, p.hold, m.deadline_at from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
      where m.workspace_id = ${w} and ((m.state = 'reserved') <> (m.deadline_at is not null)
        or m.state = 'reserved' and p.ended_at is null and p.hold is distinct from 'reserved')`,
  ],
  [
    'who is held as reserved has a reserved message',
    (w) => sql`select p.id from prospects p where p.workspace_id = ${w} and p.hold = 'reserved'
      and not exists (select 1 from messages m where m.workspace_id = ${w} and m.prospect_id = p.id and m.state = 'reserved')`,
  ],
  [
    'what went out has its instant and its person was contacted',
    (
      w,
    ) => sql`select m.id from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
      where m.workspace_id = ${w} and m.state in ('sent', 'unknown') and (m.sent_at is null or p.contacted_at is null)`,
  ],
  [
    'an end has its instant and its reason, and waits for nothing',
    (
      w,
    ) => sql`select id, status from prospects where workspace_id = ${w} and status = any(${terminal}::text[])
      and (ended_at is null or end_reason is null or node_id is not null or anchor_at is not null or hold is not null or hold_until is not null)`,
  ],
  [
    'who has not ended has no end',
    (
      w,
    ) => sql`select id, status from prospects where workspace_id = ${w} and status <> all(${terminal}::text[])
      and (ended_at is not null or end_reason is not null)`,
  ],
  [
    'who is in flight has a touch, an anchor and a sender; who is in the pool has none',
    (
      w,
    ) => sql`select id, status, node_id, anchor_at, sender_id from prospects where workspace_id = ${w} and ended_at is null
      and num_nonnulls(node_id, anchor_at, sender_id) <> 3 and (status <> 'pending' or num_nonnulls(node_id, anchor_at, sender_id) <> 0)`,
  ],
  [
    'a hold expires or has a reason that somebody can act on',
    (w) => sql`select id, hold, hold_until from prospects where workspace_id = ${w} and (
      hold is null and hold_until is not null
      or hold is not null and hold_until is null and hold not in ('reserved', 'missing_variable', 'draft_pending', 'draft_failed', 'sender_disconnected', 'paused'))`,
  ],
  [
    'every wait for a text has a request for it',
    (
      w,
    ) => sql`select id from prospects p where workspace_id = ${w} and hold = 'draft_pending' and not exists (
      select 1 from ai_drafts d where d.workspace_id = ${w} and d.prospect_id = p.id and d.state = 'queued')`,
  ],
  [
    'who was invited waits for the answer by name',
    (w) =>
      sql`select id, hold, hold_until from prospects where workspace_id = ${w} and status = 'connection_sent' and hold is null`,
  ],
  [
    'counters equal a recount',
    (w) => sql`
      with roster as (
        select campaign_id, status as name, coalesce(node_id, ${nil}) as node_id, coalesce(sender_id, ${nil}) as sender_id, count(*) as n
        from prospects where workspace_id = ${w} group by 1, 2, 3, 4
        union all select campaign_id, 'contacted', ${nil}, ${nil}, count(contacted_at) from prospects where workspace_id = ${w} group by 1
        union all select campaign_id, 'opened', ${nil}, ${nil}, count(opened_at) from prospects where workspace_id = ${w} group by 1
        union all select campaign_id, 'answered', ${nil}, ${nil}, count(replied_at) from prospects where workspace_id = ${w} group by 1
      ), kept as (
        select campaign_id, name, case when name in ('contacted', 'opened', 'answered') then ${nil} else node_id end as node_id,
          case when name in ('contacted', 'opened', 'answered') then ${nil} else sender_id end as sender_id, -n as n
        from counters where workspace_id = ${w} and name <> 'clicked'
      )
      select campaign_id, name, node_id, sender_id, sum(n) as difference from (select * from roster union all select * from kept) as both_sides
      group by 1, 2, 3, 4 having sum(n) <> 0`,
  ],
  [
    'usage equals the ledger',
    (w) => sql`
      with ledger as (
        select sender_id, campaign_id, touch, date_bin('15 minutes', reserved_at, timestamptz '2000-01-01') as bucket_at, count(*) as n,
          count(*) filter (where touch = any(${notedTouches}) and body_text <> '') as notes
        from messages where workspace_id = ${w} and state not in ('draft', 'skipped') group by 1, 2, 3, 4
      ), used as (
        select u.sender_id, u.campaign_id, u.touch, u.bucket_at, u.n, u.notes from sender_usage u
        where u.workspace_id = ${w} and exists (select 1 from campaigns c where c.workspace_id = ${w} and c.id = u.campaign_id)
      )
      select * from ledger l full join used u using (sender_id, campaign_id, touch, bucket_at)
      where coalesce(l.n, 0) <> coalesce(u.n, 0) or coalesce(l.notes, 0) <> coalesce(u.notes, 0)`,
  ],
  [
    'what domains and companies were reached equals the ledger',
    (w) => sql`
      with ledger as (
        select m.campaign_id, k.kind, m.reach ->> k.kind as key, (m.reach ->> 'day')::date as day, count(*) as n
        from messages m cross join (values ('domain'), ('company')) as k (kind)
        where m.workspace_id = ${w} and m.state not in ('draft', 'skipped') and m.reach ->> k.kind is not null group by 1, 2, 3, 4
      ), reached as (select campaign_id, kind, key, day, n from reach_usage where workspace_id = ${w})
      select * from ledger l full join reached r using (campaign_id, kind, key, day) where coalesce(l.n, 0) <> coalesce(r.n, 0)`,
  ],
  [
    'no domain or company is written to more often in a day than its cap',
    (w) =>
      sql`select campaign_id, kind, key, day, n, cap from reach_usage where workspace_id = ${w} and n > cap`,
  ],
  [
    'a lane rests only when nobody waits for it',
    (w) => sql`select distinct l.sender_id, l.because from lanes l
      join prospects p on p.workspace_id = l.workspace_id and p.sender_id = l.sender_id and p.anchor_at is not null and p.hold is null
      join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id and c.status = 'active'
      join campaign_senders cs on cs.workspace_id = c.workspace_id and cs.campaign_id = c.id and cs.sender_id = l.sender_id and cs.removed_at is null
      where l.workspace_id = ${w} and l.next_at is null and l.because not in ${named}`,
  ],
  [
    'a lane rests only when the pools of its campaigns are empty, as far as texts were queued',
    (w) => sql`select distinct l.sender_id, l.because from lanes l
      join campaign_senders cs on cs.workspace_id = l.workspace_id and cs.sender_id = l.sender_id and cs.removed_at is null
      join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id and c.status = 'active'
      join prospects p on p.workspace_id = c.workspace_id and p.campaign_id = c.id and p.status = 'pending' and p.sender_id is null and p.hold is null
      left join drafting d on d.workspace_id = c.workspace_id and d.campaign_id = c.id
      where l.workspace_id = ${w} and l.next_at is null and l.because not in ${named} and (d.taken_to is null or p.id <= d.taken_to)`,
  ],
  [
    'who is in flight stands before a touch that the sequence has',
    (
      w,
    ) => sql`select p.id, p.node_id from prospects p join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id
      join sequences q on q.workspace_id = c.workspace_id and q.campaign_id = c.id and q.revision = c.revision
      where p.workspace_id = ${w} and p.node_id is not null and p.hold is distinct from 'reserved' and c.status <> 'draft'
        and not q.nodes @> jsonb_build_array(jsonb_build_object('id', p.node_id))`,
  ],
  [
    'a campaign is active only with open prospects or lists that feed it, else completed',
    (w) => sql`select c.id, c.status from campaigns c cross join lateral (
        select exists (select 1 from prospects p where p.workspace_id = ${w} and p.campaign_id = c.id and p.ended_at is null) as somebody) as left_over
      where c.workspace_id = ${w} and (c.status = 'completed' and somebody
        or c.status = 'active' and not somebody and not ${isFed(sql`${w}`, sql`c.id`)} and not ${isWalked(sql`${w}`, sql`c.id`)})`,
  ],
  [
    'lead rules count the people they feed and took off',
    (
      w,
    ) => sql`select r.campaign_id, r.fed, r.removed, e.fed as fed_now, e.removed as removed_now from lead_rules r cross join lateral (
        select count(*) filter (where state = 'in') as fed, count(*) filter (where state = 'removed') as removed
        from enrolments where workspace_id = ${w} and campaign_id = r.campaign_id) as e
      where r.workspace_id = ${w} and (r.fed <> e.fed or r.removed <> e.removed)`,
  ],
  [
    'events are numbered without a gap',
    (w) =>
      sql`select max(seq), count(*) from events where workspace_id = ${w} having coalesce(max(seq), 0) <> count(*)`,
  ],
];

export const lawNames: readonly string[] = laws.map(([name]) => name);

/** A breach: the name of the law, and the row that shows it. */
export type Breach = { law: string; row: Record<string, unknown> };

/**
 * Checks every law against the rows of a workspace, up to `limit` breaches each. Each law reads one
 * snapshot and scans the tables it is about.
 */
export async function findBreaches(
  db: Db,
  workspaceId: string,
  { limit, signal }: { limit: number; signal?: AbortSignal },
): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (const [law, find] of laws) {
    signal?.throwIfAborted();
    const { rows } = await sql<
      Record<string, unknown>
    >`select * from (${find(workspaceId)}) as breach limit ${limit}`.execute(db);
    breaches.push(...rows.map((row) => ({ law, row })));
  }
  return breaches;
}
