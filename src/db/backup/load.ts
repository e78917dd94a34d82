import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { sql } from 'kysely';
import type { ClientBase, Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Database, type Db, endlessSettings } from '../database.ts';
import { migrateTo } from '../migrate.ts';
import {
  endOfRows,
  formatName,
  formatVersion,
  type Header,
  headerSchema,
  recordSchema,
  type TableProgress,
} from './format.ts';
import { quoted } from './tables.ts';

/** The file is no backup, or not all of one. */
export class BadBackup extends Error {}

const torn = () =>
  new BadBackup('The backup is damaged or not complete. Nothing was restored from it.');

/** Rows are sent on in portions of about this size. */
const portionBytes = 64 * 1024;

type Loading = {
  progress: TableProgress;
  /** Gets the header before anything is written. */
  begin: (header: Header) => void;
  /** Brings the job tables to this release. */
  installJobs: (pool: Pool) => Promise<void>;
  /** Why the copy sends nothing until it is released. */
  held: { since: Date; reason: (header: Header) => string };
};

/**
 * Fills an empty database from a backup, all of it or nothing, and holds it. @throws BadBackup, or
 * when the database is in use or of another version
 */
export async function loadDatabase(
  { db, pool }: Database,
  input: Readable,
  { progress, begin, installJobs, held }: Loading,
): Promise<void> {
  const lines = readLines(input);
  const header = await readHeader(lines);
  begin(header);
  await requireEmpty(db);
  await migrateTo(db, header.migrations);
  await installJobs(pool);
  const client = await pool.connect();
  try {
    await client.query(endlessSettings);
    await client.query('begin');
    await readRecords(client, lines, progress);
    await client.query(
      `update instance set held_since = $1, held_reason = $2, database_id = null,
        file_number = null, file_changed = null`,
      [held.since, held.reason(header)],
    );
    await client.query('commit');
  } finally {
    client.release(true);
  }
}

async function readHeader(lines: AsyncGenerator<Buffer>): Promise<Header> {
  const noBackup = new BadBackup(
    'This file is no backup of Postrider, or a damaged one. Nothing was restored from it.',
  );
  const line = await lines.next().catch(() => {
    throw noBackup;
  });
  const parsed = headerSchema.safeParse(parse(line.value));
  if (!parsed.success) throw noBackup;
  if (parsed.data.version > formatVersion)
    throw new BadBackup(
      `This ${formatName} has format ${parsed.data.version}; this release reads up to ` +
        `${formatVersion}. Restore it with the release that made it, or a newer one.`,
    );
  return parsed.data;
}

async function requireEmpty(db: Db): Promise<void> {
  const { rows } = await sql<{ used: boolean }>`
    select to_regclass('public.workspaces') is not null as used`.execute(db);
  if (!rows[0]?.used) return;
  const found = await sql`select 1 from workspaces limit 1`.execute(db);
  if (found.rows.length > 0)
    throw new Error(
      'This database is in use. A backup is restored into an empty one: ' +
        'choose a new POSTRIDER_DATA_DIR, or a new database for DATABASE_URL.',
    );
}

async function readRecords(
  client: ClientBase,
  lines: AsyncGenerator<Buffer>,
  progress: TableProgress,
): Promise<void> {
  let total = 0;
  for (;;) {
    const { value, done } = await lines.next();
    const record = done ? null : recordSchema.safeParse(parse(value)).data;
    if (!record) throw torn();
    if ('end' in record) {
      // Reads to the end of the file, where the sum of its bytes is checked.
      if (record.end.rows !== total || !(await lines.next()).done) throw torn();
      return;
    }
    if ('job' in record) {
      const { task, payload, key } = record.job;
      await client.query('select graphile_worker.add_job($1, $2::json, job_key => $3)', [
        task,
        JSON.stringify(payload),
        key,
      ]);
    } else {
      const rows = await copyRows(client, record, lines);
      total += rows;
      progress(record.table, rows);
    }
  }
}

/** Copies rows into a table, without the triggers that follow changes of a caller. */
async function copyRows(
  client: ClientBase,
  { table, columns }: { table: string; columns: string[] },
  lines: AsyncGenerator<Buffer>,
): Promise<number> {
  const name = quoted([table]);
  await client.query(`alter table ${name} disable trigger user`);
  await client.query(`delete from ${name}`);
  const copy = client.query(copyFrom(`copy ${name} (${quoted(columns)}) from stdin`));
  const over = finished(copy);
  over.catch(() => {});
  let portion: Buffer[] = [];
  let bytes = 0;
  const flush = async () => {
    const full = !copy.write(Buffer.concat(portion));
    portion = [];
    bytes = 0;
    if (full) await Promise.race([once(copy, 'drain'), over]);
  };
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw torn();
    if (value.equals(endMark)) break;
    portion.push(value, newline);
    bytes += value.length + 1;
    if (bytes > portionBytes) await flush();
  }
  await flush();
  copy.end();
  await over;
  await client.query(`alter table ${name} enable trigger user`);
  return copy.rowCount;
}

const endMark = Buffer.from(endOfRows);
const newline = Buffer.from('\n');

function parse(line: Buffer | undefined): unknown {
  try {
    return JSON.parse(String(line));
  } catch {
    return null;
  }
}

/** The lines of a stream without their ends. @throws BadBackup when the stream fails */
async function* readLines(input: Readable): AsyncGenerator<Buffer, undefined> {
  let rest: Buffer[] = [];
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, at)]);
        rest = [];
        from = at + 1;
      }
      rest.push(chunk.subarray(from));
    }
  } catch (error) {
    if (error instanceof BadBackup) throw error;
    throw torn();
  }
  if (rest.some((part) => part.length > 0)) throw torn();
}
