import { type RawBuilder, sql } from 'kysely';
import { maxPageDepth } from '../../domain/page.ts';
import { nilId } from '../../ids.ts';
import type { Db } from '../database.ts';
import { readPage } from '../pages.ts';
import type { LeadRow } from './leads.ts';

/** Columns a filter can ask for, by their name on the wire. */
export const filterable = {
  name: sql.ref('l.name'),
  firstName: sql.ref('l.first_name'),
  lastName: sql.ref('l.last_name'),
  title: sql.ref('l.title'),
  role: sql.ref('l.title'),
  company: sql.ref('l.company'),
  domain: sql.ref('l.domain'),
  email: sql.ref('l.email'),
  linkedinUrl: sql.ref('l.linkedin_url'),
  xHandle: sql.ref('l.x_handle'),
  industry: sql.ref('l.industry'),
  size: sql.ref('l.size'),
  type: sql.ref('l.type'),
  location: sql`l.location::text`,
  createdAt: sql`l.created_at::text`,
} as const satisfies Record<string, RawBuilder<unknown>>;
export type LeadField = keyof typeof filterable;
export const leadFields = Object.keys(filterable) as [LeadField, ...LeadField[]];
export const operators = [
  'eq',
  'neq',
  'contains',
  'not_contains',
  'starts_with',
  'in',
  'is_empty',
  'is_not_empty',
] as const;
export type Condition = {
  field: LeadField;
  operator: (typeof operators)[number];
  value?: string | string[] | undefined;
};
export type LeadFilter = {
  workspaceId: string;
  /** Only those of this list; null takes every lead. */
  listId: string | null;
  ids?: readonly string[] | undefined;
  where?: readonly Condition[] | undefined;
  /** Somewhere in name, email, company or title. */
  q?: string | undefined;
  statusId?: string | undefined;
  tagId?: string | undefined;
};
export function holds({ field, operator, value }: Condition): RawBuilder<unknown> {
  const column = sql`lower(coalesce(${filterable[field]}, ''))`;
  const values = (Array.isArray(value) ? value : [value ?? '']).map((item) => item.toLowerCase());
  const first = values[0] ?? '';
  switch (operator) {
    case 'eq':
    case 'in':
      return sql`${column} = any(${values}::text[])`;
    case 'neq':
      return sql`${column} <> all(${values}::text[])`;
    case 'contains':
      return sql`position(${first} in ${column}) > 0`;
    case 'not_contains':
      return sql`position(${first} in ${column}) = 0`;
    case 'starts_with':
      return sql`starts_with(${column}, ${first})`;
    case 'is_empty':
      return sql`${column} = ''`;
    case 'is_not_empty':
      return sql`${column} <> ''`;
  }
}
export function matching({
  workspaceId,
  listId,
  ids,
  where = [],
  q,
  statusId,
  tagId,
}: LeadFilter): RawBuilder<unknown> {
  const conditions = [sql`l.workspace_id = ${workspaceId}`, ...where.map(holds)];
  if (listId)
    conditions.push(
      sql`exists (select 1 from list_leads m where m.workspace_id = l.workspace_id and m.list_id = ${listId} and m.lead_id = l.id)`,
    );
  if (statusId) conditions.push(sql`l.status_id = ${statusId}`);
  if (tagId)
    conditions.push(
      sql`exists (select 1 from lead_tags t where t.workspace_id = l.workspace_id and t.lead_id = l.id and t.tag_id = ${tagId})`,
    );
  if (ids) conditions.push(sql`l.id = any(${ids}::uuid[])`);
  if (q)
    conditions.push(
      sql`position(${q.toLowerCase()} in lower(concat_ws(' ', l.name, l.email, l.company, l.title))) > 0`,
    );
  return sql.join(conditions, sql` and `);
}
export type LeadOrder = { field: LeadField; direction: 'asc' | 'desc' };

/**
 * Leads in the given order, else from the newest (or, `ascending`, the oldest) on; `after` is the
 * last id of the page before.
 */
export async function listLeads(
  db: Db,
  page: LeadFilter & {
    orderBy?: readonly LeadOrder[];
    ascending?: boolean;
    after?: string | undefined;
    limit: number;
  },
): Promise<LeadRow[]> {
  const direction = page.ascending ? sql`asc` : sql`desc`;
  const beyond = page.ascending ? sql`>` : sql`<`;
  const past = page.after ? sql`l.id ${beyond} ${page.after}` : sql`true`;
  const order = (page.orderBy ?? []).map(
    ({ field, direction: way }) =>
      sql`${filterable[field]} ${way === 'desc' ? sql`desc` : sql`asc`} nulls last`,
  );
  const { rows } = await sql<LeadRow>`
    select l.* from leads l where ${matching(page)} and ${past} order by ${sql.join([...order, sql`l.id ${direction}`])} limit ${page.limit}`.execute(
    db,
  );
  return rows;
}
export type LeadSearch = LeadFilter & { after?: string | undefined; limit: number };
export type Newest = Pick<LeadSearch, 'workspaceId' | 'listId' | 'ids' | 'after'>;
export function newestIds({ workspaceId, listId, after }: Newest): RawBuilder<unknown> {
  return listId
    ? sql`select lead_id as id from list_leads where workspace_id = ${workspaceId} and list_id = ${listId}
        and (${after ?? null}::uuid is null or lead_id < ${after ?? null}) order by lead_id desc limit ${maxPageDepth}`
    : sql`select id from leads where workspace_id = ${workspaceId} and (${after ?? null}::uuid is null or id < ${after ?? null})
        order by id desc limit ${maxPageDepth}`;
}

/** The leads `l` of one page, and the columns that order them. */
export function newest(search: Newest): { from: RawBuilder<unknown>; order: RawBuilder<unknown> } {
  const { workspaceId, listId, ids, after } = search;
  const own = sql`select * from leads where workspace_id = ${workspaceId}`;
  if (ids) return { from: sql`(${own} and id = any(${ids}::uuid[])) as l`, order: sql`l.id` };
  if (listId)
    return {
      from: sql`(${newestIds(search)}) as n cross join lateral (${own} and id = n.id offset 0) as l`,
      order: sql`n.id`,
    };
  const past = sql`(${after ?? null}::uuid is null or id < ${after ?? null})`;
  return {
    from: sql`(${own} and ${past} order by id desc limit ${maxPageDepth}) as l`,
    order: sql`l.id`,
  };
}

/**
 * A page of a search through the newest leads, as far as one look goes. `next` is where the next
 * one starts, null when there is nothing left; a page may be short, or empty, and not be the last.
 */
export async function searchLeads(
  db: Db,
  search: LeadSearch,
): Promise<{ rows: LeadRow[]; next: string | null }> {
  const { limit } = search;
  const { from, order } = newest(search);
  const { rows, more } = await readPage<LeadRow>(
    db,
    sql`select l.* from ${from} where ${matching({ ...search, listId: null })} order by ${order} desc limit ${limit + 1}`,
    limit,
  );
  if (more) return { rows, next: rows.at(-1)!.id };
  const end = await sql<{
    id: string;
  }>`select id from (${newestIds(search)}) as n order by id desc offset ${maxPageDepth - 1} limit 1`.execute(
    db,
  );
  return { rows, next: end.rows[0]?.id ?? null };
}

/**
 * How many match: all of them without a filter, else those among the newest, as far as one look
 * goes.
 */
export async function countLeads(db: Db, filter: LeadFilter): Promise<number> {
  const filtered =
    (filter.where ?? []).length > 0 ||
    filter.q !== undefined ||
    filter.ids !== undefined ||
    filter.statusId !== undefined ||
    filter.tagId !== undefined;
  const { rows } = await (filtered
    ? sql<{
        n: number;
      }>`select count(*) as n from ${newest(filter).from} where ${matching({ ...filter, listId: null })}`.execute(
        db,
      )
    : sql<{ n: number }>`select coalesce(sum(n), 0)::bigint as n from lead_counts
        where workspace_id = ${filter.workspaceId} and list_id = ${filter.listId ?? nilId}`.execute(
        db,
      ));
  return rows[0]?.n ?? 0;
}
