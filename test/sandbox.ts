import { sql } from 'kysely';
import { createEmailChannel } from '../src/channels/email/index.ts';
import { type Advance, advance } from '../src/engine/advance.ts';
import { createCampaign } from '../src/operations/campaigns/create.ts';
import { launchCampaign } from '../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../src/operations/campaigns/update.ts';
import { addProspects } from '../src/operations/roster/add.ts';
import { createSandboxSender } from '../src/operations/senders/create-sandbox.ts';
import { createWorkspace } from '../src/operations/workspaces/create.ts';
import { createCaller } from './caller.ts';
import { testDatabase } from './database.ts';

export type Rehearsal = Awaited<ReturnType<typeof sandboxHouse>>;

/** A test database with a sandbox workspace on it, whose clock stands at `clock`, and a caller in it. */
export async function sandboxHouse({ clock }: { clock: string }) {
  const test = await testDatabase();
  const parts = { ...test.parts, channels: new Map([['email', createEmailChannel(test.parts.config, test.parts.log)]]) };
  const admin = createCaller(parts, test);
  const { workspace, key } = await admin.call(createWorkspace, { name: 'Rehearsal', clock });
  const { rows } = await sql<{ id: string }>`select id from members where workspace_id = ${workspace.id}`.execute(test.db);
  const caller = createCaller(parts, { workspaceId: workspace.id, memberId: rows[0]!.id, sandbox: true });
  return { ...test, ...caller, parts, admin, key, live: test.workspaceId, workspaceId: workspace.id };
}

type Wish = {
  /** email unless told. */
  type?: 'email' | 'linkedin';
  name: string /** How many to make, or those there are. */;
  senders: number | readonly string[];
  dailyLimit: number;
  nodes: readonly object[];
  people: readonly object[];
  settings?: object;
};

/** Makes senders and a campaign in the sandbox, fills and launches it. Returns its id. */
export async function launchIn({ call }: Pick<Rehearsal, 'call'>, wish: Wish): Promise<string> {
  const senders = typeof wish.senders === 'number' ? await makeSenders({ call }, wish, wish.senders) : wish.senders;
  const { campaign } = await call(createCampaign, { type: wish.type ?? 'email', name: wish.name, sender_account_ids: senders });
  await call(updateCampaign, { id: campaign.id, sequence_nodes: [...wish.nodes, { type: 'end' }], ...wish.settings });
  for (let i = 0; i < wish.people.length; i += 1000)
    await call(addProspects, { id: campaign.id, prospects: wish.people.slice(i, i + 1000) });
  await call(launchCampaign, { id: campaign.id });
  return campaign.id;
}

/** Makes senders in the sandbox. Returns their ids. */
export async function makeSenders(
  { call }: Pick<Rehearsal, 'call'>,
  wish: Pick<Wish, 'type' | 'name' | 'dailyLimit'>,
  count: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const { type = 'email', dailyLimit: daily_limit } = wish;
    const known = type === 'email' ? { email_address: `${wish.name.toLowerCase()}-${i}@sender.test` } : {};
    ids.push((await call(createSandboxSender, { type, ...known, first_name: 'Sam', daily_limit })).account.id);
  }
  return ids;
}

/** Walks the sandbox to an instant, in many small parts. Returns the last part's answer. */
export async function walkTo({ parts, workspaceId }: Rehearsal, to: string, budgetMs = 300): Promise<Advance> {
  for (;;) {
    const done = await advance(parts, { workspaceId, timeZone: 'UTC', target: () => new Date(to), budgetMs });
    if (!done) throw new Error('Somebody else moves the clock');
    if (done.reached) return done;
  }
}
