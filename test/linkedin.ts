import { afterAll } from 'vitest';
import { createLinkedinChannel } from '../src/channels/linkedin/index.ts';
import { pokeInboxes } from '../src/db/inboxes.ts';
import { beat } from '../src/db/workers.ts';
import { Engine } from '../src/engine/engine.ts';
import { Inboxes } from '../src/engine/inboxes.ts';
import { listSeatsOfWorkspace } from '../src/operations/unipile/accounts.ts';
import { connectSeat } from '../src/operations/unipile/connect.ts';
import { createHttp } from '../src/surfaces/http.ts';
import { createCaller } from './caller.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { checkLaws } from './invariants.ts';
import { freePorts } from './peers/ports.ts';
import { startUnipile } from './peers/unipile/index.ts';
import type { Seat } from './peers/unipile/state.ts';
import { walkTo } from './walk.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export type LinkedinHouse = Awaited<ReturnType<typeof openLinkedinHouse>>;

/**
 * The whole house on a manual clock: API, engine and inboxes, LinkedIn behind a stand-in of Unipile, and an address at which Unipile
 * reaches us unless `reachable` is false.
 */
export async function openLinkedinHouse({ reachable = true }: { reachable?: boolean } = {}) {
  const clockOf: { now: () => Date } = { now: () => new Date('2026-03-02T09:00:00Z') };
  const unipile = await startUnipile({ now: () => clockOf.now() });
  const [port] = await freePorts(1);
  const address = reachable ? { POSTRIDER_PUBLIC_URL: `http://127.0.0.1:${port}` } : {};
  const t = await testDatabase({ channels: [], env: { ...unipile.env, ...address, POSTRIDER_SETTLE_SECONDS: '1' } });
  clockOf.now = () => t.clock.now();
  const channel = createLinkedinChannel({ ...t.parts.config, settleMs: 10 }, t.parts.log, () => t.clock.now())!;
  const parts = { ...t.parts, channels: new Map([[channel.type, channel]]) };
  const http = createHttp(parts);
  await http.listen({ host: '127.0.0.1', port: port! });
  afterAll(async () => {
    await http.close();
    await unipile.stop();
  });
  const test: TestDatabase = { ...t, parts };
  const inboxes = new Inboxes(parts, parts.newId());
  const hire = async () => {
    const workerId = parts.newId();
    await beat(t.db, workerId);
    return new Engine(parts, workerId);
  };
  const engine = await hire();
  const caller = createCaller(parts, t);
  const runUntil = (at: Date, by: Engine = engine) => walkTo(test, by, at).then(() => by.runDue());
  /** Has every inbox read, until nothing new is found. */
  const readInboxes = async () => {
    await pokeInboxes(t.db, t.workspaceId);
    while ((await inboxes.poll()) > 0);
  };
  return {
    ...test,
    ...caller,
    http,
    unipile,
    channel,
    engine,
    hire,
    inboxes,
    readInboxes,
    runUntil,
    runFor: (ms: number, by?: Engine) => runUntil(new Date(t.clock.now().getTime() + ms), by),
    /** Delivers the webhooks that are due, and lets what they brought be made something of. */
    async hear() {
      const statuses = await unipile.deliver();
      while ((await inboxes.poll()) > 0);
      return statuses;
    },
    checkLaws: () => checkLaws(t.db, t.workspaceId),
    /** Somebody connects a LinkedIn account, as a person would. */
    async connect(slug: string, wish: { premium?: boolean; inmails?: number | null } = {}): Promise<{ id: string; seat: Seat }> {
      const { url } = await caller.call(connectSeat, {});
      const seat = unipile.completeLink(url, slug, wish);
      await unipile.deliver();
      const { accounts } = await caller.call(listSeatsOfWorkspace, {});
      return { id: accounts.find((account) => account.provider_account_id === seat.id)!.id, seat };
    },
  };
}
