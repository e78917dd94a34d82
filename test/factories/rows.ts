// Rows straight into the database, for tests about something else than how they are made.
import { sql } from 'kysely';
import { z } from 'zod';
import type { Channel } from '../../src/channels/channel.ts';
import { insertAcknowledgement } from '../../src/db/accounts/acknowledgements.ts';
import { insertCampaign } from '../../src/db/campaigns/campaigns.ts';
import { addCounters } from '../../src/db/counters.ts';
import type { Db } from '../../src/db/database.ts';
import { typeOf } from '../../src/domain/sequence/campaign.ts';
import { credentialsAad } from '../../src/engine/accounts/accounts.ts';
import { newId } from '../../src/ids.ts';
import type { Tenant } from '../fixtures/api.ts';
import type { TestDatabase } from '../fixtures/database.ts';

type Workspace = Pick<TestDatabase, 'db' | 'services' | 'workspaceId' | 'memberId' | 'clock'>;
type Server = { host: string; port: number };
/** Columns of `senders` besides its workspace, its member and its times. */
type SenderRow = { id: string; type: string } & Record<string, unknown>;

/** A sender with its lane and no inbox, for tests in which nothing is sent. Returns its id. */
export async function addSender(
  db: Db,
  tenant: Tenant,
  given: { type?: string; status?: string; first_name?: string | null } = {},
): Promise<string> {
  const id = newId();
  const { type = 'email', status = 'active', first_name = 'Ada' } = given;
  const row = { id, type, status, first_name, email_address: `${id}@example.com` };
  const at = new Date('2026-03-01T00:00:00Z');
  await insertSender(db, tenant, { at, row });
  return id;
}

type MailboxOptions = {
  address: string;
  smtp: Server;
  imap?: Server;
  sentCopy?: 'server' | 'append' | 'none';
  dailyLimit?: number;
  minGapSeconds?: number;
};

/** An email sender that has passed its check: no TLS, the password "secret". Returns its id. */
export async function addMailbox(test: Workspace, options: MailboxOptions): Promise<string> {
  const at = ({ host, port }: Server) => ({ host, port, tls: 'none' });
  return addAccount(test, {
    id: test.services.newId(),
    type: 'email',
    first_name: 'Sam',
    last_name: 'Sender',
    email_address: options.address,
    daily_limit: options.dailyLimit ?? 30,
    min_gap_seconds: options.minGapSeconds ?? 60,
    connection: {
      smtp: at(options.smtp),
      imap: options.imap ? at(options.imap) : null,
      username: options.address,
      sent_copy: options.sentCopy ?? 'none',
    },
    secrets: { password: 'secret', imap_password: null },
  });
}

type AccountRow = SenderRow & {
  connection?: object;
  /** Sealed into the credentials; none unless given. */
  secrets?: object;
  /** Where its inbox was last read to. */
  cursor?: object;
};

/** A sender of any type with its lane and its inbox. Returns its id. */
export async function addAccount(
  test: Workspace,
  { connection = {}, secrets, cursor, ...row }: AccountRow,
): Promise<string> {
  const { db, services, workspaceId, clock } = test;
  const { id } = row;
  const aad = credentialsAad(workspaceId, id);
  const credentials = secrets ? services.vault.seal(JSON.stringify(secrets), aad) : null;
  await insertSender(db, test, {
    at: clock.now(),
    row: { connection: JSON.stringify(connection), credentials, ...row },
  });
  await sql`insert into inboxes (workspace_id, sender_id, cursor, next_poll_at)
    values (${workspaceId}, ${id}, ${cursor ? JSON.stringify(cursor) : null},
      clock_timestamp())`.execute(db);
  return id;
}

async function insertSender(
  db: Db,
  { workspaceId, memberId }: Tenant,
  { at, row }: { at: Date; row: SenderRow },
): Promise<void> {
  const owner = { workspace_id: workspaceId, member_id: memberId };
  const defaults = { status: 'active', connection: '{}', created_at: at, updated_at: at };
  await db
    .insertInto('senders')
    .values({ ...owner, ...defaults, ...row })
    .execute();
  await sql`insert into lanes (workspace_id, sender_id)
    values (${workspaceId}, ${row.id})`.execute(db);
  // Nobody connects an account without having acknowledged the rules of its provider.
  const { rules } = typeOf(row);
  if (rules !== '') await insertAcknowledgement(db, { workspaceId, memberId, rules, at });
}

/** An email campaign without a sequence. Returns its id. */
export async function addCampaign(
  { db, clock, workspaceId, memberId }: Omit<Workspace, 'services'>,
  status: string,
): Promise<string> {
  const id = newId();
  const now = clock.now();
  const owner = { workspace_id: workspaceId, id, member_id: memberId };
  const times = { created_at: now, updated_at: now };
  await insertCampaign(db, { ...owner, name: id, type: 'email', status, ...times });
  return id;
}

/** Prospects of a campaign, counted. Returns their ids. */
export async function addPeople(
  db: Db,
  { workspaceId }: Tenant,
  campaignId: string,
  people: readonly Record<string, unknown>[],
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
  await sql`update prospects set ended_at = created_at
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and status = 'completed'`.execute(db);
  const counts = rows.map((row) => ({
    campaignId,
    name: 'status' in row ? (row.status as string) : 'pending',
    n: 1,
  }));
  await addCounters(db, workspaceId, counts);
  return rows.map((row) => row.id);
}

const unused = () => Promise.reject(new Error('An idle channel does nothing'));

/** A channel that sends nothing, for campaigns that are launched and never walked. */
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

/** Number of sessions that wait for a lock in the test's database. */
export async function waitingForLocks(db: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from pg_locks l join pg_stat_activity a using (pid)
    where not granted and a.datname = current_database()`.execute(db);
  return rows[0]!.n;
}

/** A received mail that matched nobody. Returns its id. */
export async function addUnmatchedMail(
  db: Db,
  { workspaceId, senderId }: { workspaceId: string; senderId: string },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into inbound_messages (workspace_id, id, sender_id, source_key, from_address, subject,
      facts, kind, received_at, applied_at)
    select ${workspaceId}, id, ${senderId}, id::text, 'kim@people.test', 'Hello',
      '{"references": []}', 'reply', now(), now()
    from gen_random_uuid() as id returning id`.execute(db);
  return rows[0]!.id;
}

/**
 * Puts into a conversation what only time brings: a reply, a message by hand that did not go out,
 * and a file on the draft. Returns their ids.
 */
export async function addTalk(
  db: Db,
  { workspaceId }: { workspaceId: string },
  of: { thread: string; sender: string; campaign: string; prospect: string },
): Promise<{ reply: string; handMessage: string; attachment: string }> {
  const [reply, handMessage, attachment] = [newId(), newId(), newId()];
  await sql`
    insert into inbound_messages (workspace_id, id, sender_id, source_key, channel_key, from_address,
      subject, body_text, facts, kind, campaign_id, prospect_id, thread_id, received_at, applied_at)
    values (${workspaceId}, ${reply}, ${of.sender}, ${reply}, ${`${reply}@people.test`},
      'kim@people.test', 'Hello', 'Yes', '{"references": []}', 'reply', ${of.campaign},
      ${of.prospect}, ${of.thread}, now(), now())`.execute(db);
  await sql`update threads set received = 1
    where workspace_id = ${workspaceId} and id = ${of.thread}`.execute(db);
  await sql`
    insert into hand_messages (workspace_id, id, thread_id, sender_id, state, touch, to_address,
      subject, body_text, actor, created_at, updated_at)
    values (${workspaceId}, ${handMessage}, ${of.thread}, ${of.sender}, 'failed', 'email',
      'kim@people.test', 'Hello', 'Not sent', 'test', now(), now())`.execute(db);
  await sql`
    insert into attachments (workspace_id, id, hand_message_id, name, type, size, created_at)
    select workspace_id, ${attachment}, id, 'a.txt', 'text/plain', 1, now() from hand_messages
    where workspace_id = ${workspaceId} and thread_id = ${of.thread} and state = 'draft'`.execute(
    db,
  );
  return { reply, handMessage, attachment };
}
