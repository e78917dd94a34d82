import { type RawBuilder, sql } from 'kysely';
import type { SuppressionKey } from '../../domain/people/suppression.ts';
import { lastId } from '../../ids.ts';
import type { Db } from '../database.ts';

/** People that one search by name looks at; the caller goes on behind them. */
const lookedAtMost = 50_000;

/** A copy of a person in one campaign: where they stand there, and the last message. */
export type FoundPerson = {
  prospect_id: string;
  campaign_id: string;
  campaign_name: string;
  campaign_status: string;
  email: string | null;
  linkedin_url: string | null;
  x_handle: string | null;
  name: string | null;
  company: string | null;
  status: string;
  hold: string | null;
  hold_detail: string | null;
  end_reason: string | null;
  sender_id: string | null;
  sender_name: string | null;
  contacted_at: Date | null;
  replied_at: Date | null;
  /** Messages that went out to them. */
  sent: number;
  last_sent_at: Date | null;
  last_sent_subject: string | null;
  last_reply_at: Date | null;
  last_reply_text: string | null;
};

/** With `p.id` of `prospects` in the relation `chosen`: the rows of `FoundPerson`, newest first. */
const shown = (workspaceId: string, chosen: RawBuilder<unknown>) => sql<FoundPerson>`
  select p.id as prospect_id, p.campaign_id, c.name as campaign_name, c.status as campaign_status,
    p.email, p.linkedin_url, p.x_handle,
    coalesce(p.name, nullif(concat_ws(' ', p.first_name, p.last_name), '')) as name, p.company,
    p.status, p.hold, p.hold_detail, p.end_reason, p.sender_id,
    coalesce(s.display_name, s.email_address, s.profile_url) as sender_name,
    p.contacted_at, p.replied_at, coalesce(o.n, 0)::int as sent, o.sent_at as last_sent_at,
    o.subject as last_sent_subject, i.received_at as last_reply_at,
    left(i.body_text, 500) as last_reply_text
  from (${chosen}) as chosen
  join prospects p on p.workspace_id = ${workspaceId} and p.id = chosen.id
  join campaigns c on c.workspace_id = ${workspaceId} and c.id = p.campaign_id
  left join senders s on s.workspace_id = ${workspaceId} and s.id = p.sender_id
  left join lateral (
    select count(*) as n, max(m.sent_at) as sent_at,
      (array_agg(m.subject order by m.sent_at desc))[1] as subject
    from messages m where m.workspace_id = ${workspaceId} and m.prospect_id = p.id
      and m.state in ('sent', 'unknown')
  ) o on true
  left join lateral (
    select r.received_at, r.body_text from inbound_messages r
    where r.workspace_id = ${workspaceId} and r.prospect_id = p.id and r.event = 'message'
    order by r.received_at desc, r.id desc limit 1
  ) i on true
  order by p.id desc`;

/** The copies of a person in all campaigns, up to `limit`, by any of the names. */
export async function findPerson(
  db: Db,
  {
    workspaceId,
    keys,
    limit,
  }: { workspaceId: string; keys: readonly SuppressionKey[]; limit: number },
): Promise<FoundPerson[]> {
  const valuesOf = (kind: string) => keys.flatMap((key) => (key.kind === kind ? key.value : []));
  const by = (column: string, kind: string) => sql`select id from prospects
    where workspace_id = ${workspaceId} and ${sql.ref(column)} = any(${valuesOf(kind)}::text[])`;
  const chosen = sql`select id from (${by('email', 'email')} union
    ${by('linkedin_url', 'linkedin')} union ${by('x_handle', 'x')}) as found
    order by id desc limit ${limit}`;
  return (await shown(workspaceId, chosen).execute(db)).rows;
}

/**
 * People of all campaigns whose name, company or address holds the text, the newest before `before`
 * first. `next`: where to go on; null when all were looked at.
 */
export async function searchPeople(
  db: Db,
  {
    workspaceId,
    q,
    before,
    limit,
  }: { workspaceId: string; q: string; before: string | null; limit: number },
): Promise<{ rows: FoundPerson[]; next: string | null }> {
  const from = before ?? lastId;
  const looked = sql`select id, name, first_name, last_name, company, email, linkedin_url, x_handle
    from prospects where workspace_id = ${workspaceId} and id < ${from}
    order by id desc limit ${lookedAtMost}`;
  const chosen = sql`select id from (${looked}) as l
    where position(${q.toLowerCase()} in lower(concat_ws(' ', l.name, l.first_name, l.last_name,
      l.company, l.email, l.linkedin_url, l.x_handle))) > 0 order by id desc limit ${limit}`;
  const { rows } = await shown(workspaceId, chosen).execute(db);
  if (rows.length === limit) return { rows, next: rows.at(-1)!.prospect_id };
  const end = await sql<{ id: string }>`
    select id from prospects where workspace_id = ${workspaceId} and id < ${from}
    order by id desc offset ${lookedAtMost - 1} limit 1`.execute(db);
  return { rows, next: end.rows[0]?.id ?? null };
}
