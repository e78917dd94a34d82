import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import type { Config } from './config.ts';
import {
  adminKeyFile,
  findMasterKey,
  lockServer,
  makeDataDir,
  makeMasterKey,
  serverFile,
  writePrivateFile,
  writeServerFile,
} from './data-dir.ts';
import { type Database, type Db, openDatabase } from './db/database.ts';
import { holdIfMoved, readDatabaseId, type Whereabouts } from './db/instance.ts';
import { migrate } from './db/migrate.ts';
import { hasSecrets, openVault } from './engine/accounts/keyring.ts';
import { createPasswords } from './engine/accounts/passwords.ts';
import { listenToUnipile } from './engine/accounts/seats.ts';
import { createTextModel } from './engine/ai/model.ts';
import { closeConnections } from './engine/channel-calls.ts';
import { systemClock } from './engine/clock.ts';
import { ensureFirstMember, welcomeLink } from './engine/first-boot.ts';
import { diskOf } from './engine/imports/room.ts';
import { installJobs } from './engine/jobs.ts';
import { newId } from './ids.ts';
import { createLog, type Log } from './log.ts';
import type { Services } from './operation.ts';

/** Gets a line for a person to read. */
export type Say = (line: string) => void;

/** An open, migrated database. */
export type Store = {
  db: Db;
  pool: Database['pool'];
  log: Log;
  /** The first member of the first workspace; `made` when this boot made it. */
  first: { workspaceId: string; memberId: string; made: boolean };
  /** Names of the migrations that ran. */
  migrated: string[];
  /** Lets go; the embedded server stops when nobody else uses it. */
  close: () => Promise<void>;
};

export type App = {
  /** Where the API listens; null in a process that only sends. */
  url: string | null;
  first: Store['first'];
  /** A link to the first account; null once somebody can sign in, and where no API is. */
  welcome: string | null;
  /** Takes no more work, finishes the work under way, and closes everything. */
  stop: () => Promise<void>;
};

/**
 * Opens the database (embedded, or DATABASE_URL), brings it to this release, and makes the first
 * workspace and key when there is none.
 * @throws with the way out when the database cannot be had
 */
export async function openStore(config: Config, say: Say, signal?: AbortSignal): Promise<Store> {
  const log = createLog(config.logLevel);
  const { database, file, close } = await openDatabaseOf(config, log, { say, signal });
  try {
    const migrated = await migrate(database.db);
    const databaseId = await readDatabaseId(database.db);
    await holdIfMoved(database.db, { databaseId, file }, systemClock.now());
    await installJobs(database.pool);
    const first = await ensureFirstMember(database.db, systemClock.now(), (key) =>
      writePrivateFile(adminKeyFile(config.dataDir), `${key}\n`),
    );
    return { db: database.db, pool: database.pool, log, first, migrated, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the store and builds the services of the process. */
export async function createServices(
  config: Config,
  say: Say,
  signal?: AbortSignal,
): Promise<{ services: Services; first: Store['first']; close: () => Promise<void> }> {
  const { db, pool, log, first, close } = await openStore(config, say, signal);
  try {
    const channels = await createChannels(config, log);
    const vault = await openVault(db, await masterKeyOf(config, db));
    const closeAll = async () => {
      await Promise.all(
        [...channels.values()].map((channel) => closeConnections({ channel, log })),
      );
      await close();
    };
    return {
      services: {
        db,
        pool,
        clock: systemClock,
        newId,
        channels,
        ai: config.ai && createTextModel(config.ai, config.aiTimeoutMs),
        vault,
        config,
        log,
        freeDisk: diskOf(config),
        passwords: createPasswords(),
      },
      first,
      close: closeAll,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The master key; the first start makes it. @throws when it is missing and was used before */
async function masterKeyOf(config: Config, db: Db): Promise<string> {
  const key = config.masterKey ?? findMasterKey(config.dataDir);
  if (key !== null) return key;
  if (await hasSecrets(db))
    throw new Error(
      `The stored passwords were sealed with a master key, and ${config.dataDir} has no ` +
        'master.key. Put it back from a backup, or set POSTRIDER_MASTER_KEY. When it is lost: ' +
        'npm run -s postrider -- keys reseal --lost, and give the passwords again.',
    );
  return makeMasterKey(config.dataDir);
}

/** An error of the driver may have no message but a code. */
const reasonOf = (error: NodeJS.ErrnoException) => error.message || error.code;

/** Opens the database as it is: the embedded one, or DATABASE_URL. */
export async function openDatabaseOf(
  config: Config,
  log: Log,
  options: { say: Say; signal?: AbortSignal | undefined },
): Promise<{ database: Database; file: Whereabouts['file']; close: () => Promise<void> }> {
  makeDataDir(config.dataDir);
  if (config.databaseUrl) {
    const database = openDatabase(config.databaseUrl, log);
    await database.pool.query('select').catch(async (error: Error) => {
      await database.close();
      throw new Error(`The database that DATABASE_URL names cannot be reached: ${reasonOf(error)}`);
    });
    return { database, file: null, close: database.close };
  }
  const { openEmbedded } = await import('./db/embedded/server.ts');
  const { clusterFile } = await import('./db/embedded/cluster.ts');
  const server = await openEmbedded(config.dataDir, options);
  const database = openDatabase(server.url, log);
  return {
    database,
    file: clusterFile(config.dataDir),
    close: async () => {
      await database.close();
      await server.release();
    },
  };
}

async function createChannels(config: Config, log: Log): Promise<Services['channels']> {
  const { createEmailChannel } = await import('./channels/email/index.ts');
  const { createXChannel } = await import('./channels/x/index.ts');
  const { createLinkedinChannel } = await import('./channels/linkedin/index.ts');
  const all = [
    createEmailChannel(config, log),
    createLinkedinChannel(config, log, () => systemClock.now()),
    createXChannel(config, log, () => systemClock.now()),
  ];
  const channels = all.filter((channel) => channel !== null);
  return new Map(channels.map((channel) => [channel.type, channel]));
}

/**
 * Starts the parts that POSTRIDER_ROLE names. @throws with the remedy when it cannot, for example
 * when the port is in use. `signal` ends a start that waits for the database
 */
export async function startApp(config: Config, say: Say, signal?: AbortSignal): Promise<App> {
  const unlock = config.role === 'worker' ? () => {} : lockServer(config.dataDir);
  const built = await prepare(config, say, signal).catch((error: unknown) => {
    unlock();
    throw error;
  });
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    // Side by side: each may need seconds of the ten there are.
    await Promise.all(stops.map((close) => close()));
    await built.close();
    unlock();
  };
  try {
    let url: string | null = null;
    if (config.role !== 'worker') {
      const api = await startApi(built.services);
      stops.push(api.stop);
      url = api.url;
    }
    if (config.role !== 'api') {
      const { startWorker } = await import('./engine/worker.ts');
      const worker = await startWorker(built.services);
      stops.push(() => worker.stop());
    }
    const { host, healthPort } = config;
    if (healthPort) {
      const { createHealthHttp } = await import('./surfaces/http.ts');
      const health = createHealthHttp(built.services);
      stops.push(() => health.close());
      await health.listen({ host, port: healthPort });
    }
    const { db, clock } = built.services;
    const welcome = url && (await welcomeLink(db, config, clock.now()));
    return { url, first: built.first, welcome, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Checks the ports before the database is made, which takes seconds, and builds the services. */
async function prepare(config: Config, say: Say, signal?: AbortSignal) {
  if (config.role !== 'worker') await requirePort(apiPlace(config));
  if (config.healthPort) await requirePort(healthPlace(config, config.healthPort));
  return createServices(config, say, signal);
}

async function startApi(services: Services): Promise<{ url: string; stop: () => Promise<void> }> {
  const { host, port, dataDir } = services.config;
  const { createHttp } = await import('./surfaces/http.ts');
  const { openWeb } = await import('./surfaces/web/build.ts');
  const secret = randomBytes(32).toString('base64url');
  const web = openWeb({ dataDir, log: services.log });
  const http = createHttp(services, { secret, web });
  await http.listen({ host, port }).catch(async (error: unknown) => {
    await http.close();
    throw explainListenError(error, apiPlace(services.config));
  });
  const url = locate(host, http.server.address() as AddressInfo);
  // Beside the start: Unipile may be slow, or away.
  void listenToUnipile(services);
  writeServerFile(dataDir, { url, since: services.clock.now(), secret });
  return {
    url,
    stop: async () => {
      web.close();
      rmSync(serverFile(dataDir), { force: true });
      // Clients that hold a stream or a slow request open would keep the drain waiting.
      const patience = setTimeout(() => http.server.closeAllConnections(), 3_000);
      await http.close();
      clearTimeout(patience);
    },
  };
}

type Place = { host: string; port: number; setting: string };

const apiPlace = ({ host, port }: Config): Place => ({ host, port, setting: 'POSTRIDER_PORT' });
const healthPlace = ({ host }: Config, port: number): Place => ({
  host,
  port,
  setting: 'POSTRIDER_HEALTH_PORT',
});

/** @throws with the remedy when nothing can listen there */
async function requirePort(place: Place): Promise<void> {
  const server = createServer().listen({ host: place.host, port: place.port });
  await once(server, 'listening').catch((error: unknown) => {
    throw explainListenError(error, place);
  });
  server.close();
  await once(server, 'close');
}

/** The failure to listen, said with its remedy. */
function explainListenError(error: unknown, { host, port, setting }: Place): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new Error(
      `${host}:${port} is in use: something else listens there. ` +
        `Stop it, or set ${setting} to another port.`,
    );
  if (code === 'EACCES')
    return new Error(
      `This user may not listen on ${host}:${port}. Set ${setting} to 1024 or more.`,
    );
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new Error(`This machine has no address ${host}. Set POSTRIDER_HOST to one it has.`);
  return error;
}

/** An address this machine can call; "every address" is called by the local one. */
function locate(host: string, address: AddressInfo): string {
  const wild = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${wild.includes(':') ? `[${wild}]` : wild}:${address.port}`;
}
