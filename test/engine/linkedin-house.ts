import { sql } from 'kysely';
import type { Channel, Outgoing, Received, SendResult, Sought } from '../../src/channels/channel.ts';
import { createSandboxChannel, type SandboxDelivery } from '../../src/channels/sandbox/index.ts';
import { pokeInboxes } from '../../src/db/inboxes.ts';
import { beat } from '../../src/db/workers.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Inboxes } from '../../src/engine/inboxes.ts';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { createCaller } from '../caller.ts';
import { testDatabase } from '../database.ts';
import { checkLaws } from '../invariants.ts';
import { nextEventAt } from '../walk.ts';

/** What stands between the engine and the people of the sandbox's channel. */
type Post = {
  /** Replaces the hand-over. */
  send?: ((deliver: () => Promise<SendResult>, message: Outgoing) => Promise<SendResult>) | undefined;
  withdraw?: ((take: () => ReturnType<NonNullable<Channel['withdraw']>>) => ReturnType<NonNullable<Channel['withdraw']>>) | undefined;
  /** Comes in at the next look, by sender. */
  incoming: Map<string, Received[]>;
};

export type LinkedInHouse = Awaited<ReturnType<typeof openLinkedIn>>;
type Wish = { nodes: readonly object[]; people: readonly string[]; settings?: object; senders?: readonly string[] };

/** A live workspace on a manual clock whose LinkedIn is the sandbox's channel, with its people in memory. */
export async function openLinkedIn() {
  const t = await testDatabase();
  const deliveries: (SandboxDelivery & { senderId: string })[] = [];
  const post: Post = { incoming: new Map() };
  const channel = behind(
    post,
    createSandboxChannel(
      'linkedin',
      storeOf(deliveries, () => t.clock.now()),
      undefined,
    ),
  );
  const parts = { ...t.parts, channels: new Map([[channel.type, channel]]) };
  const test = { ...t, parts };
  const caller = createCaller(parts, t);
  const workerId = parts.newId();
  await beat(t.db, workerId);
  const engine = new Engine(parts, workerId);
  const inboxes = new Inboxes(parts, workerId);
  const hear = async () => {
    await pokeInboxes(t.db, t.workspaceId);
    while ((await inboxes.poll()) > 0);
  };
  const nextAnswer = () =>
    Math.min(...deliveries.flatMap(({ answer }) => (answer && answer.at > t.clock.now() ? [answer.at.getTime()] : [])), Infinity);
  let serial = 0;
  const prepare = async ({ nodes, people, settings = {}, senders }: Wish): Promise<string> => {
    serial += 1;
    const ids = senders ?? [await addSeat(test, {})];
    const { campaign } = await caller.call(createCampaign, { type: 'linkedin', name: `Campaign ${serial}`, sender_account_ids: ids });
    await caller.call(updateCampaign, { id: campaign.id, sequence_nodes: [...nodes, { type: 'end' }], ...settings });
    if (people.length > 0)
      await caller.call(addProspects, { id: campaign.id, prospects: people.map((name) => ({ linkedin_url: profile(name) })) });
    return campaign.id;
  };
  return {
    ...test,
    ...caller,
    post,
    deliveries,
    engine,
    hear,
    /** Lets everything happen until an instant: touches, answers, ends of holds. */
    async runUntil(at: Date) {
      for (;;) {
        await engine.runDue();
        await hear();
        const next = Math.min(nextAnswer(), (await nextEventAt(t.db))?.getTime() ?? Infinity);
        if (next > at.getTime()) break;
        if (next > t.clock.now().getTime()) t.clock.advanceTo(new Date(next));
      }
      t.clock.advanceTo(at);
      await hear();
      await engine.runDue();
    },
    /** Has this come in for the campaign's seat. */
    async tell(campaignId: string, ...received: Received[]) {
      const rows = await t.db.selectFrom('campaign_senders').select('sender_id').where('campaign_id', '=', campaignId).execute();
      for (const { sender_id } of rows) post.incoming.set(sender_id, received);
    },
    addSeat: (given: { premium?: boolean; perDay?: number; gapSeconds?: number } = {}) => addSeat(test, given),
    prepare,
    /** Makes a LinkedIn campaign for people at these profiles, and launches it. */
    async launch(wish: Wish): Promise<string> {
      const id = await prepare(wish);
      await caller.call(launchCampaign, { id });
      return id;
    },
    checkLaws: () => checkLaws(t.db, t.workspaceId),
  };
}

/** Something that comes in from somebody now. */
export function received({ clock, parts }: Pick<LinkedInHouse, 'clock' | 'parts'>, name: string, more: object = {}): Received {
  const at = { receivedAt: clock.now(), headers: {}, facts: { references: [] } };
  return { sourceKey: parts.newId(), key: null, from: profile(name), subject: null, text: '', ...at, ...more };
}

export const profile = (name: string) => `https://www.linkedin.com/in/${name}`;
export const invite = { type: 'connection_request', body: '' };
export const write = { type: 'message', body: 'Good to be connected.' };

async function addSeat(
  {
    db,
    parts,
    workspaceId,
    memberId,
    clock,
  }: Pick<Awaited<ReturnType<typeof testDatabase>>, 'db' | 'parts' | 'workspaceId' | 'memberId' | 'clock'>,
  given: { premium?: boolean; perDay?: number; gapSeconds?: number },
): Promise<string> {
  const id = parts.newId();
  const now = clock.now();
  await sql`
    insert into senders (workspace_id, id, member_id, type, status, first_name, profile_url, provider_account_id, is_premium, daily_limit, min_gap_seconds,
      connection, created_at, updated_at)
    values (${workspaceId}, ${id}, ${memberId}, 'linkedin', 'active', 'Sam', ${profile(`seat-${id}`)}, ${id}, ${given.premium ?? false}, ${given.perDay ?? 500},
      ${given.gapSeconds ?? 1}, '{}', ${now}, ${now})`.execute(db);
  await sql`insert into lanes (workspace_id, sender_id) values (${workspaceId}, ${id})`.execute(db);
  await sql`insert into inboxes (workspace_id, sender_id, cursor, next_poll_at)
    values (${workspaceId}, ${id}, ${JSON.stringify({ after: now })}, clock_timestamp())`.execute(db);
  return id;
}

function storeOf(deliveries: (SandboxDelivery & { senderId: string })[], now: () => Date): Parameters<typeof createSandboxChannel>[1] {
  const find = (senderId: string, key: string) => deliveries.find((one) => one.senderId === senderId && one.key === key);
  return {
    now,
    put: async (senderId, delivery) => {
      if (!find(senderId, delivery.key)) deliveries.push({ ...delivery, senderId });
    },
    has: async (senderId, key) => find(senderId, key) !== undefined,
    recall: async (senderId, key) => {
      const delivery = find(senderId, key);
      if (!delivery || (delivery.answer && delivery.answer.at <= now())) return false;
      delivery.answer = null;
      return true;
    },
    answers: async (senderId, { after, upTo }) =>
      deliveries.filter((one) => one.senderId === senderId && one.answer && one.answer.at > after && one.answer.at <= upTo),
  };
}

function behind(post: Post, channel: Channel): Channel {
  return {
    ...channel,
    send: (account, message, deadline) => {
      const deliver = () => channel.send(account, message, deadline);
      return post.send ? post.send(deliver, message) : deliver();
    },
    withdraw: (account, invitation: Sought) => {
      const take = () => channel.withdraw!(account, invitation);
      return post.withdraw ? post.withdraw(take) : take();
    },
    receive: async (account, cursor) => {
      const { received, cursor: next } = await channel.receive(account, cursor);
      const incoming = post.incoming.get(account.id) ?? [];
      post.incoming.delete(account.id);
      return { received: [...received, ...incoming], cursor: next };
    },
  };
}

/** The campaign's people by the name in their profiles. */
export async function readPeople({ db, workspaceId }: Pick<LinkedInHouse, 'db' | 'workspaceId'>, campaignId: string) {
  const rows = await db
    .selectFrom('prospects')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('campaign_id', '=', campaignId)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.identity.slice(profile('').length), row]));
}

/** Kinds of what happened to a campaign's people, in order. */
export async function readEvents({ db, workspaceId }: Pick<LinkedInHouse, 'db' | 'workspaceId'>, campaignId: string) {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('campaign_id', '=', campaignId)
    .orderBy('seq')
    .execute();
  return rows.map((row) => row.kind);
}
