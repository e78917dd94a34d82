import { sql } from 'kysely';
import { credentialsAad } from '../../src/engine/accounts/accounts.ts';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { launchCampaign as launch } from '../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { createCaller } from '../fixtures/caller.ts';
import type { TestDatabase } from '../fixtures/database.ts';

type Server = { host: string; port: number };
type MailboxOptions = {
  address: string;
  smtp: Server;
  imap?: Server;
  sentCopy?: 'server' | 'append' | 'none';
  dailyLimit?: number;
  minGapSeconds?: number;
};

/** Puts an email sender into the database as if its check had passed: no TLS, the password "secret". Returns its id. */
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

/** Names and statuses of a campaign's people, by address. */
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
