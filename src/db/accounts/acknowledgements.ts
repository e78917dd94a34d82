import { sql } from 'kysely';
import type { Db } from '../database.ts';

type Acknowledged = { workspaceId: string; rules: string };

/** Keeps the first acknowledgement of a provider's rules. Returns whether it is the first. */
export async function insertAcknowledgement(
  db: Db,
  { workspaceId, rules, memberId, at }: Acknowledged & { memberId: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into acknowledgements (workspace_id, rules, at, member_id)
    values (${workspaceId}, ${rules}, ${at}, ${memberId}) on conflict do nothing
    returning rules`.execute(db);
  return rows.length > 0;
}

/** Whether somebody of the workspace has acknowledged these rules. */
export async function isAcknowledged(
  db: Db,
  { workspaceId, rules }: Acknowledged,
): Promise<boolean> {
  const { rows } = await sql`
    select from acknowledgements
    where workspace_id = ${workspaceId} and rules = ${rules}`.execute(db);
  return rows.length > 0;
}
