import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { type Page, readPage } from '../pages.ts';
import { camelRows } from '../rows.ts';
import type { OpenInbound } from './inboxes.ts';

export type UnmatchedRow = {
  id: string;
  sender_id: string;
  from_address: string | null;
  subject: string | null;
  text: string;
  kind: string;
  kind_reason: string | null;
  received_at: Date;
};

const isUnmatched = sql`prospect_id is null and thread_id is null and applied_at is not null
  and event = 'message' and looked_at is null`;

/** Received mails that matched nobody and that nobody has looked at, the newest first. */
export async function listUnmatched(
  db: Db,
  page: { workspaceId: string; before?: string | undefined; all: boolean; limit: number },
): Promise<Page<UnmatchedRow>> {
  return readPage(
    db,
    sql`select id, sender_id, from_address, subject, left(coalesce(body_text, ''), 4000) as text,
        kind, kind_reason, received_at
      from inbound_messages
      where workspace_id = ${page.workspaceId} and ${isUnmatched}
        and (${page.all} or kind <> 'other')
        and (${page.before ?? null}::uuid is null or id < ${page.before ?? null}::uuid)
      order by id desc limit ${page.limit + 1}`,
    page.limit,
  );
}

/** The mail, locked; null when it is none that matched nobody. */
export async function lockUnmatched(
  db: Db,
  { workspaceId, id }: { workspaceId: string; id: string },
): Promise<OpenInbound | null> {
  const rows = await camelRows<OpenInbound>(
    db,
    sql`
    select id, workspace_id, sender_id, source_key, channel_key as key, from_address as from,
      subject, coalesce(body_text, '') as text, headers, facts, received_at, event, thread_key,
      false as sent, '{}'::text[] as own, null as address
    from inbound_messages
    where workspace_id = ${workspaceId} and id = ${id} and ${isUnmatched} for update`,
  );
  return rows[0] ?? null;
}

export async function noteLooked(
  db: Db,
  { workspaceId, id, now }: { workspaceId: string; id: string; now: Date },
): Promise<void> {
  await sql`update inbound_messages set looked_at = ${now}
    where workspace_id = ${workspaceId} and id = ${id}`.execute(db);
}
