import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

/** `workspaceId`, `memberId`: in whose name it was made; null on the server's machine. */
export type LinkRow = {
  id: string;
  kind: 'welcome' | 'invite' | 'reset';
  workspaceId: string | null;
  memberId: string | null;
  email: string | null;
  role: string | null;
  createdAt: Date;
  expiresAt: Date;
};

/** A link with the names of those that made it. */
export type LinkWithNames = LinkRow & { workspace: string | null; madeBy: string | null };

const columns = sql.raw(`l.id, l.kind, l.workspace_id, l.member_id, l.email, l.role,
  l.created_at, l.expires_at, w.name as workspace, m.name as made_by`);
/** A link of a member counts only while the member may still make one. */
const valid = sql.raw("(l.member_id is null or (m.removed_at is null and m.role = 'admin'))");
const names = sql.raw(`left join workspaces w on w.id = l.workspace_id
      left join members m on m.workspace_id = l.workspace_id and m.id = l.member_id`);

/** Stores a link by the SHA-256 of its token, which is never stored. */
export async function insertLink(db: Db, link: LinkRow & { hash: Buffer }): Promise<void> {
  await sql`insert into links (hash, id, kind, workspace_id, member_id, email, role, created_at, expires_at)
    values (${link.hash}, ${link.id}, ${link.kind}, ${link.workspaceId}, ${link.memberId}, ${link.email}, ${link.role}, ${link.createdAt}, ${link.expiresAt})`.execute(
    db,
  );
}

/** The link with this SHA-256, unless it was used, is over at `at`, or its maker lost the right. */
export async function findLink(db: Db, hash: Buffer, at: Date): Promise<LinkWithNames | null> {
  const rows = await camelRows<LinkWithNames>(
    db,
    sql`
    select ${columns} from links l ${names}
    where l.hash = ${hash} and l.expires_at > ${at} and ${valid}`,
  );
  return rows[0] ?? null;
}

/** Uses a link up. Returns whether this call did: of several at once only one. */
export async function takeLink(db: Db, hash: Buffer): Promise<boolean> {
  const { rows } = await sql`delete from links where hash = ${hash} returning id`.execute(db);
  return rows.length > 0;
}

/** The links of a workspace that can still be used, the newest first. */
export async function listLinkRows(
  db: Db,
  workspaceId: string,
  at: Date,
): Promise<LinkWithNames[]> {
  return camelRows(
    db,
    sql`
    select ${columns} from links l ${names}
    where l.workspace_id = ${workspaceId} and l.expires_at > ${at} and ${valid}
    order by l.created_at desc, l.id desc`,
  );
}

/** Withdraws a link of a workspace. Returns whether there was one. */
export async function deleteLinkRow(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    delete from links where workspace_id = ${workspaceId} and id = ${id} returning id`.execute(db);
  return rows.length > 0;
}

/** Withdraws the links of a workspace for an address, so that only the newest of a kind works. */
export async function deleteLinksFor(
  db: Db,
  { workspaceId, kind, email }: { workspaceId: string; kind: LinkRow['kind']; email: string },
): Promise<void> {
  await sql`delete from links where workspace_id = ${workspaceId} and kind = ${kind} and email = ${email}`.execute(
    db,
  );
}

/** Withdraws every link to a new password of an address. */
export async function deleteResets(db: Db, email: string): Promise<void> {
  await sql`delete from links where kind = 'reset' and email = ${email}`.execute(db);
}

/** Forgets links that were over at `at`. */
export async function forgetLinks(db: Db, at: Date): Promise<void> {
  await sql`delete from links where expires_at <= ${at}`.execute(db);
}
