import { sql } from 'kysely';
import type { NoticeEvent } from '../../domain/people/notice.ts';
import type { Db } from '../database.ts';

/** The place and the kinds of a workspace's notices; `url` is sealed. */
export type NoticeRow = {
  workspace_id: string;
  url: string;
  host: string;
  kinds: string[];
  cursor: number;
  failures: number;
  error: string | null;
  told_at: Date | null;
};

const columns = sql`workspace_id, url, host, kinds, cursor, failures, error, told_at`;

export async function findNotices(db: Db, workspaceId: string): Promise<NoticeRow | null> {
  const { rows } =
    await sql<NoticeRow>`select ${columns} from notices where workspace_id = ${workspaceId}`.execute(
      db,
    );
  return rows[0] ?? null;
}

/** Tells the workspace there from now on: earlier events are not told. */
export async function saveNotices(
  db: Db,
  {
    workspaceId,
    now,
    ...row
  }: { workspaceId: string; now: Date } & Pick<NoticeRow, 'url' | 'host'>,
): Promise<void> {
  await sql`
    insert into notices (workspace_id, url, host, kinds, cursor, next_at)
    select id, ${row.url}, ${row.host}, '{}', event_seq, ${now} from workspaces
    where id = ${workspaceId}
    on conflict (workspace_id) do update set url = excluded.url, host = excluded.host,
      cursor = excluded.cursor, next_at = excluded.next_at, failures = 0, error = null`.execute(db);
}

/** Changes the kinds that are told. Returns false when the workspace is told nowhere. */
export async function saveNoticeKinds(
  db: Db,
  workspaceId: string,
  kinds: readonly string[],
): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update notices set kinds = ${kinds} where workspace_id = ${workspaceId}`.execute(db);
  return numAffectedRows === 1n;
}

export async function dropNotices(db: Db, workspaceId: string): Promise<void> {
  await sql`delete from notices where workspace_id = ${workspaceId}`.execute(db);
}

/** Live workspaces with something to tell, kept from other processes until `until`. */
export async function claimNotices(
  db: Db,
  { now, until, limit }: { now: Date; until: Date; limit: number },
): Promise<NoticeRow[]> {
  const { rows } = await sql<NoticeRow>`
    update notices set next_at = ${until} where workspace_id in (
      select n.workspace_id from notices n join workspaces w on w.id = n.workspace_id
      where n.next_at <= ${now} and w.event_seq > n.cursor and w.mode = 'live'
      order by n.next_at limit ${limit} for update of n skip locked)
    returning ${columns}`.execute(db);
  return rows;
}

export type NoticeResult = {
  workspaceId: string;
  cursor: number;
  nextAt: Date;
  /** Null when it was told, or there was nothing to tell. */
  error: string | null;
  toldAt: Date | null;
};

/** Writes how it went. A workspace that has another address meanwhile is left as it is. */
export async function finishNotices(
  db: Db,
  url: string,
  { workspaceId, cursor, nextAt, error, toldAt }: NoticeResult,
): Promise<void> {
  await sql`
    update notices set cursor = ${cursor}, next_at = ${nextAt}, error = ${error},
      failures = case when ${error}::text is null then 0 else failures + 1 end,
      told_at = coalesce(${toldAt}, told_at)
    where workspace_id = ${workspaceId} and url = ${url}`.execute(db);
}

/** Events after a number, up to `limit` of them, with the names of the things they are about. */
export async function readNoticeEvents(
  db: Db,
  { workspaceId, after, limit }: { workspaceId: string; after: number; limit: number },
): Promise<NoticeEvent[]> {
  const { rows } = await sql<NoticeEvent>`
    select e.seq, e.kind, e.data ->> 'reason' as reason, e.data ->> 'text' as text,
      c.name as campaign, coalesce(p.name, p.identity) as person,
      coalesce(s.email_address, s.display_name) as sender
    from events e
    left join campaigns c on c.workspace_id = ${workspaceId} and c.id = e.campaign_id
    left join prospects p on p.workspace_id = ${workspaceId} and p.id = e.prospect_id
    left join senders s on s.workspace_id = ${workspaceId} and s.id = e.sender_id
    where e.workspace_id = ${workspaceId} and e.seq > ${after} and e.seq <= ${after + limit}
    order by e.seq`.execute(db);
  return rows;
}

/** All sealed addresses, for sealing them anew. */
export async function lockNoticeUrls(db: Db): Promise<{ workspaceId: string; url: string }[]> {
  const { rows } = await sql<{ workspaceId: string; url: string }>`
    select workspace_id as "workspaceId", url from notices order by workspace_id for update`.execute(
    db,
  );
  return rows;
}

export async function replaceNoticeUrl(
  db: Db,
  { workspaceId, url }: { workspaceId: string; url: string },
): Promise<void> {
  await sql`update notices set url = ${url} where workspace_id = ${workspaceId}`.execute(db);
}

/** Forgets all addresses, which nobody can open any more. */
export async function forgetNotices(db: Db): Promise<void> {
  await sql`delete from notices`.execute(db);
}
