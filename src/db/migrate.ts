import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Db } from './database.ts';

const folder = path.resolve(import.meta.dirname, '../../migrations');
const oldest = 15;

/**
 * Brings the database to this release, forward only; concurrent starts wait for one another.
 * Returns the names of the migrations that ran. @throws on PostgreSQL before 15 and on a database
 * of a newer release
 */
export async function migrate(db: Db): Promise<string[]> {
  await requireVersion(db);
  const migrations = await readMigrations();
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const stray = (await readApplied(db)).find((name) => !(name in migrations));
  if (stray)
    throw new Error(
      `This database was migrated by a newer release of Postrider (${stray}). ` +
        'Start that release, or restore a backup.',
    );
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw error;
  return results.map((result) => result.migrationName);
}

async function requireVersion(db: Db): Promise<void> {
  const { rows } = await sql<{
    version: string;
  }>`select current_setting('server_version') as version`.execute(db);
  const version = rows[0]?.version ?? '';
  if (Number.parseInt(version, 10) < oldest)
    throw new Error(
      `PostgreSQL ${version} is too old: Postrider needs ${oldest} or newer (up to 18 is tested).`,
    );
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  const entries = files.map(async (file): Promise<[string, Migration]> => {
    const text = await readFile(path.join(folder, file), 'utf8');
    return [
      file.replace(/\.sql$/, ''),
      { up: async (db) => void (await sql.raw(text).execute(db)) },
    ];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function readApplied(db: Db): Promise<string[]> {
  const { rows } = await sql<{
    exists: boolean;
  }>`select to_regclass('kysely_migration') is not null as exists`.execute(db);
  if (!rows[0]?.exists) return [];
  const applied = await sql<{
    name: string;
  }>`select name from kysely_migration order by name`.execute(db);
  return applied.rows.map((row) => row.name);
}
