import type { Db } from '../../db/database.ts';
import {
  insertLeads,
  type LeadIdentities,
  type LeadRow,
  leadsByIdentity,
  listLeads,
  type NewLead,
} from '../../db/people/leads.ts';
import { identityFields } from '../../domain/identity.ts';

/** Somebody by the id of a lead, or by whatever a channel knows people by. */
export type Named = { lead_id?: string | undefined } & {
  [Field in keyof LeadIdentities]?: string | null | undefined;
};

/** The lead that is meant, `created` when it was not there before; or why there is none. */
export type NamedLead =
  | { lead: LeadRow; created: boolean }
  | { code: 'lead.not_found' | 'invalid_identity'; message: string };

type World = { db: Db; workspaceId: string; newId: () => string; now: Date };
type Identified = Partial<Record<keyof LeadIdentities, string>>;

const fields = Object.values(identityFields);
const pieceSize = 2_000;

/** Finds the lead each of these names, in their order, and makes those that are missing. */
export async function nameLeads(world: World, named: readonly Named[]): Promise<NamedLead[]> {
  const { db, workspaceId, newId } = world;
  const read = named.map(identify);
  const asked = read.flatMap((one) => one ?? []);
  const byIdentity = indexed(await leadsByIdentity(db, workspaceId, asked));
  const fresh = new Map<string, NewLead>();
  for (const own of asked) {
    const keys = keysOf(own);
    if (keys.length > 0 && !keys.some((key) => byIdentity.has(key) || fresh.has(key))) {
      const lead = { ...own, id: newId(), type: 'person' };
      for (const key of keys) fresh.set(key, lead);
    }
  }
  const created = await createLeads(world, [...new Set(fresh.values())]);
  // Others may have made one meanwhile: what is there now counts.
  const known =
    fresh.size > 0 ? indexed(await leadsByIdentity(db, workspaceId, asked)) : byIdentity;
  const ids = named.map(
    ({ lead_id }, index) =>
      lead_id ?? keysOf(read[index] ?? {}).flatMap((key) => known.get(key) ?? [])[0] ?? null,
  );
  const rows = await readLeads(world, [...new Set(ids.flatMap((id) => id ?? []))]);
  return named.map(({ lead_id }, index) => {
    const lead = rows.get(ids[index] ?? '');
    if (lead) return { lead, created: created.has(lead.id) };
    if (lead_id) return { code: 'lead.not_found', message: 'There is no such lead.' };
    return { code: 'invalid_identity', message: 'No identity is given, or one is not valid.' };
  });
}

/** Returns the ids of those that were not there. A statement has so many parameters and no more, hence the pieces. */
async function createLeads(
  { db, workspaceId, now }: World,
  leads: readonly NewLead[],
): Promise<Set<string>> {
  const created = new Set<string>();
  for (let at = 0; at < leads.length; at += pieceSize) {
    const rows = await insertLeads(
      db,
      { workspaceId, source: 'api', now },
      leads.slice(at, at + pieceSize),
    );
    for (const row of rows) created.add(row.id);
  }
  return created;
}

/** The identities, normalised; null when one is not valid. */
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

function indexed(rows: readonly (LeadIdentities & { id: string })[]): Map<string, string> {
  return new Map(rows.flatMap((row) => keysOf(row).map((key) => [key, row.id] as const)));
}

async function readLeads(
  { db, workspaceId }: World,
  ids: readonly string[],
): Promise<Map<string, LeadRow>> {
  const rows =
    ids.length > 0
      ? await listLeads(db, { workspaceId, listId: null, ids, limit: ids.length })
      : [];
  return new Map(rows.map((row) => [row.id, row]));
}
