import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { ImportId } from './imports.ts';

/** `row`: as a spreadsheet numbers it. */
export type Reject = { row: number; reason: string; raw: string };
/** A row that added nobody and is no reject. */
export type LeftOutRow = {
  row: number;
  kind: 'duplicate' | 'repeated' | 'opted_out';
  identity: string;
  detail: string | null;
};

/** Keeps rows that could not be imported, with the reason. */
export async function insertRejects(
  db: Db,
  { workspaceId, importId }: ImportId,
  rejects: readonly Reject[],
): Promise<void> {
  if (rejects.length === 0) return;
  await sql`insert into import_rejects (workspace_id, import_id, row_number, reason, raw)
    select ${workspaceId}, ${importId}, * from unnest(${rejects.map((reject) => reject.row)}::bigint[],
      ${rejects.map((reject) => reject.reason)}::text[], ${rejects.map((reject) => reject.raw)}::text[])`.execute(
    db,
  );
}

/** Keeps rows that added nobody, with the reason. */
export async function insertLeftOut(
  db: Db,
  { workspaceId, importId }: ImportId,
  rows: readonly LeftOutRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into import_left_out (workspace_id, import_id, row_number, kind, identity, detail)
    select ${workspaceId}, ${importId}, * from unnest(${rows.map((row) => row.row)}::bigint[], ${rows.map((row) => row.kind)}::text[],
      ${rows.map((row) => row.identity)}::text[], ${rows.map((row) => row.detail)}::text[])`.execute(
    db,
  );
}

/** Rows that added nobody after the given row number, in the file's order. */
export async function listLeftOut(
  db: Db,
  { workspaceId, importId }: ImportId,
  { after, kind, limit }: { after: number; kind: LeftOutRow['kind'] | null; limit: number },
): Promise<LeftOutRow[]> {
  const { rows } = await sql<LeftOutRow>`
    select row_number as row, kind, identity, detail from import_left_out
    where workspace_id = ${workspaceId} and import_id = ${importId} and row_number > ${after}
      and (${kind}::text is null or kind = ${kind}) order by row_number limit ${limit}`.execute(db);
  return rows;
}

/** Rejected rows after the given row number, in the file's order. */
export async function listRejects(
  db: Db,
  { workspaceId, importId }: ImportId,
  { after, limit }: { after: number; limit: number },
): Promise<Reject[]> {
  const { rows } = await sql<Reject>`
    select row_number as row, reason, raw from import_rejects
    where workspace_id = ${workspaceId} and import_id = ${importId} and row_number > ${after} order by row_number limit ${limit}`.execute(
    db,
  );
  return rows;
}
