import type { Db } from '../../db/database.ts';
import { listLeads } from '../../db/people/lead-search.ts';
import {
  insertLeads,
  type LeadIdentities,
  type LeadRow,
  leadsByIdentity,
  type NewLead,
} from '../../db/people/leads.ts';
import { identityFields } from '../../domain/identity.ts';

/** A person named by the id of a lead, or by the identities that channels use. */
export type Named = { lead_id?: string | undefined } & {
  [Field in keyof LeadIdentities]?: string | null | undefined;
};

/** The lead of a named person, `created` by this call or not; or the reason why there is none. */
export type NamedLead =
  | { lead: LeadRow; created: boolean }
  | { code: 'lead.not_found' | 'invalid_identity'; message: string };

type LeadContext = { db: Db; workspaceId: string; newId: () => string; now: Date };
type Identified = Partial<Record<keyof LeadIdentities, string>>;

const fields = Object.values(identityFields);
/** Leads in one insert: PostgreSQL takes at most 65,535 parameters in a statement. */
const insertBatchSize = 2_000;

/**
 * Finds the leads of named people and creates the missing ones. Returns one result per person, in
 * order.
 */
export async function nameLeads(
  context: LeadContext,
  named: readonly Named[],
): Promise<NamedLead[]> {
  const { db, workspaceId, newId } = context;
  const identified = named.map(identify);
  const identities = identified.flatMap((one) => one ?? []);
  const existing = indexByKey(await leadsByIdentity(db, workspaceId, identities));
  const missing = new Map<string, NewLead>();
  for (const own of identities) {
    const keys = keysOf(own);
    if (keys.length > 0 && !keys.some((key) => existing.has(key) || missing.has(key))) {
      const lead = { ...own, id: newId(), type: 'person' };
      for (const key of keys) missing.set(key, lead);
    }
  }
  const created = await createLeads(context, [...new Set(missing.values())]);
  // Read again, because another transaction may have created the same lead meanwhile.
  const known =
    missing.size > 0 ? indexByKey(await leadsByIdentity(db, workspaceId, identities)) : existing;
  const ids = named.map(
    ({ lead_id }, index) =>
      lead_id ?? keysOf(identified[index] ?? {}).flatMap((key) => known.get(key) ?? [])[0] ?? null,
  );
  const rows = await readLeads(context, [...new Set(ids.flatMap((id) => id ?? []))]);
  return named.map(({ lead_id }, index) => {
    const lead = rows.get(ids[index] ?? '');
    if (lead) return { lead, created: created.has(lead.id) };
    if (lead_id) return { code: 'lead.not_found', message: 'There is no such lead.' };
    return { code: 'invalid_identity', message: 'No identity is given, or one is not valid.' };
  });
}

/** Inserts leads unless they exist. Returns the ids of the new ones. */
async function createLeads(
  { db, workspaceId, now }: LeadContext,
  leads: readonly NewLead[],
): Promise<Set<string>> {
  const created = new Set<string>();
  for (let at = 0; at < leads.length; at += insertBatchSize) {
    const rows = await insertLeads(
      db,
      { workspaceId, source: 'api', now },
      leads.slice(at, at + insertBatchSize),
    );
    for (const row of rows) created.add(row.id);
  }
  return created;
}

/** The identities of a named person, normalised; null when one is not valid. */
function identify(named: Named): Identified | null {
  const own: Identified = {};
  for (const { field, normalise } of fields) {
    const given = named[field];
    const identity = given ? normalise(given) : null;
    if (given && identity === null) return null;
    if (identity !== null) own[field] = identity;
  }
  return own;
}

function keysOf(own: Partial<LeadIdentities>): string[] {
  return fields.flatMap(({ field }) => (own[field] ? [`${field} ${own[field]}`] : []));
}

function indexByKey(rows: readonly (LeadIdentities & { id: string })[]): Map<string, string> {
  return new Map(rows.flatMap((row) => keysOf(row).map((key) => [key, row.id] as const)));
}

async function readLeads(
  { db, workspaceId }: LeadContext,
  ids: readonly string[],
): Promise<Map<string, LeadRow>> {
  const rows =
    ids.length > 0
      ? await listLeads(db, { workspaceId, listId: null, ids, limit: ids.length })
      : [];
  return new Map(rows.map((row) => [row.id, row]));
}
