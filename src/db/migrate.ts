import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { type Db, withTime } from './database.ts';

const folder = path.resolve(import.meta.dirname, '../../migrations');
const oldest = 15;

/**
 * Brings the database to this release, forward only; concurrent starts wait for one another.
 * Returns the names of the migrations that ran. @throws on PostgreSQL before 15, on an encoding
 * other than UTF-8, without the right to create tables, and on a database of a newer release
 */
export async function migrate(db: Db): Promise<string[]> {
  await requireFitness(db);
  const migrations = await readMigrations();
  const stray = (await readApplied(db)).find((name) => !(name in migrations));
  if (stray)
    throw new Error(
      `This database was migrated by a newer release of Postrider (${stray}). ` +
        'Start that release, or restore a backup.',
    );
  return runMigrations(db, migrations);
}

/** Runs those that are missing, however long that takes. Returns their names. */
function runMigrations(db: Db, known: Record<string, Migration>): Promise<string[]> {
  return withTime(db, {}, async (own) => {
    const migrator = new Migrator({ db: own, provider: { getMigrations: async () => known } });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error) throw error;
    return results.map((result) => result.migrationName);
  });
}

/**
 * Brings an empty database to exactly these migrations. @throws when one of them is unknown, or the
 * database has others
 */
export async function migrateTo(db: Db, wanted: readonly string[]): Promise<void> {
  await requireFitness(db);
  const all = await readMigrations();
  const newer = wanted.find((name) => !(name in all));
  if (newer)
    throw new Error(`This backup is of a newer release of Postrider (${newer}). Use that release.`);
  const extra = (await readApplied(db)).find((name) => !wanted.includes(name));
  if (extra)
    throw new Error(`This database is newer than the backup (${extra}): choose an empty one.`);
  const known = Object.fromEntries(wanted.map((name) => [name, all[name]!]));
  await runMigrations(db, known);
}

/** Names `database` and its `role` as the SQL that mends the refusal needs them. */
async function requireFitness(db: Db): Promise<void> {
  const { rows } = await sql<{
    version: string;
    encoding: string;
    database: string;
    role: string;
    mayCreate: boolean;
  }>`
    select current_setting('server_version') as version,
      current_setting('server_encoding') as encoding,
      quote_ident(current_database()) as database, quote_ident(current_user) as role,
      has_database_privilege(current_database(), 'create')
        and coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'create'), true)
        as "mayCreate"`.execute(db);
  const { version, encoding, database, role, mayCreate } = rows[0]!;
  if (Number.parseInt(version, 10) < oldest)
    throw new Error(
      `PostgreSQL ${version} is too old: Postrider needs ${oldest} or newer (up to 18 is tested).`,
    );
  if (encoding !== 'UTF8')
    throw new Error(
      `Database ${database} has the encoding ${encoding}, which cannot store every name. ` +
        "Make one with: create database … encoding 'UTF8' template template0;",
    );
  if (!mayCreate)
    throw new Error(
      `User ${role} may not create tables in database ${database}, which DATABASE_URL names. ` +
        `As an administrator of PostgreSQL: alter database ${database} owner to ${role};`,
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
