import { sql } from 'kysely';
import { afterAll, expect } from 'vitest';
import type { Account, Channel, Found, Outgoing, SendResult } from '../../src/channels/channel.ts';
import { createEmailChannel } from '../../src/channels/email/index.ts';
import { parseReceived } from '../../src/channels/email/parse.ts';
import { pokeInboxes } from '../../src/db/inboxes.ts';
import { beat, leave } from '../../src/db/workers.ts';
import type { Received } from '../../src/domain/received.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Inboxes } from '../../src/engine/inboxes.ts';
import { createCaller } from '../caller.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { checkLaws } from '../invariants.ts';
import { type SinkWishes, startSink } from '../peers/sink.ts';
import { walkTo } from '../walk.ts';

export const second = 1_000;
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** What stands between the engine and the real mail servers of a test. */
type PostOffice = {
  /** Replaces the hand-over. */
  send?: (deliver: () => Promise<SendResult>, message: Outgoing, account: Account) => Promise<SendResult>;
  /** What the Sent folder says. */
  find: (key: string) => Found;
  /** What lies in the inboxes and was not read yet, by sender; `down` cannot be reached. */
  inboxes: Map<string, Received[] | 'down'>;
};

type Wishes = { sink?: SinkWishes; env?: Record<string, string>; connections?: number; newId?: () => string };

export type House = Awaited<ReturnType<typeof openHouse>>;

/** A database, an SMTP sink, the email channel with a post office before it, and engines on a manual clock. */
export async function openHouse(wish: Wishes = {}) {
  const sink = await startSink(wish.sink);
  const office: PostOffice = { find: () => 'unknown', inboxes: new Map() };
  const t = await testDatabase({
    channels: [],
    ...(wish.env ? { env: wish.env } : {}),
    ...(wish.connections ? { connections: wish.connections } : {}),
  });
  const email = createEmailChannel(t.parts.config, t.parts.log);
  const channel = behind(office, email);
  const parts = { ...t.parts, ...(wish.newId ? { newId: wish.newId } : {}), channels: new Map([[channel.type, channel]]) };
  afterAll(async () => {
    await email.close();
    await sink.stop();
  });
  const test: TestDatabase = { ...t, parts };
  const worker = await hire(test);
  const inboxes = new Inboxes(parts, parts.newId());
  /** Sends all that falls due until an instant, jumping from one to the next. */
  const runUntil = async (at: Date, engine: Engine = worker.engine) => {
    await walkTo(test, engine, at);
    await engine.runDue();
  };
  return {
    ...test,
    ...createCaller(parts, t),
    sink,
    office,
    engine: worker.engine,
    hire: () => hire(test),
    runUntil,
    runFor: (ms: number, engine?: Engine) => runUntil(new Date(t.clock.now().getTime() + ms), engine),
    /** Lays a mail into a sender's inbox, as it came over the wire. */
    async deliver(senderId: string, raw: string, sourceKey: string = parts.newId()) {
      const received = await parseReceived(Buffer.from(raw), { sourceKey, receivedAt: t.clock.now() });
      const before = office.inboxes.get(senderId);
      office.inboxes.set(senderId, [...(Array.isArray(before) ? before : []), received]);
    },
    /** Has every inbox read, until nothing new is found. */
    async readInboxes() {
      await pokeInboxes(t.db, t.workspaceId);
      while ((await inboxes.poll()) > 0);
    },
    /** Lets the deadlines of what is reserved lie `ms` in the past, by the database's clock. */
    async age(ms: number) {
      await sql`update messages set deadline_at = clock_timestamp() - ${ms} * interval '1 millisecond', asked_at = null
        where workspace_id = ${t.workspaceId} and state = 'reserved'`.execute(t.db);
    },
    checkLaws: () => checkLaws(t.db, t.workspaceId),
  };
}

/** A worker that lives until it is let go; then its lanes are free for others. */
async function hire({ db, parts }: TestDatabase) {
  const workerId = parts.newId();
  await beat(db, workerId);
  return { engine: new Engine(parts, workerId), workerId, beat: () => beat(db, workerId), die: () => leave(db, workerId) };
}

function behind(office: PostOffice, email: Channel): Channel {
  return {
    ...email,
    send: (account, message, deadline) => {
      const deliver = () => email.send(account, message, deadline);
      return office.send ? office.send(deliver, message, account) : deliver();
    },
    find: async (_account, { key }) => office.find(key),
    receive: async ({ id }) => {
      const received = office.inboxes.get(id) ?? [];
      if (received === 'down') throw new Error('The server cannot be reached');
      office.inboxes.delete(id);
      return { received, cursor: null };
    },
  };
}

/** So many people with an address and a first name. */
export const people = (count: number, prefix = 'p') =>
  Array.from({ length: count }, (_, i) => ({ email: `${prefix}${i}@people.test`, first_name: `P${i}` }));

export const hello = { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%, from %sender_first%.' };
export const followUp = { type: 'email', is_reply: true, body: 'Any thoughts, %first_name%?' };
export const delayHours = (hours: number) => ({ type: 'delay', delay_hours: hours });

/** Who got how many mails. */
export function mailsByRecipient(house: Pick<House, 'sink'>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { to } of house.sink.messages) counts[to[0]!] = (counts[to[0]!] ?? 0) + 1;
  return counts;
}

/** Expects everybody to have got exactly so many mails. */
export function expectEach(house: Pick<House, 'sink'>, addresses: readonly { email: string }[], mails: number): void {
  expect(mailsByRecipient(house)).toEqual(Object.fromEntries(addresses.map(({ email }) => [email, mails])));
}

export const readProspects = ({ db, workspaceId }: TestDatabase, campaignId: string) =>
  db
    .selectFrom('prospects')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('campaign_id', '=', campaignId)
    .orderBy('id')
    .execute();

export const readMessages = ({ db, workspaceId }: TestDatabase, campaignId: string) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('campaign_id', '=', campaignId)
    .orderBy('id')
    .execute();

export const readLane = ({ db }: TestDatabase, senderId: string) =>
  db.selectFrom('lanes').selectAll().where('sender_id', '=', senderId).executeTakeFirstOrThrow();
