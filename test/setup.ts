import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../src/db/database.ts';
import { findRunning, openEmbedded } from '../src/db/embedded.ts';
import { isAlive } from '../src/db/embedded-cluster.ts';
import { migrate } from '../src/db/migrate.ts';
import { installJobs } from '../src/engine/jobs.ts';
import { createLog } from '../src/log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the run's server; its database `template_postrider` is migrated and empty. */
    databaseUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  project.provide('databaseUrl', server.url);
  return server.stop;
}

/** One server for the whole run, in a folder of its own. Nothing is kept, so it need not wait for the disk. */
export async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  await sweep();
  const dataDir = await mkdtemp(`/tmp/postrider-test-${process.pid}-`);
  const server = await openEmbedded(dataDir, { settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' } });
  const template = await createDatabase(server.url, 'template_postrider');
  const database = openDatabase(template, createLog('silent'), 1);
  await migrate(database.db);
  await installJobs(database.pool);
  await database.close();
  const stop = async () => {
    await server.release();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}

async function createDatabase(url: string, name: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.toString();
}

/** Stops servers and removes folders of runs that were killed. */
async function sweep(): Promise<void> {
  for (const name of await readdir('/tmp')) {
    const run = /^postrider-test-(\d+)-/.exec(name)?.[1];
    if (!run || isAlive(Number(run))) continue;
    const server = findRunning(path.join('/tmp', name));
    if (server) {
      process.kill(server.pid, 'SIGQUIT');
      await rm(server.socketDir, { recursive: true, force: true });
    }
    await rm(path.join('/tmp', name), { recursive: true, force: true });
  }
}
