import { sql } from 'kysely';
import { afterAll } from 'vitest';
import { createXChannel } from '../src/channels/x/index.ts';
import { pokeInboxes } from '../src/db/inboxes.ts';
import { beat } from '../src/db/workers.ts';
import { Engine } from '../src/engine/engine.ts';
import { Inboxes } from '../src/engine/inboxes.ts';
import { finishLogin } from '../src/engine/logins.ts';
import { createCampaign } from '../src/operations/campaigns/create.ts';
import { launchCampaign } from '../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../src/operations/campaigns/update.ts';
import { addProspects } from '../src/operations/roster/add.ts';
import { connectX } from '../src/operations/x/connect.ts';
import { createCaller } from './caller.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { checkLaws } from './invariants.ts';
import { startX } from './peers/x/index.ts';
import { walkTo } from './walk.ts';

export type XHouse = Awaited<ReturnType<typeof openXHouse>>;

type Campaign = { name: string; senders: readonly string[]; nodes: readonly object[]; handles: readonly string[]; settings?: object };

/** A database, a stand-in of X on its clock, the channel before it, and a worker that is stepped. */
export async function openXHouse(env: Record<string, string> = {}) {
  const clock: { of?: TestDatabase['clock'] } = {};
  const x = await startX({ now: () => clock.of!.now() });
  const t = await testDatabase({ env: { ...x.env, ...env } });
  clock.of = t.clock;
  afterAll(() => x.stop());
  const channel = createXChannel(t.parts.config, t.parts.log)!;
  const parts = { ...t.parts, channels: new Map([[channel.type, channel]]) };
  const caller = createCaller(parts, t);
  const workerId = parts.newId();
  await beat(t.db, workerId);
  const engine = new Engine(parts, workerId);
  const inboxes = new Inboxes(parts, workerId);
  const runFor = async (ms: number) => {
    await walkTo(t, engine, new Date(t.clock.now().getTime() + ms));
    await engine.runDue();
  };
  return {
    ...t,
    ...caller,
    parts,
    x,
    engine,
    runFor,
    /** Has every inbox read, until nothing new is found. */
    async readInboxes() {
      await pokeInboxes(t.db, t.workspaceId);
      while ((await inboxes.poll()) > 0);
    },
    /** Asks about what is in doubt, as if its time were long over. */
    async recover() {
      await sql`update messages set deadline_at = clock_timestamp() - interval '10 minutes', asked_at = null where state = 'reserved'`.execute(
        t.db,
      );
      await engine.recover();
      await engine.settled();
    },
    /** A new account on X, connected as its owner would. Returns its sender's id. */
    async connect(username: string): Promise<string> {
      x.addUser(username);
      const { url, account_id } = await caller.call(connectX, {});
      await visit(parts, x.allow(url, username));
      return account_id;
    },
    /** Makes people on X, and a campaign that writes to them. Returns its id. */
    async launch({ name, senders, nodes, handles, settings }: Campaign): Promise<string> {
      const { campaign } = await caller.call(createCampaign, { type: 'x', name, sender_account_ids: senders, ...settings });
      await caller.call(updateCampaign, { id: campaign.id, sequence_nodes: [...nodes, { type: 'end' }] });
      const prospects = handles.map((handle) => ({ x_handle: handle, first_name: handle }));
      await caller.call(addProspects, { id: campaign.id, prospects });
      await caller.call(launchCampaign, { id: campaign.id });
      return campaign.id;
    },
    checkLaws: () => checkLaws(t.db, t.workspaceId),
  };
}

/** Comes back from X's page of consent. */
export function visit(parts: XHouse['parts'], back: string) {
  const { searchParams } = new URL(back);
  return finishLogin(parts, 'x', { state: searchParams.get('state')!, code: searchParams.get('code') });
}

export const minute = 60_000;
export const hour = 60 * minute;

/** People of a campaign by their handles. */
export async function peopleOf({ db, workspaceId }: TestDatabase, campaignId: string) {
  const rows = await db
    .selectFrom('prospects')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('campaign_id', '=', campaignId)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.x_handle!, row]));
}
