import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Identifiable } from '../../domain/identity.ts';
import { maxPageDepth, offsetOf } from '../../domain/page.ts';
import {
  type StoredKind,
  type SuppressionKey,
  storedKinds,
  suppressionKeys,
} from '../../domain/people/suppression.ts';
import type { Db } from '../database.ts';
import { type Page, readPage } from '../pages.ts';

export type SuppressionRow = {
  kind: StoredKind;
  value: string;
  reason: string;
  campaign_id: string | null;
  created_at: Date;
};
type Identity = { kind: StoredKind; value: string };

/** The value of the entry that suppresses an address or profile of an erased person. */
export function erasedValue(workspaceId: string, { kind, value }: SuppressionKey): string {
  return createHash('sha256').update(`${workspaceId}:${kind}:${value}`).digest('hex');
}

/**
 * Newest first; `q` matches anywhere in the value among the newest, and at its beginning among all,
 * as far as a search looks. `total` counts as far as pages go.
 */
export async function listSuppressions(
  db: Db,
  filter: {
    workspaceId: string;
    kind?: StoredKind | undefined;
    q?: string | undefined;
    page: number;
    limit: number;
  },
): Promise<{ rows: SuppressionRow[]; total: number }> {
  const { workspaceId, limit, kind } = filter;
  const q = filter.q?.toLowerCase();
  const newest = (
    count: number,
  ) => sql`select s.* from unnest(${kind ? [kind] : storedKinds}::text[]) as k (kind) cross join lateral (
    select * from suppressions where workspace_id = ${workspaceId} and kind = k.kind order by created_at desc, value limit ${count}) s`;
  const alike = sql`select * from (select * from suppressions where workspace_id = ${workspaceId} and value collate "C" >= ${q ?? ''}
    and value collate "C" < ${`${q ?? ''}\u{10ffff}`} order by value collate "C" limit ${maxPageDepth}) a where ${kind ?? null}::text is null or kind = ${kind ?? null}`;
  const found = (count: number) =>
    q === undefined
      ? newest(count)
      : sql`select * from (${newest(maxPageDepth)}) n where position(${q} in value) > 0 union ${alike}`;
  const counted = await sql<{
    n: number;
  }>`select count(*) as n from (${found(maxPageDepth)}) as found`.execute(db);
  const total = Math.min(counted.rows[0]?.n ?? 0, maxPageDepth);
  const offset = offsetOf(filter, total);
  if (offset === null) return { rows: [], total };
  const { rows } = await sql<SuppressionRow>`
    select kind, value, reason, campaign_id, created_at from (${found(offset + limit)}) as found
    order by created_at desc, kind, value limit ${limit} offset ${offset}`.execute(db);
  return { rows, total };
}

/** All of them by kind and value, behind `after`; `q` matches anywhere in the value. */
export function listByValue(
  db: Db,
  filter: {
    workspaceId: string;
    kind?: StoredKind | undefined;
    q?: string | undefined;
    after: { kind: string; value: string };
    limit: number;
  },
): Promise<Page<SuppressionRow>> {
  const { workspaceId, kind = null, q = '', after, limit } = filter;
  return readPage<SuppressionRow>(
    db,
    sql`select kind, value, reason, campaign_id, created_at from suppressions
      where workspace_id = ${workspaceId} and (kind, value) > (${after.kind}, ${after.value})
        and (${kind}::text is null or kind = ${kind}) and position(${q.toLowerCase()} in value) > 0
      order by kind, value limit ${limit + 1}`,
    limit,
  );
}

/** Adds those that are not there yet, the first of each. Returns the ones that were added. */
export async function insertSuppressions(
  db: Db,
  workspaceId: string,
  {
    items,
    campaignId,
    at,
  }: { items: readonly (Identity & { reason: string })[]; campaignId?: string; at: Date },
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
export async function deleteSuppression(
  db: Db,
  workspaceId: string,
  { kind, value }: Identity,
): Promise<boolean> {
  const { rows } = await sql`
    delete from suppressions where workspace_id = ${workspaceId} and kind = ${kind} and value = ${value} returning kind`.execute(
    db,
  );
  return rows.length > 0;
}

/** Takes suppressions of addresses that bounced back. */
export async function liftBounced(
  db: Db,
  workspaceId: string,
  addresses: readonly string[],
): Promise<void> {
  if (addresses.length === 0) return;
  await sql`
    delete from suppressions where workspace_id = ${workspaceId} and kind = 'email'
      and reason = 'bounced' and value = any(${addresses}::text[])`.execute(db);
}

/** Reasons of those that are suppressed, keyed `kind:value`; of erased ones `erased`. */
export async function findSuppressed(
  db: Db,
  workspaceId: string,
  given: readonly SuppressionKey[],
): Promise<Map<string, string>> {
  if (given.length === 0) return new Map();
  const hashed = new Map(
    given.flatMap((key) =>
      key.kind === 'domain' ? [] : [[erasedValue(workspaceId, key), key] as const],
    ),
  );
  const erased = [...hashed.keys()].map((value) => ({ kind: 'erased' as const, value }));
  const keys: Identity[] = [...given, ...erased];
  const { rows } = await sql<Identity & { reason: string }>`
    select s.kind, s.value, s.reason
    from unnest(${keys.map((key) => key.kind)}::text[], ${keys.map((key) => key.value)}::text[]) as k (kind, value)
    join suppressions s on s.workspace_id = ${workspaceId} and s.kind = k.kind and s.value = k.value`.execute(
    db,
  );
  return new Map(
    rows.map(({ kind, value, reason }) => {
      const key = kind === 'erased' ? hashed.get(value)! : { kind, value };
      return [`${key.kind}:${key.value}`, reason];
    }),
  );
}

/** The people of these that are suppressed: the entry with its reason, by id. */
export async function readSuppressionReasons(
  db: Db,
  workspaceId: string,
  people: readonly (Identifiable & { id: string })[],
): Promise<Map<string, string>> {
  const keysById = people.map((person) => ({ id: person.id, keys: suppressionKeys(person) }));
  const keys = keysById.flatMap((entry) => entry.keys);
  const found = await findSuppressed(db, workspaceId, keys);
  const reasons = new Map<string, string>();
  if (found.size === 0) return reasons;
  for (const { id, keys: own } of keysById) {
    const hit = own.find((key) => found.has(`${key.kind}:${key.value}`));
    if (hit) reasons.set(id, `${hit.kind} ${hit.value}: ${found.get(`${hit.kind}:${hit.value}`)}`);
  }
  return reasons;
}
