import { sql } from 'kysely';
import type { Db } from '../src/db/database.ts';
import type { House } from './harness.ts';

type Filling = { campaign: string; rows: number };

/** Fills every table that a list reads: a message for each person of the campaign, and as many leads, suppressions and refused rows. */
export async function fillTables({ parts, workspaceId }: House, { campaign, rows }: Filling): Promise<{ list: string; import: string }> {
  const { db, newId } = parts;
  const [list, importId] = [newId(), newId()];
  const now = parts.clock.now();
  await unchecked(db, async (given) => {
    await sql`
      insert into messages (workspace_id, id, campaign_id, prospect_id, node_id, sender_id, touch, state, subject, body_text, channel_key, attempts, reserved_at, sent_at, created_at, updated_at)
      select workspace_id, uuidv7(), campaign_id, id, node_id, sender_id, 'email', 'sent', 'A question', 'Do you have ten minutes?', id::text, 1, ${now}, ${now}, ${now}, ${now}
      from prospects where campaign_id = ${campaign}`.execute(given);
    await sql`
      insert into leads (workspace_id, id, type, email, name, title, company, created_at, updated_at)
      select ${workspaceId}, uuidv7(), 'person', 'l' || i || '@leads.test', 'Person ' || i, 'Head of Sales', 'Company ' || i % 1000, ${now}, ${now}
      from generate_series(1, ${rows}::int) as i`.execute(given);
    await sql`
      insert into lists (workspace_id, id, name, lead_type, created_at, updated_at) values (${workspaceId}, ${list}, 'bench', 'mixed', ${now}, ${now})`.execute(
      given,
    );
    await sql`
      insert into list_leads (workspace_id, list_id, lead_id, added_at) select workspace_id, ${list}, id, ${now} from leads where workspace_id = ${workspaceId}`.execute(
      given,
    );
    await sql`
      insert into suppressions (workspace_id, kind, value, reason, created_at)
      select ${workspaceId}, 'email', 's' || i || '@people.test', 'bounced', ${now}::timestamptz - i * interval '1 second' from generate_series(1, ${rows}::int) as i`.execute(
      given,
    );
    await sql`
      insert into imports (workspace_id, id, campaign_id, status, invalid, created_at, updated_at)
      values (${workspaceId}, ${importId}, ${campaign}, 'completed', ${rows}, ${now}, ${now})`.execute(given);
    await sql`
      insert into import_rejects (workspace_id, import_id, row_number, reason, raw)
      select ${workspaceId}, ${importId}, i, 'no_address', 'a,b,c' from generate_series(1, ${rows}::int) as i`.execute(given);
  });
  return { list, import: importId };
}

/** Runs inserts without asking every row whether what it points to is there: what is made here is right, and it is millions. */
export async function unchecked(db: Db, run: (db: Db) => Promise<void>): Promise<void> {
  await db.transaction().execute(async (given) => {
    await sql`set local session_replication_role = replica`.execute(given);
    await run(given);
  });
}
