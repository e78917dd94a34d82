import { type RawBuilder, sql } from 'kysely';
import { isTerminal, prospectStatuses } from '../../domain/people/prospect.ts';
import type { RampUp } from '../../domain/sending/limit.ts';
import { nilId } from '../../ids.ts';
import type { SenderRow } from '../accounts/senders.ts';
import type { Db } from '../database.ts';
import { type Page, readPage } from '../pages.ts';
import { statusAt } from '../sending/lanes.ts';

export type SenderFilter = {
  workspaceId: string;
  now: Date;
  /** Only these. */
  ids?: readonly string[] | undefined;
  type?: string | undefined;
  status?: string | undefined;
  /** The reason that is stored with the lane, or why the sender is out of service. */
  because?: string | undefined;
  /** The domain of its address. */
  domain?: string | undefined;
  campaignId?: string | undefined;
  /** Part of the address or name. */
  q?: string | undefined;
};

/** A sender with the planner's last answer for its lane. */
export type LanedSender = SenderRow & { because: string; next_at: Date | null };

/** Of `senders s`, its `lanes l` and `inboxes i`: why it waits, by the last plan of its lane. */
const becauseAt = (now: Date) => sql<string>`case ${statusAt(now)}
  when 'active' then l.because when 'inbox_unreachable' then 'inbox_unreachable'
  else 'sender_not_active' end`;

const domain = sql`lower(split_part(s.email_address, '@', 2))`;

const from = (filter: SenderFilter) => {
  const { workspaceId, now, ids, campaignId, q } = filter;
  const equals = (column: RawBuilder<unknown>, value: string | undefined) =>
    value === undefined ? sql`` : sql`and ${column} = ${value}`;
  return sql`from senders s
    join lanes l on l.workspace_id = s.workspace_id and l.sender_id = s.id
    left join inboxes i on i.workspace_id = s.workspace_id and i.sender_id = s.id
    where s.workspace_id = ${workspaceId} and s.removed_at is null
      ${ids ? sql`and s.id = any(${ids}::uuid[])` : sql``}
      ${equals(sql`s.type`, filter.type)} ${equals(sql`s.status`, filter.status)}
      ${equals(becauseAt(now), filter.because)} ${equals(domain, filter.domain?.toLowerCase())}
      ${
        campaignId === undefined
          ? sql``
          : sql`and exists (select from campaign_senders cs where cs.workspace_id = s.workspace_id
              and cs.campaign_id = ${campaignId} and cs.sender_id = s.id and cs.removed_at is null)`
      }
      ${
        q === undefined
          ? sql``
          : sql`and position(${q.toLowerCase()} in lower(concat_ws(' ', s.email_address,
              s.display_name, s.first_name, s.last_name, s.profile_url))) > 0`
      }`;
};

/** A page of senders, the newest first, after the sender `after`. */
export function pageSenders(
  db: Db,
  filter: SenderFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<Page<LanedSender>> {
  const behind =
    after === undefined
      ? sql``
      : sql`and (s.created_at, s.id) < (select a.created_at, a.id from senders a
          where a.workspace_id = ${filter.workspaceId} and a.id = ${after})`;
  return readPage<LanedSender>(
    db,
    sql`select s.*, ${becauseAt(filter.now)} as because, l.next_at ${from(filter)} ${behind}
      order by s.created_at desc, s.id desc limit ${limit + 1}`,
    limit,
  );
}

export type SenderSum = {
  because: string;
  status: string;
  type: string;
  domain: string;
  n: number;
};

/** How many senders match, by reason, status, type and domain of the address (or ''). */
export async function sumSenders(db: Db, filter: SenderFilter): Promise<SenderSum[]> {
  const { rows } = await sql<SenderSum>`
    select because, status, type, domain, count(*)::int as n from (
      select ${becauseAt(filter.now)} as because, s.status, s.type, coalesce(${domain}, '') as domain
      ${from(filter)}) as each
    group by because, status, type, domain`.execute(db);
  return rows;
}

export type SenderCapacity = {
  daily_limit: number;
  ramp_up: RampUp | null;
  n: number;
};

/** The limits of the active senders that match, equal ones together. */
export async function readCapacities(db: Db, filter: SenderFilter): Promise<SenderCapacity[]> {
  const { rows } = await sql<SenderCapacity>`
    select s.daily_limit, s.ramp_up, count(*)::int as n ${from({ ...filter, status: 'active' })}
    group by s.daily_limit, s.ramp_up`.execute(db);
  return rows;
}

/** Touches that the matching senders have reserved since an instant. */
export async function sumUsage(db: Db, filter: SenderFilter, since: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(u.n), 0)::bigint as n from sender_usage u
    where u.workspace_id = ${filter.workspaceId} and u.bucket_at >= ${since}
      and u.sender_id in (select s.id ${from(filter)})`.execute(db);
  return rows[0]!.n;
}

const openStatuses = prospectStatuses.filter((status) => !isTerminal(status));

/** People of the matching senders that have not ended, by the senders' reasons. */
export async function countWaitingBySender(
  db: Db,
  filter: SenderFilter,
): Promise<{ because: string; n: number }[]> {
  const { rows } = await sql<{ because: string; n: number }>`
    select because, sum(c.n)::bigint as n from (select s.id, ${becauseAt(filter.now)} as because ${from(filter)}) as s
    join counters c on c.workspace_id = ${filter.workspaceId} and c.sender_id = s.id and c.sender_id <> ${nilId}
      and c.name = any(${openStatuses}::text[])
    join campaigns k on k.workspace_id = c.workspace_id and k.id = c.campaign_id and k.status = 'active'
    group by because`.execute(db);
  return rows;
}
