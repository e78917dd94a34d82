import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { openDatabase } from '../../src/db/database.ts';
import { isAlive } from '../../src/db/embedded/cluster.ts';
import { findRunning } from '../../src/db/embedded/server.ts';
import { createLog } from '../../src/log.ts';
import { findBreaches } from '../fixtures/laws.ts';
import { type MailPeers, startMailPeers } from '../peers/index.ts';
import { Server } from './server.ts';
import type { Provider } from './sink.ts';

type FixtureOptions = {
  /** What each further process does; the first does all. */
  others?: readonly ('all' | 'api' | 'worker')[];
  /** Whether there is a real IMAP server. */
  mail?: boolean;
  env?: Record<string, string>;
  /** A folder to use instead of a fresh one. */
  dataDir?: string;
};

export type ChaosFixture = {
  dataDir: string;
  /** The first does everything and is asked by `call`. */
  servers: readonly [Server, ...Server[]];
  peers: MailPeers | null;
  call: Server['call'];
  /** Asks the database past the servers. */
  query: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** What breaks the laws of the engine in the database. To be asked when nothing is under way. */
  breaches: () => Promise<string[]>;
  close: () => Promise<void>;
};

/** Server processes on one embedded database, in a folder of their own. */
export async function openChaosFixture({
  others = [],
  mail = false,
  env = {},
  dataDir = freshFolder(),
}: FixtureOptions = {}): Promise<ChaosFixture> {
  prototype ??= makePrototype();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  execFileSync('cp', ['-a', `${await prototype}/.`, dataDir]);
  const shared = {
    POSTRIDER_DATA_DIR: dataDir,
    POSTRIDER_PORT: '0',
    POSTRIDER_LOG_LEVEL: 'silent',
    ...short,
    ...env,
  };
  const first = new Server(shared);
  const servers = [
    first,
    ...others.map((role) => new Server({ ...shared, POSTRIDER_ROLE: role })),
  ] as const;
  const peers = mail ? await startMailPeers() : null;
  const close = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await peers?.stop();
    clear(dataDir);
  };
  try {
    for (const server of servers) await server.start();
  } catch (error) {
    await close();
    throw error;
  }
  const query = async <Row extends object>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> => {
    const client = await connect(dataDir);
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
  const breaches = async () => {
    const workspaces = await query<{ id: string }>('select id from workspaces');
    const { db, close: leave } = openDatabase(locate(dataDir), createLog('silent'), 2);
    const found = await Promise.all(workspaces.map(({ id }) => findBreaches(db, id)));
    await leave();
    return found.flat();
  };
  return {
    dataDir,
    servers: servers as ChaosFixture['servers'],
    peers,
    call: (route, body) => first.call(route, body),
    query,
    breaches,
    close,
  };
}

/** Deadlines that let a test see the end of a recovery. */
const short = { POSTRIDER_SEND_SECONDS: '10', POSTRIDER_SETTLE_SECONDS: '2' };

let prototype: Promise<string> | null = null;

/** Removes what the houses were copied from. */
export async function removePrototype(): Promise<void> {
  const made = prototype;
  prototype = null;
  if (made) clear(await made);
}

/** A data directory as the first start leaves it: copying it is faster than making one for every house. */
async function makePrototype(): Promise<string> {
  sweep();
  const dataDir = freshFolder();
  const server = new Server({
    POSTRIDER_DATA_DIR: dataDir,
    POSTRIDER_PORT: '0',
    POSTRIDER_LOG_LEVEL: 'silent',
    POSTRIDER_ROLE: 'api',
  });
  await server.start();
  await server.stop();
  return dataDir;
}

/** A folder of this run. */
export const freshFolder = (): string =>
  mkdtempSync(path.join(tmpdir(), `postrider-chaos-${process.pid}-`));

/** Stops servers and removes folders of runs that were killed. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const run = /^postrider-chaos-(\d+)-/.exec(name)?.[1];
    if (!run || isAlive(Number(run))) continue;
    const folder = path.join(tmpdir(), name);
    end(path.join(folder, 'data'));
    spawnSync('umount', ['-l', folder]);
    clear(folder);
  }
}

/** Stops the PostgreSQL of a folder that nobody uses any more, and removes the folder. */
function clear(dataDir: string): void {
  end(dataDir);
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

function end(dataDir: string): void {
  const left = findRunning(dataDir);
  if (left) process.kill(left.pid, 'SIGQUIT');
}

function locate(dataDir: string): string {
  const running = findRunning(dataDir);
  if (!running?.socketDir) throw new Error('PostgreSQL is not running');
  return `postgres://postrider@localhost/postrider?host=${encodeURIComponent(running.socketDir)}`;
}

/** A connection of its own to the house's database. @throws when it is away */
export async function connect(dataDir: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: locate(dataDir), application_name: 'chaos' });
  client.on('error', () => {});
  await client.connect();
  return client;
}

export type MailboxOptions = {
  port: number;
  address: string;
  sentFolder: boolean;
  imapPort?: number;
  receive?: boolean;
} & Record<string, unknown>;

/** Connects a mailbox that sends without pause unless told otherwise. Returns its id. */
export async function addMailbox(
  house: ChaosFixture,
  { port, address, sentFolder, imapPort, receive, ...more }: MailboxOptions,
): Promise<string> {
  house.peers?.addMailbox(address, 'secret');
  const reads = sentFolder || receive;
  const answer = await house.call<{ account: { id: string } }>('POST /api/email/accounts', {
    email_address: address,
    smtp: { host: '127.0.0.1', port, tls: 'none' },
    imap: reads
      ? { host: '127.0.0.1', port: imapPort ?? house.peers!.ports.imap, tls: 'none' }
      : null,
    password: 'secret',
    sent_copy: sentFolder ? 'server' : 'none',
    daily_limit: 1_000_000,
    min_gap_seconds: 0,
    ...more,
  });
  return answer.account.id;
}

/** Mailboxes of one provider, `sender0@sender.test` and on. */
export async function addMailboxes(
  house: ChaosFixture,
  count: number,
  options: Omit<MailboxOptions, 'address'>,
): Promise<string[]> {
  const addresses = Array.from({ length: count }, (_, i) => `sender${i}@sender.test`);
  return Promise.all(
    addresses.map((address) => addMailbox(house, { ...options, address } as MailboxOptions)),
  );
}

export type CampaignOptions = {
  name: string;
  senders: readonly string[];
  people: readonly string[];
  nodes?: readonly object[];
} & Record<string, unknown>;

const hello = { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' };

/** A campaign of one touch unless told otherwise, with its people, not launched. Returns its id. */
export async function addCampaign(
  house: ChaosFixture,
  { name, senders, people, nodes = [hello], ...more }: CampaignOptions,
): Promise<string> {
  const { campaign } = await house.call<{ campaign: { id: string } }>('POST /api/campaigns', {
    type: 'email',
    name,
    sender_account_ids: senders,
  });
  await house.call(`PATCH /api/campaigns/${campaign.id}`, {
    sequence_nodes: [...nodes, { type: 'end' }],
    ...more,
  });
  for (let from = 0; from < people.length; from += 1000) {
    const prospects = people
      .slice(from, from + 1000)
      .map((email) => ({ email, first_name: email.split('@')[0] }));
    await house.call(`POST /api/campaigns/${campaign.id}/leads`, { prospects });
  }
  return campaign.id;
}

export const launch = (house: ChaosFixture, campaignId: string): Promise<unknown> =>
  house.call(`POST /api/campaigns/${campaignId}/launch`);

export const peopleOf = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `p${from + i}@people.test`);

/** Asks again and again until `look` says yes. @throws after `seconds`, saying what was waited for */
export async function until(
  what: string,
  look: () => boolean | Promise<boolean>,
  seconds = 60,
): Promise<void> {
  const patience = performance.now() + seconds * 1000;
  while (!(await look())) {
    if (performance.now() > patience) throw new Error(`Waited ${seconds} s in vain: ${what}`);
    await pause(25);
  }
}

/** Waits until a campaign is completed. @throws after `seconds`, with its stats */
export async function completed(house: ChaosFixture, id: string, seconds = 300): Promise<void> {
  const ask = () =>
    house.call<{ campaign: { status: string; stats: unknown } }>(`GET /api/campaigns/${id}`);
  await until(
    'the campaign is completed',
    async () => (await ask()).campaign.status === 'completed',
    seconds,
  ).catch(async (error: Error) => {
    throw new Error(`${error.message} ${JSON.stringify((await ask()).campaign.stats)}`);
  });
}

/** Waits as `completed` does, and cuts every rest short that a mailbox or a person takes before the next try. */
export async function hurryThrough(
  house: ChaosFixture,
  campaign: string,
  seconds: number,
): Promise<void> {
  const over = AbortSignal.timeout(seconds * 1000);
  const waiting = async () => {
    await hurry(house, campaign);
    return completed(house, campaign, 0.5).then(
      () => false,
      () => true,
    );
  };
  while (await waiting()) over.throwIfAborted();
}

/** The minutes until the next try are cut short. */
async function hurry(house: ChaosFixture, campaign: string): Promise<void> {
  await house.query(
    `update prospects set hold_until = now() where campaign_id = $1 and hold = 'retry' and hold_until > now()`,
    [campaign],
  );
  await hurryMailboxes(house, campaign);
}

/** The rests of mailboxes are cut short, and nobody is tried again before their time: everybody gets a first try. */
export async function hurryMailboxes(house: ChaosFixture, campaign: string): Promise<void> {
  await house.query(
    `update lanes l set next_at = now(), quiet_until = null, quiet_because = null from campaign_senders cs
      where cs.campaign_id = $1 and cs.sender_id = l.sender_id and l.workspace_id = cs.workspace_id and l.quiet_until > now()`,
    [campaign],
  );
}

type Entry = { id: string; state: string; key: string; email: string };

/** Compares what the provider took with the ledger. Lost: said to be sent, or ended without a reason of the provider's, and never taken. */
export async function judge(
  house: ChaosFixture,
  provider: Pick<Provider, 'log'>,
): Promise<{ duplicates: number; lost: number; unknown: number }> {
  const ledger =
    await house.query<Entry>(`select m.id, m.state, m.channel_key as key, p.email from messages m
    join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id`);
  const bare = (key: string) => key.replace(/[<>]/g, '');
  const taken = new Map<string, number>();
  for (const { messageId } of provider.log)
    taken.set(bare(messageId), (taken.get(bare(messageId)) ?? 0) + 1);
  const known = new Set(ledger.map((entry) => bare(entry.key ?? '')));
  const strays = [...taken.keys()].filter((key) => !known.has(key)).length;
  const lost = ledger.filter((entry) => entry.state === 'sent' && !taken.has(bare(entry.key)));
  const refused = ledger.filter((entry) => entry.state === 'failed');
  return {
    duplicates: [...taken.values()].reduce((sum, n) => sum + n - 1, 0) + strays,
    lost: lost.length + refused.length,
    unknown: ledger.filter((entry) => entry.state === 'unknown').length,
  };
}

/** The value below which 99 in 100 lie; 0 of none. */
export function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0);
}
