import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Channel } from '../../src/channels/channel.ts';
import { insertCampaign } from '../../src/db/campaigns/campaigns.ts';
import { addCounters } from '../../src/db/counters.ts';
import type { Db } from '../../src/db/database.ts';
import { credentialsAad } from '../../src/engine/accounts/accounts.ts';
import { newId } from '../../src/ids.ts';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { launchCampaign as launch } from '../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import type { Send, Tenant } from '../fixtures/api.ts';
import { createCaller } from '../fixtures/caller.ts';
import type { TestDatabase } from '../fixtures/database.ts';

type Body = Record<string, unknown>;

const unused = () => Promise.reject(new Error('this channel is only there'));

/** A channel that sends nothing, for campaigns that are launched but never walked. */
export function idleChannel(type: string): Channel {
  const schema = z.object({});
  return {
    type,
    connection: schema,
    secrets: schema,
    check: unused,
    send: unused,
    find: unused,
    receive: unused,
    close: async () => {},
  };
}

/** A sender with its lane, straight into the database. */
export async function addSender(
  db: Db,
  { workspaceId, memberId }: Tenant,
  given: { type?: string; status?: string; first_name?: string | null } = {},
): Promise<string> {
  const id = newId();
  const at = new Date('2026-03-01T00:00:00Z');
  const { type = 'email', status = 'active', first_name = 'Ada' } = given;
  const values = {
    workspace_id: workspaceId,
    id,
    member_id: memberId,
    type,
    status,
    first_name,
    connection: '{}',
    created_at: at,
    updated_at: at,
  };
  await db
    .insertInto('senders')
    .values({ ...values, email_address: `${id}@example.com` })
    .execute();
  await db.insertInto('lanes').values({ workspace_id: workspaceId, sender_id: id }).execute();
  return id;
}

/** An email campaign, straight into the database. Returns its id. */
export async function addCampaign(
  { db, clock, workspaceId, memberId }: TestDatabase,
  status: string,
): Promise<string> {
  const id = newId();
  const now = clock.now();
  const own = {
    workspace_id: workspaceId,
    id,
    member_id: memberId,
    name: id,
    created_at: now,
    updated_at: now,
  };
  await insertCampaign(db, { ...own, type: 'email', status });
  return id;
}

/** Number of sessions that wait for a lock in the test's database. */
export async function waitingForLocks(db: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_locks l join pg_stat_activity a using (pid) where not granted and a.datname = current_database()`.execute(
    db,
  );
  return rows[0]!.n;
}

/** Prospects on a roster, straight into the database and counted. Returns their ids. */
export async function addPeople(
  db: Db,
  { workspaceId }: Tenant,
  campaignId: string,
  people: readonly Body[],
): Promise<string[]> {
  const at = new Date('2026-03-01T00:00:00Z');
  const rows = people.map((person) => ({
    workspace_id: workspaceId,
    id: newId(),
    campaign_id: campaignId,
    identity: newId(),
    source: 'api',
    created_at: at,
    updated_at: at,
    ...person,
  }));
  await db.insertInto('prospects').values(rows).execute();
  await sql`update prospects set ended_at = created_at where campaign_id = ${campaignId} and status = 'completed'`.execute(
    db,
  );
  const counts = rows.map((row) => ({
    campaignId,
    name: 'status' in row ? (row.status as string) : 'pending',
    n: 1,
  }));
  await addCounters(db, workspaceId, counts);
  return rows.map((row) => row.id);
}

/** Steps that tests of campaigns share, through the API. */
export function campaignSteps(send: Send, database: TestDatabase) {
  let serial = 0;
  const { db } = database;
  const ok = async (route: string, body?: unknown): Promise<Body> => {
    const answer = await send(route, body);
    assert.ok(answer.status < 300, `${route} ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const create = async (
    fields: Body = {},
  ): Promise<Body & { id: string; sequence_nodes: Body[] }> => {
    serial += 1;
    const { campaign } = await ok('POST /api/campaigns', {
      type: 'email',
      name: `Campaign ${serial}`,
      ...fields,
    });
    return campaign as Body & { id: string; sequence_nodes: Body[] };
  };
  /** A draft that is ready to launch: texts, a sender, one prospect. */
  const createReady = async (fields: Body = {}) => {
    const sender = await addSender(db, database);
    const campaign = await create({ sender_account_ids: [sender], ...fields });
    await ok(`PATCH /api/campaigns/${campaign.id}`, {
      sequence_nodes: [
        { type: 'email', subject: 'Hi %first_name%', body: 'Hello %first_name%' },
        { type: 'end' },
      ],
    });
    const [person] = await addPeople(db, database, campaign.id, [
      { first_name: 'Jane', email: `jane${serial}@example.com` },
    ]);
    return { id: campaign.id, sender, person: person! };
  };
  const createActive = async (fields: Body = {}) => {
    const ready = await createReady(fields);
    await ok(`POST /api/campaigns/${ready.id}/launch`);
    return ready;
  };
  const createIn = async (status: string): Promise<string> => {
    if (status === 'draft') return (await create()).id;
    const { id } = await createActive();
    if (status === 'paused') await ok(`POST /api/campaigns/${id}/pause`);
    if (status === 'completed')
      await db.updateTable('campaigns').set({ status }).where('id', '=', id).execute();
    return id;
  };
  return { ok, create, createReady, createActive, createIn };
}

type Server = { host: string; port: number };
type MailboxOptions = {
  address: string;
  smtp: Server;
  imap?: Server;
  sentCopy?: 'server' | 'append' | 'none';
  dailyLimit?: number;
  minGapSeconds?: number;
};

/**
 * Puts an email sender into the database as if its check had passed: no TLS, the password "secret".
 * Returns its id.
 */
export async function addMailbox(
  { db, services, workspaceId, memberId, clock }: TestDatabase,
  options: MailboxOptions,
): Promise<string> {
  const id = services.newId();
  const connection = {
    smtp: { host: options.smtp.host, port: options.smtp.port, tls: 'none' },
    imap: options.imap ? { host: options.imap.host, port: options.imap.port, tls: 'none' } : null,
    username: options.address,
    sent_copy: options.sentCopy ?? 'none',
  };
  const credentials = services.vault.seal(
    JSON.stringify({ password: 'secret', imap_password: null }),
    credentialsAad(workspaceId, id),
  );
  const now = clock.now();
  await sql`
    insert into senders (workspace_id, id, member_id, type, status, first_name, last_name, email_address, daily_limit, min_gap_seconds, connection,
      credentials, created_at, updated_at)
    values (${workspaceId}, ${id}, ${memberId}, 'email', 'active', 'Sam', 'Sender', ${options.address}, ${options.dailyLimit ?? 30},
      ${options.minGapSeconds ?? 60}, ${JSON.stringify(connection)}, ${credentials}, ${now}, ${now})`.execute(
    db,
  );
  await sql`insert into lanes (workspace_id, sender_id) values (${workspaceId}, ${id})`.execute(db);
  await sql`insert into inboxes (workspace_id, sender_id, next_poll_at) values (${workspaceId}, ${id}, clock_timestamp())`.execute(
    db,
  );
  return id;
}

type NodeInput = Record<string, unknown> & { type: string };
type EmailCampaignOptions = {
  name: string;
  senders: readonly string[];
  nodes: readonly NodeInput[];
  people: readonly Record<string, unknown>[];
  settings?: Record<string, unknown>;
};

/** Makes an email campaign through the operations, fills it and launches it. Returns its id. */
export async function launchEmailCampaign(
  test: TestDatabase,
  options: EmailCampaignOptions,
): Promise<string> {
  const { call } = createCaller(test.services, test);
  const { campaign } = await call(createCampaign, {
    type: 'email',
    name: options.name,
    sender_account_ids: options.senders,
  });
  await call(updateCampaign, {
    id: campaign.id,
    sequence_nodes: [...options.nodes, { type: 'end' }],
    ...options.settings,
  });
  for (let i = 0; i < options.people.length; i += 1000)
    await call(addProspects, { id: campaign.id, prospects: options.people.slice(i, i + 1000) });
  await call(launch, { id: campaign.id });
  return campaign.id;
}

/** Statuses of a campaign's prospects by email address. */
export async function statusesByEmail(
  { db, workspaceId }: TestDatabase,
  campaignId: string,
): Promise<Record<string, string>> {
  const rows = await db
    .selectFrom('prospects')
    .select(['email', 'status'])
    .where('workspace_id', '=', workspaceId)
    .where('campaign_id', '=', campaignId)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.email, row.status]));
}
