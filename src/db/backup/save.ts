import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Pool } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { endlessSettings } from '../database.ts';
import { endOfRows, formatName, formatVersion, type Header, type TableProgress } from './format.ts';
import { quoted, readTables } from './tables.ts';

/**
 * Writes everything the database holds, as of one instant, while others go on writing. Returns the
 * number of rows. @throws when there is nothing to save
 */
export async function saveDatabase(
  pool: Pool,
  out: Writable,
  { keyId, at, progress }: { keyId: string; at: Date; progress: TableProgress },
): Promise<number> {
  const client = await pool.connect();
  const write = async (chunk: string | Buffer) => {
    if (!out.write(chunk)) await once(out, 'drain');
  };
  try {
    await client.query(endlessSettings);
    await client.query('begin isolation level repeatable read, read only');
    const migrations = await client
      .query<{ name: string }>('select name from kysely_migration order by name')
      .catch(() => {
        throw new Error('The database is empty: there is nothing to back up.');
      });
    const header: Header = {
      format: formatName,
      version: formatVersion,
      at: at.toISOString(),
      migrations: migrations.rows.map(({ name }) => name),
      keyId,
    };
    await write(`${JSON.stringify(header)}\n`);
    let total = 0;
    for (const { name, columns } of await readTables(client)) {
      await write(`${JSON.stringify({ table: name, columns })}\n`);
      const rows = client.query(copyTo(`copy ${quoted([name])} (${quoted(columns)}) to stdout`));
      for await (const chunk of rows) await write(chunk as Buffer);
      await write(`${endOfRows}\n`);
      total += rows.rowCount;
      progress(name, rows.rowCount);
    }
    const jobs = await client.query<{ job: unknown }>(
      `select json_build_object('task', t.identifier, 'key', j.key, 'payload', j.payload) as job
      from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where j.key is not null order by j.id`,
    );
    for (const { job } of jobs.rows) await write(`${JSON.stringify({ job })}\n`);
    await write(`${JSON.stringify({ end: { rows: total } })}\n`);
    return total;
  } finally {
    client.release(true);
  }
}
