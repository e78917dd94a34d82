import { type Selectable, sql } from 'kysely';
import type { LeadFields } from '../../domain/people/lead.ts';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';

export type LeadRow = Selectable<Schema['leads']>;

const jsonColumns = ['location', 'socials', 'contacts', 'attributes'] as const;

/** The notes of a workspace about a lead. */
type LeadNotes = {
  notes?: string | null | undefined;
  valuation?: number | null | undefined;
  assignee_id?: string | null | undefined;
  done?: boolean | undefined;
};

function written(fields: LeadFields & LeadNotes): Record<string, unknown> {
  const json = jsonColumns.flatMap((column) =>
    fields[column] === undefined ? [] : [[column, JSON.stringify(fields[column])] as const],
  );
  return { ...fields, ...Object.fromEntries(json) };
}

export type NewLead = LeadFields & { id: string; type: string };

/** Adds leads with identities that are new to the workspace, and returns them. */
export async function insertLeads(
  db: Db,
  { workspaceId, source, now }: { workspaceId: string; source: string; now: Date },
  leads: readonly NewLead[],
): Promise<LeadRow[]> {
  if (leads.length === 0) return [];
  const values = leads.map((lead) => ({
    ...written(lead),
    workspace_id: workspaceId,
    id: lead.id,
    type: lead.type,
    sources: JSON.stringify([{ type: source }]),
    created_at: now,
    updated_at: now,
  }));
  return db
    .insertInto('leads')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .execute();
}

/**
 * Writes the given fields. Returns null when there is no such lead. @throws 23505 when an identity
 * is another's
 */
export async function updateLead(
  db: Db,
  { workspaceId, id, now }: { workspaceId: string; id: string; now: Date },
  fields: LeadFields & LeadNotes,
): Promise<LeadRow | null> {
  const update = db.updateTable('leads').set({ ...written(fields), updated_at: now });
  return (
    (await update
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()) ?? null
  );
}

/**
 * Sets these attributes, null takes one away; others stay. Returns null when there is no such lead,
 * or when they would be longer than `max` as JSON and longer than before.
 */
export async function mergeAttributes(
  db: Db,
  { workspaceId, id }: { workspaceId: string; id: string },
  { values, max, now }: { values: Readonly<Record<string, unknown>>; max: number; now: Date },
): Promise<LeadRow | null> {
  const gone = Object.keys(values).filter((name) => values[name] === null);
  const merged = sql`((attributes || ${JSON.stringify(values)}::jsonb) - ${gone}::text[])`;
  const { rows } = await sql<LeadRow>`
    update leads set attributes = ${merged}, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${id}
      and length(${merged}::text) <= greatest(${max}, length(attributes::text)) returning *`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** Texts of a lead that are no identity. */
const texts = [
  'first_name',
  'last_name',
  'name',
  'title',
  'company',
  'domain',
  'industry',
  'size',
] as const;

/**
 * Writes the given fields of each of these leads; attributes are merged, identities stay. Returns
 * the leads that were written: not those whose attributes would be longer than `max` as JSON.
 */
export async function mergeLeads(
  db: Db,
  { workspaceId, max, now }: { workspaceId: string; max: number; now: Date },
  leads: ReadonlyMap<string, LeadFields>,
): Promise<Set<string>> {
  if (leads.size === 0) return new Set();
  const set = sql.join(
    texts.map(
      (field) => sql`${sql.ref(field)} = coalesce(g.v->>${sql.lit(field)}, l.${sql.ref(field)})`,
    ),
  );
  const merged = sql`(l.attributes || coalesce(g.v->'attributes', '{}'))`;
  const { rows } = await sql<{ id: string }>`
    update leads l set ${set}, attributes = ${merged}, updated_at = ${now}
    from unnest(${[...leads.keys()]}::uuid[], ${[...leads.values()].map((fields) => JSON.stringify(fields))}::jsonb[]) as g (id, v)
    where l.workspace_id = ${workspaceId} and l.id = g.id
      and length(${merged}::text) <= greatest(${max}, length(l.attributes::text)) returning l.id`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Removes a lead from every list and for good; campaigns keep their copies. Returns whether there
 * was one.
 */
export async function deleteLead(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const { rows } =
    await sql`delete from leads where workspace_id = ${workspaceId} and id = ${id} returning id`.execute(
      db,
    );
  return rows.length > 0;
}

export type LeadIdentities = Pick<LeadRow, 'email' | 'linkedin_url' | 'x_handle'>;

/** The leads that have an identity of one of these. */
export async function leadsByIdentity(
  db: Db,
  workspaceId: string,
  people: readonly Partial<LeadIdentities>[],
): Promise<(LeadIdentities & { id: string })[]> {
  const all = (field: keyof LeadIdentities) => people.flatMap((person) => person[field] ?? []);
  const { rows } = await sql<LeadIdentities & { id: string }>`
    select id, email, linkedin_url, x_handle from leads
    where workspace_id = ${workspaceId} and (email = any(${all('email')}::text[]) or linkedin_url = any(${all('linkedin_url')}::text[])
      or x_handle = any(${all('x_handle')}::text[]))`.execute(db);
  return rows;
}
