import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Channel } from '../src/channels/channel.ts';
import { readConfig } from '../src/config.ts';
import { type Db, openDatabase } from '../src/db/database.ts';
import { insertMember, insertWorkspace } from '../src/db/workspaces.ts';
import { ManualClock } from '../src/engine/clock.ts';
import { createModelWriter } from '../src/engine/model.ts';
import { newId } from '../src/ids.ts';
import { createLog } from '../src/log.ts';
import type { Parts } from '../src/operation.ts';
import { createVault } from '../src/vault.ts';

export type FreshDatabase = {
  db: Db;
  pool: pg.Pool;
  url: string;
  parts: Parts;
  clock: ManualClock;
  workspaceId: string;
  memberId: string;
  drop: () => Promise<void>;
};

export type Wishes = {
  channels?: readonly Channel[];
  /** Settings as the environment gives them, for example `{ POSTRIDER_SETTLE_SECONDS: '1' }`. */
  env?: Record<string, string>;
  /** Connections of the pool; 12 unless told. */
  connections?: number;
  /** How long a statement waits for another's lock; as in production unless told. */
  lockMs?: number;
};

/** A copy of the migrated template on a test server, with a workspace, a member, and parts whose clock stands at 2026-03-02T09:00:00Z (a Monday). */
export async function openFreshDatabase(server: string, wishes: Wishes = {}): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${name} template template_postrider`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const url = address.toString();
  const log = createLog('silent');
  const { lockMs } = wishes;
  const target = {
    connectionString: url,
    ...(lockMs ? { onConnect: (client: pg.ClientBase) => client.query(`set lock_timeout = ${lockMs}`) } : {}),
  };
  const database = openDatabase(target, log, wishes.connections);
  const clock = new ManualClock('2026-03-02T09:00:00Z');
  const config = readConfig({ DATABASE_URL: url, POSTRIDER_LOG_LEVEL: 'silent', ...wishes.env });
  const parts: Parts = {
    db: database.db,
    pool: database.pool,
    clock,
    newId,
    channels: new Map((wishes.channels ?? []).map((channel) => [channel.type, channel])),
    vault: createVault(Buffer.alloc(32, 7)),
    ai: config.ai && createModelWriter(config.ai, config.aiTimeoutMs),
    config,
    log,
  };
  const drop = async () => {
    await database.close();
    await administer(server, `drop database ${name} with (force)`);
  };
  return { db: database.db, pool: database.pool, url, parts, clock, drop, ...(await addWorkspace(database.db, clock.now())) };
}

/** One more workspace with a member, to show that tenants never meet. */
export async function addWorkspace(db: Db, at: Date): Promise<{ workspaceId: string; memberId: string }> {
  const workspaceId = newId();
  const memberId = newId();
  await insertWorkspace(db, { id: workspaceId, name: 'Test', at });
  await insertMember(db, { workspaceId, id: memberId, name: 'Tester', at });
  return { workspaceId, memberId };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
