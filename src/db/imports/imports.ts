import { type Selectable, sql } from 'kysely';
import type { Dialect } from '../../domain/imports/csv.ts';
import type { ColumnMapping } from '../../domain/imports/csv-mapping.ts';
import type { Encoding } from '../../domain/imports/encoding.ts';
import type { Remarks } from '../../domain/imports/remarks.ts';
import type { TableReading } from '../../domain/imports/rows.ts';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';
import type { ExistingMode } from '../sending/import-updates.ts';

/** How the stored file is read, settled when it has arrived, and the remarks on it. */
export type ImportPlan = Dialect &
  TableReading & {
    encoding: Encoding;
    columns: string[];
    fields: Partial<ColumnMapping>;
    /** The row of the header as a spreadsheet counts rows, 0 when there is none. */
    headerRow: number;
    /** The row before the next one that is read. */
    row: number;
    /** The remarks on the file, and how often each is true of rows. */
    warnings: string[];
    remarks: Remarks;
  };
export type ImportRow = Omit<Selectable<Schema['imports']>, 'mapping'> & {
  mapping: ImportPlan | null;
};
export type ImportId = { workspaceId: string; importId: string };
/** The treatment of people that are there already, and of those that opted out. */
export type ImportChoices = { existing: ExistingMode; optOuts: 'suppress' | 'skip' };

/** Size of the stored pieces: every one but the last has just this many bytes. */
export const chunkBytes = 1_048_576;

/** Opens an import that is about to receive its file. */
export async function insertImport(
  db: Db,
  {
    workspaceId,
    importId,
    campaignId,
    choices,
    now,
  }: ImportId & { campaignId: string; choices: ImportChoices; now: Date },
): Promise<void> {
  await sql`insert into imports (workspace_id, id, campaign_id, status, existing, opt_outs, created_at, updated_at)
    values (${workspaceId}, ${importId}, ${campaignId}, 'receiving', ${choices.existing}, ${choices.optOuts}, ${now}, ${now})`.execute(
    db,
  );
}

/** Stores the next piece of the file and counts it. `now` is the business time of the import. */
export async function insertChunk(
  db: Db,
  { workspaceId, importId }: ImportId,
  chunk: { position: number; bytes: Buffer; now: Date },
): Promise<void> {
  await sql`
    with stored as (insert into import_chunks (workspace_id, import_id, position, first_byte, bytes)
      values (${workspaceId}, ${importId}, ${chunk.position}, ${chunk.position * chunkBytes}, ${chunk.bytes}))
    update imports set bytes = bytes + ${chunk.bytes.length}, updated_at = ${chunk.now}, heard_at = now() where workspace_id = ${workspaceId} and id = ${importId}`.execute(
    db,
  );
}

/**
 * The file is complete: from `firstByte` on it holds records that the plan can read. Returns the
 * import, null when it is gone.
 */
export async function queueImport(
  db: Db,
  { workspaceId, importId }: ImportId,
  ready: { plan: ImportPlan; firstByte: number; now: Date },
): Promise<ImportRow | null> {
  const { rows } = await sql<ImportRow>`
    update imports set status = 'queued', mapping = ${JSON.stringify(ready.plan)}, next_byte = ${ready.firstByte}, updated_at = ${ready.now}
    where workspace_id = ${workspaceId} and id = ${importId} and status = 'receiving' returning *`.execute(
    db,
  );
  return rows[0] ?? null;
}

export async function findImport(
  db: Db,
  { workspaceId, importId }: ImportId,
): Promise<ImportRow | null> {
  const { rows } = await sql<ImportRow>`
    select * from imports where workspace_id = ${workspaceId} and id = ${importId}`.execute(db);
  return rows[0] ?? null;
}

type ImportPage = { workspaceId: string; campaignId: string; before: string | null; limit: number };

/** The imports of a campaign, the newest first, before the import `before`. */
export async function listImports(db: Db, page: ImportPage): Promise<ImportRow[]> {
  const { rows } = await sql<ImportRow>`
    select * from imports where workspace_id = ${page.workspaceId}
      and campaign_id = ${page.campaignId} and (${page.before}::uuid is null or id < ${page.before})
    order by id desc limit ${page.limit}`.execute(db);
  return rows;
}

/** Whether people are still on their way into a campaign from a file that has arrived. */
export async function hasOpenImport(
  db: Db,
  { workspaceId, campaignId }: { workspaceId: string; campaignId: string },
): Promise<boolean> {
  const { rows } = await sql`select 1 from imports
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and status in ('queued', 'running') limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** The import, locked until the transaction ends. */
export async function lockImport(
  db: Db,
  { workspaceId, importId }: ImportId,
): Promise<ImportRow | null> {
  const { rows } =
    await sql<ImportRow>`select * from imports where workspace_id = ${workspaceId} and id = ${importId} for update`.execute(
      db,
    );
  return rows[0] ?? null;
}

/** Up to `length` bytes of the file from `from` on. */
export async function readBytes(
  db: Db,
  { workspaceId, importId }: ImportId,
  { from, length }: { from: number; length: number },
): Promise<Buffer> {
  const { rows } = await sql<{ bytes: Buffer }>`
    select substring(bytes from greatest(${from}::bigint - first_byte, 0)::int + 1
      for least(${from + length}::bigint - greatest(${from}::bigint, first_byte), ${chunkBytes})::int) as bytes
    from import_chunks where workspace_id = ${workspaceId} and import_id = ${importId}
      and position between ${Math.floor(from / chunkBytes)} and ${Math.floor((from + length - 1) / chunkBytes)} order by position`.execute(
    db,
  );
  return Buffer.concat(rows.map((row) => row.bytes));
}

export type Progress = {
  nextByte: number;
  rows: number;
  imported: number;
  updated: number;
  optedOut: number;
  duplicates: number;
  invalid: number;
  /** The last row that was read, and the remarks up to it. */
  row: number;
  remarks: Remarks;
  last: boolean;
  now: Date;
};

/**
 * Notes how far the import has come, in the transaction of the people it brought. The last batch
 * completes it.
 */
export async function saveProgress(
  db: Db,
  { workspaceId, importId }: ImportId,
  p: Progress,
): Promise<void> {
  await sql`update imports set next_byte = ${p.nextByte}, rows = rows + ${p.rows}, imported = imported + ${p.imported},
      updated = updated + ${p.updated}, opted_out = opted_out + ${p.optedOut},
      duplicates = duplicates + ${p.duplicates}, invalid = invalid + ${p.invalid}, updated_at = ${p.now},
      mapping = mapping || ${JSON.stringify({ row: p.row, remarks: p.remarks })}::jsonb,
      status = ${p.last ? 'completed' : 'running'}, finished_at = ${p.last ? p.now : null}
    where workspace_id = ${workspaceId} and id = ${importId}`.execute(db);
  if (p.last) await deleteChunks(db, { workspaceId, importId });
}

/**
 * Ends a running import; the prospects it has added stay. Returns it, or null when it was over
 * already.
 */
export async function endImport(
  db: Db,
  { workspaceId, importId }: ImportId,
  end: { status: 'failed' | 'cancelled'; error: string | null; now: Date },
): Promise<ImportRow | null> {
  const { rows } = await sql<ImportRow>`
    update imports set status = ${end.status}, error = ${end.error}, updated_at = ${end.now}, finished_at = ${end.now}
    where workspace_id = ${workspaceId} and id = ${importId} and status in ('receiving', 'queued', 'running') returning *`.execute(
    db,
  );
  if (rows[0]) await deleteChunks(db, { workspaceId, importId });
  return rows[0] ?? null;
}

async function deleteChunks(db: Db, { workspaceId, importId }: ImportId): Promise<void> {
  await sql`delete from import_chunks where workspace_id = ${workspaceId} and import_id = ${importId}`.execute(
    db,
  );
}

/** Deletes an import whose upload never finished. */
export async function deleteImport(db: Db, { workspaceId, importId }: ImportId): Promise<void> {
  await sql`delete from imports where workspace_id = ${workspaceId} and id = ${importId}`.execute(
    db,
  );
}

/**
 * Forgets imports that have received nothing for `seconds`: their server died, and nobody was told
 * their ids.
 */
export async function deleteStaleUploads(db: Db, seconds: number): Promise<void> {
  await sql`delete from imports where status = 'receiving' and finished_at is null
    and heard_at < now() - make_interval(secs => ${seconds})`.execute(db);
}

/** Bytes that the files take which a workspace has waiting, those that still arrive included. */
export async function waitingBytes(db: Db, workspaceId: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select (coalesce((select sum(bytes) from imports where workspace_id = ${workspaceId} and finished_at is null), 0)
      + coalesce((select sum(octet_length(content)) from list_imports where workspace_id = ${workspaceId} and finished_at is null), 0))::bigint as bytes`.execute(
    db,
  );
  return rows[0]!.bytes;
}

/** Notes how many people an undo took out again. */
export async function noteRemoved(
  db: Db,
  { workspaceId, importId }: ImportId,
  { removed, now }: { removed: number; now: Date },
): Promise<ImportRow> {
  const { rows } = await sql<ImportRow>`
    update imports set removed = coalesce(removed, 0) + ${removed}, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${importId} returning *`.execute(db);
  return rows[0]!;
}
