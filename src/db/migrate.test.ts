import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createLog } from '../log.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';

const server = inject('databaseUrl');
const admin = new pg.Client({ connectionString: server });
const suffix = randomBytes(6).toString('hex');
const role = `role_${suffix}`;
const databases: string[] = [];

beforeAll(async () => {
  await admin.connect();
  await admin.query(`create role ${role} login password 'secret'`);
});
afterAll(async () => {
  for (const name of databases) await admin.query(`drop database ${name} with (force)`);
  await admin.query(`drop role ${role}`);
  await admin.end();
});

async function createDatabase(options = ''): Promise<string> {
  const name = `fit${databases.length}_${suffix}`;
  await admin.query(`create database ${name} template template0 ${options}`);
  databases.push(name);
  return name;
}

/** Migrates a database. Returns how many migrations ran. */
async function migrateAs(name: string, user?: string): Promise<number> {
  const url = new URL(server);
  url.pathname = name;
  if (user) Object.assign(url, { username: user, password: 'secret' });
  const { db, close } = openDatabase(url.toString(), createLog('silent'), 1);
  return migrate(db)
    .then((names) => names.length)
    .finally(close);
}

it('a user that may not create tables is refused, and the named SQL lets it in', async () => {
  const name = await createDatabase();
  const remedy = `alter database ${name} owner to ${role};`;
  await expect(migrateAs(name, role)).rejects.toThrow(
    `User ${role} may not create tables in database ${name}, which DATABASE_URL names. ` +
      `As an administrator of PostgreSQL: ${remedy}`,
  );
  await admin.query(remedy);
  expect(await migrateAs(name, role)).toBeGreaterThan(10);
});

it('a database that cannot store every name is refused before anything is written', async () => {
  const name = await createDatabase("encoding 'LATIN1' locale_provider libc locale 'C'");
  await expect(migrateAs(name)).rejects.toThrow(`Database ${name} has the encoding LATIN1`);
});
