import { sql } from 'kysely';
import type { SuppressionKind } from '../domain/suppression.ts';
import type { Db } from './database.ts';

export type SuppressionRow = { kind: SuppressionKind; value: string; reason: string; campaign_id: string | null; created_at: Date };
type Identity = { kind: SuppressionKind; value: string };

/** Newest first; `q` matches anywhere in the value. `total` counts all that match. */
export async function listSuppressions(
  db: Db,
  filter: { workspaceId: string; kind?: SuppressionKind | undefined; q?: string | undefined; limit: number; offset: number },
): Promise<{ rows: SuppressionRow[]; total: number }> {
  const where = sql`where workspace_id = ${filter.workspaceId}
    and (${filter.kind ?? null}::text is null or kind = ${filter.kind ?? null})
    and (${filter.q ?? null}::text is null or position(lower(${filter.q ?? null}) in value) > 0)`;
  const { rows } = await sql<SuppressionRow>`
    select kind, value, reason, campaign_id, created_at from suppressions ${where}
    order by created_at desc, kind, value limit ${filter.limit} offset ${filter.offset}`.execute(db);
  const counted = await sql<{ n: number }>`select count(*) as n from suppressions ${where}`.execute(db);
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

/** Adds those that are not there yet, the first of each. Returns the ones that were added. */
export async function insertSuppressions(
  db: Db,
  workspaceId: string,
  { items, campaignId, at }: { items: readonly (Identity & { reason: string })[]; campaignId?: string; at: Date },
): Promise<Identity[]> {
  const { rows } = await sql<Identity>`
    insert into suppressions (workspace_id, kind, value, reason, campaign_id, created_at)
    select ${workspaceId}, kind, value, reason, ${campaignId ?? null}, ${at}
    from unnest(${items.map((item) => item.kind)}::text[], ${items.map((item) => item.value)}::text[],
      ${items.map((item) => item.reason)}::text[]) as given (kind, value, reason)
    on conflict do nothing returning kind, value`.execute(db);
  return rows;
}

/** Returns whether there was one. */
export async function deleteSuppression(db: Db, workspaceId: string, { kind, value }: Identity): Promise<boolean> {
  const { rows } = await sql`
    delete from suppressions where workspace_id = ${workspaceId} and kind = ${kind} and value = ${value} returning kind`.execute(db);
  return rows.length > 0;
}

/** Reasons of those that are suppressed, keyed `kind:value`. */
export async function findSuppressed(db: Db, workspaceId: string, keys: readonly Identity[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<Identity & { reason: string }>`
    select s.kind, s.value, s.reason
    from unnest(${keys.map((key) => key.kind)}::text[], ${keys.map((key) => key.value)}::text[]) as k (kind, value)
    join suppressions s on s.workspace_id = ${workspaceId} and s.kind = k.kind and s.value = k.value`.execute(db);
  return new Map(rows.map((row) => [`${row.kind}:${row.value}`, row.reason]));
}
