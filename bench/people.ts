import { sql } from 'kysely';
import { credentialsAad } from '../src/engine/accounts.ts';
import { runOperation } from '../src/operation.ts';
import { createCampaign } from '../src/operations/campaigns/create.ts';
import { launchCampaign } from '../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../src/operations/campaigns/update.ts';
import type { House } from './harness.ts';
import { unchecked } from './tables.ts';

/** Puts email senders into the database, without a check. Returns their ids. */
export async function addSenders(
  { parts, workspaceId, memberId }: House,
  count: number,
  smtp: { host: string; port: number },
): Promise<string[]> {
  const now = parts.clock.now();
  const connection = JSON.stringify({ smtp: { ...smtp, tls: 'none' }, imap: null, username: null, sent_copy: 'none' });
  const ids = Array.from({ length: count }, () => parts.newId());
  const seal = (id: string) => parts.vault.seal(JSON.stringify({ password: null, imap_password: null }), credentialsAad(workspaceId, id));
  await sql`
    insert into senders (workspace_id, id, member_id, type, status, email_address, daily_limit, min_gap_seconds, connection, credentials, created_at, updated_at)
    select ${workspaceId}, id, ${memberId}, 'email', 'active', 's-' || id || '@sender.test', 1000000, 0, ${connection}::jsonb, credentials, ${now}, ${now}
    from unnest(${ids}::uuid[], ${ids.map(seal)}::text[]) as s (id, credentials)`.execute(parts.db);
  await sql`insert into lanes (workspace_id, sender_id) select ${workspaceId}, unnest(${ids}::uuid[])`.execute(parts.db);
  return ids;
}

/** A person as a caller sends it. */
export type Person = Record<'email' | 'first_name' | 'last_name' | 'company' | 'position', string>;

/** `count` people, each with an address of their own, numbered from `first`. */
export function people(first: number, count: number): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const n = first + index;
    return {
      email: `person.${n}@company-${n % 5_000}.example.com`,
      first_name: `Name${n % 300}`,
      last_name: `Family${n % 7_000}`,
      company: `Company ${n % 5_000} Ltd`,
      position: ['Head of Sales', 'Chief Executive', 'Office Manager'][n % 3]!,
    };
  });
}

/** Makes an empty draft of an email campaign. Returns its id. */
export async function draftCampaign({ parts, workspaceId, memberId }: House, name: string): Promise<string> {
  const caller = { workspaceId, memberId, keyId: parts.newId(), scopes: ['admin'] } as const;
  const { body } = await runOperation(createCampaign, parts, { caller, raw: { type: 'email', name } });
  return (body as { campaign: { id: string } }).campaign.id;
}

/** @throws unless a campaign has just so many people, and counts them right */
export async function expectPeople({ parts }: House, id: string, count: number): Promise<void> {
  const { rows } = await sql<{ found: number; counted: number }>`select
    (select count(*) from prospects where campaign_id = ${id}) as found, (select sum(n)::bigint from counters where campaign_id = ${id}) as counted`.execute(
    parts.db,
  );
  const { found, counted } = rows[0]!;
  if (found !== count) throw new Error(`${found} people are in the roster, not ${count}`);
  if (counted !== null && counted !== count) throw new Error(`${counted} people are counted, not ${count}`);
}

type Wish = { name: string; people: number; senders: readonly string[] };

/** Makes a campaign of one email with that many people and launches it, unless told not to. Returns its id. */
export async function fillCampaign(house: House, wish: Wish & { launch: boolean }): Promise<string> {
  const { parts, workspaceId, memberId } = house;
  const caller = { workspaceId, memberId, keyId: parts.newId(), scopes: ['admin'] } as const;
  const call = async (operation: Parameters<typeof runOperation>[0], raw: Record<string, unknown>) =>
    (await runOperation(operation, parts, { caller, raw })).body;
  const made = (await call(createCampaign, { type: 'email', name: wish.name, sender_account_ids: wish.senders.slice(0, 50) })) as {
    campaign: { id: string };
  };
  const { id } = made.campaign;
  const body = 'Hi %first_name%,\n\nI saw what %company% does and have a question. Do you have ten minutes this week?\n\nBest,\nSam';
  await call(updateCampaign, { id, sequence_nodes: [{ type: 'email', subject: 'A question, %first_name%', body }, { type: 'end' }] });
  await sql`
    insert into campaign_senders (workspace_id, campaign_id, sender_id, position) select ${workspaceId}, ${id}, sender_id, 0
    from unnest(${wish.senders}::uuid[]) as s (sender_id) on conflict do nothing`.execute(parts.db);
  await unchecked(parts.db, async (db) => {
    await sql`
    insert into prospects (workspace_id, id, campaign_id, identity, email, first_name, company, source, created_at, updated_at)
    select ${workspaceId}, uuidv7(), ${id}, 'p' || i || '@people.test', 'p' || i || '@people.test', 'Person' || i, 'Company ' || i % 1000, 'api', now(), now()
    from generate_series(1, ${wish.people}::int) as i`.execute(db);
  });
  await sql`
    insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
    values (${workspaceId}, ${id}, 'pending', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 0, ${wish.people})`.execute(
    parts.db,
  );
  if (wish.launch) await call(launchCampaign, { id });
  return id;
}

/** Makes a running campaign in which everybody waits for the second mail, due in ten days or more. Returns its id. */
export async function waitingCampaign(house: House, wish: Wish): Promise<string> {
  const { parts, workspaceId } = house;
  const { people: count, senders } = wish;
  const id = await fillCampaign(house, { ...wish, people: 0, launch: false });
  const found = await sql<{ nodes: { id: string; type: string }[] }>`select nodes from sequences where campaign_id = ${id}`.execute(
    parts.db,
  );
  const { nodes } = found.rows[0]!;
  const touch = nodes.find((node) => node.type === 'email')!;
  const delay = { ...touch, id: parts.newId(), type: 'delay', subject: null, body: null, delay_days: 20, position: 1 };
  const second = { ...touch, id: parts.newId(), position: 2 };
  const sequence = JSON.stringify([touch, delay, second, { ...nodes.at(-1)!, position: 3 }]);
  await sql`update sequences set nodes = ${sequence}::jsonb where campaign_id = ${id}`.execute(parts.db);
  await unchecked(parts.db, async (db) => {
    await sql`
    insert into prospects (workspace_id, id, campaign_id, identity, email, first_name, company, source, status, node_id, sender_id, anchor_at, contacted_at, created_at, updated_at)
    select ${workspaceId}, uuidv7(), ${id}, 'p' || i || '@people.test', 'p' || i || '@people.test', 'Person' || i, 'Company ' || i % 1000, 'api', 'sent', ${second.id},
      (${senders}::uuid[])[i % ${senders.length} + 1], now() - (random() * interval '10 days'), now(), now(), now()
    from generate_series(1, ${count}::int) as i`.execute(db);
  });
  await sql`
    insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
    select ${workspaceId}, ${id}, 'sent', ${second.id}, sender_id, 0, count(*) from prospects where campaign_id = ${id} group by sender_id`.execute(
    parts.db,
  );
  await sql`update campaigns set status = 'active', launched_at = now() where workspace_id = ${workspaceId} and id = ${id}`.execute(
    parts.db,
  );
  await sql`vacuum analyze prospects`.execute(parts.db);
  return id;
}
