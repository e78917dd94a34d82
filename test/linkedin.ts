import { afterAll } from 'vitest';
import { createLinkedinChannel } from '../src/channels/linkedin/index.ts';
import { pokeInboxes } from '../src/db/inboxes.ts';
import { beat } from '../src/db/workers.ts';
import { Engine } from '../src/engine/engine.ts';
import { Inboxes } from '../src/engine/inboxes.ts';
import { bindSeats } from '../src/engine/seats.ts';
import { createCampaign } from '../src/operations/campaigns/create.ts';
import { launchCampaign } from '../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../src/operations/campaigns/update.ts';
import { addProspects } from '../src/operations/roster/add.ts';
import { listRoster } from '../src/operations/roster/list.ts';
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

export const invite = { type: 'connection_request', body: 'Hi %first_name%, shall we connect?', include_message: true };
export const bareInvite = { type: 'connection_request', include_message: false };
export const write = { type: 'message', body: 'Thanks for connecting, %first_name%.' };
export const follow = { type: 'message', body: 'Any thoughts, %first_name%?' };
export const delayHours = (hours: number) => ({ type: 'delay', delay_hours: hours });

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
      if (!reachable) await bindSeats(parts);
      const { accounts } = await caller.call(listSeatsOfWorkspace, {});
      return { id: accounts.find((account) => account.provider_account_id === seat.id)!.id, seat };
    },
  };
}

type Launch = { nodes: readonly object[]; names: readonly string[]; seat?: { premium?: boolean; inmails?: number | null } };

/** Launches campaigns, each with a seat of its own, for people of these first names. */
export function launcher({ call, connect, unipile }: LinkedinHouse) {
  let serial = 0;
  return async ({ nodes, names, seat: wish = {} }: Launch) => {
    serial += 1;
    const { id: senderId, seat } = await connect(`seller-${serial}`, wish);
    const slugs = names.map((name) => `${name}-${serial}`);
    for (const slug of slugs) unipile.addMember(slug);
    const { campaign } = await call(createCampaign, { type: 'linkedin', name: `Campaign ${serial}`, sender_account_ids: [senderId] });
    const { id } = campaign;
    await call(updateCampaign, { id, sequence_nodes: [...nodes, { type: 'end' }] });
    const people = slugs.map((slug, index) => ({ linkedin_url: `https://www.linkedin.com/in/${slug}/`, first_name: names[index] }));
    await call(addProspects, { id, prospects: people });
    await call(launchCampaign, { id });
    const person = async (at = 0) =>
      (await call(listRoster, { id })).prospects.find(({ linkedin_url }) => linkedin_url?.endsWith(slugs[at]!))!;
    return { id, senderId, seat, slugs, slug: slugs[0]!, person };
  };
}
