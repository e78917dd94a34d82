import { type RawBuilder, sql } from 'kysely';
import type { SuppressionKey, SuppressionKind } from '../../domain/people/suppression.ts';
import type { Db } from '../database.ts';
import { blankProfiles } from '../sending/profiles.ts';
import { identityColumns } from './answers.ts';
import { erasedValue } from './suppressions.ts';

/** The text that stands for one that was erased. */
export const erasedText = '(erased)';

/** The keys of the erased person. */
type Erased = { workspaceId: string; keys: readonly SuppressionKey[] };

const valuesOf = (keys: readonly SuppressionKey[], kind: SuppressionKind) =>
  keys.flatMap((key) => (key.kind === kind ? key.value : []));

/** Of a relation with the identifying columns: one of them is the person's. */
function isPerson(of: string, keys: readonly SuppressionKey[]): RawBuilder<boolean> {
  const parts = identityColumns.map(
    ([kind, column]) => sql`${sql.ref(`${of}.${column}`)} = any(${valuesOf(keys, kind)}::text[])`,
  );
  return sql`(${sql.join(parts, sql` or `)})`;
}

/** The person's identities in all campaigns and among the leads, those that were given included. */
export async function identitiesOfPerson(
  db: Db,
  { workspaceId, keys }: Erased,
): Promise<SuppressionKey[]> {
  const parts = (['prospects', 'leads'] as const).map(
    (table) => sql`select k.kind, k.value from ${sql.table(table)} p
      cross join lateral (values ('email', p.email), ('linkedin', p.linkedin_url),
        ('x', p.x_handle)) as k (kind, value)
      where p.workspace_id = ${workspaceId} and ${isPerson('p', keys)} and k.value is not null`,
  );
  const { rows } = await sql<SuppressionKey>`${sql.join(parts, sql` union `)}`.execute(db);
  const all = new Map([...keys, ...rows].map((key) => [`${key.kind} ${key.value}`, key]));
  return [...all.values()];
}

export type ErasedProspect = {
  id: string;
  campaignId: string;
  isOpen: boolean;
  inHand: boolean;
};

/** The person's copies in all campaigns, locked until the transaction ends. */
export async function lockPerson(db: Db, { workspaceId, keys }: Erased): Promise<ErasedProspect[]> {
  const { rows } = await sql<ErasedProspect>`
    select p.id, p.campaign_id as "campaignId", p.ended_at is null as "isOpen",
      p.hold is not distinct from 'reserved' or exists (select 1 from messages m
        where m.workspace_id = ${workspaceId} and m.prospect_id = p.id and m.state = 'reserved')
        as "inHand"
    from prospects p where p.workspace_id = ${workspaceId} and ${isPerson('p', keys)}
    order by p.id for update`.execute(db);
  return rows;
}

/** Takes all facts of the person out of these prospects, their messages and their events. */
export async function blankProspects(
  db: Db,
  workspaceId: string,
  { ids, now }: { ids: readonly string[]; now: Date },
): Promise<void> {
  const own = sql`workspace_id = ${workspaceId} and prospect_id = any(${ids}::uuid[])`;
  await sql`delete from ai_drafts where ${own}`.execute(db);
  await sql`delete from messages where ${own} and state = 'draft'`.execute(db);
  // A text that was there stays marked as one: usage counts notes by it.
  const gone = (column: string) =>
    sql`${sql.ref(column)} = case when ${sql.ref(column)} <> '' then ${erasedText} end`;
  await sql`update messages set ${gone('subject')}, ${gone('body_text')}, body_html = null,
      ${gone('error_detail')}, written = null, provider_key = null, thread_key = null,
      withdraw_error = null, updated_at = ${now} where ${own}`.execute(db);
  await blankProfiles(db, workspaceId, { ids, reason: erasedText, now });
  await sql`update events set data = '{"erased": true}' where ${own}`.execute(db);
}

/** Takes the contents out of the messages that the person wrote, matched to a prospect or not. */
export async function blankReceived(
  db: Db,
  { workspaceId, keys, ids }: Erased & { ids: readonly string[] },
): Promise<number> {
  const names = keys.map(({ value }) => value);
  const { rows } = await sql<{ id: string }>`
    update inbound_messages set from_address = null, channel_key = null, subject = null,
      body_text = null, body_html = null, thread_id = null, headers = '{}', facts = '{}', thread_key = null, kind_reason = ${erasedText}
    where workspace_id = ${workspaceId} and applied_at is not null
      and (prospect_id = any(${ids}::uuid[]) or lower(from_address) = any(${names}::text[]))
    returning id`.execute(db);
  await sql`delete from attachments where workspace_id = ${workspaceId}
    and inbound_id = any(${rows.map(({ id }) => id)}::uuid[])`.execute(db);
  return rows.length;
}

/**
 * Deletes the person's conversations with the messages that were written by hand. Returns false,
 * and deletes none, while such a message is on its way.
 */
export async function deleteConversations(db: Db, { workspaceId, keys }: Erased): Promise<boolean> {
  const names = keys.map(({ value }) => value);
  const own = sql`select id from threads
    where workspace_id = ${workspaceId} and identity = any(${names}::text[])`;
  const { rows } = await sql`select 1 from hand_messages where workspace_id = ${workspaceId}
    and state = 'reserved' and thread_id in (${own}) limit 1`.execute(db);
  if (rows.length > 0) return false;
  await sql`delete from threads
    where workspace_id = ${workspaceId} and identity = any(${names}::text[])`.execute(db);
  return true;
}

/**
 * Deletes the person's leads, past answers and rows of imports, and replaces the entries that
 * suppress the person by hashes. Returns how many leads there were.
 */
export async function forgetPerson(
  db: Db,
  { workspaceId, keys, now }: Erased & { now: Date },
): Promise<number> {
  const names = keys.map(({ value }) => value);
  const { rows } = await sql`
    delete from leads p where p.workspace_id = ${workspaceId} and ${isPerson('p', keys)}
    returning id`.execute(db);
  await sql`delete from import_left_out where workspace_id = ${workspaceId}
    and identity = any(${names}::text[])`.execute(db);
  await sql`delete from import_rejects where workspace_id = ${workspaceId}
    and exists (select 1 from unnest(${names}::text[]) as n (name)
      where position(n.name in lower(raw)) > 0)`.execute(db);
  const given = sql`unnest(${keys.map(({ kind }) => kind)}::text[], ${names}::text[])
    as k (kind, value)`;
  for (const table of ['past_answers', 'suppressions'])
    await sql`delete from ${sql.table(table)} t using ${given} where t.workspace_id = ${workspaceId}
      and t.kind = k.kind and t.value = k.value`.execute(db);
  await sql`
    insert into suppressions (workspace_id, kind, value, reason, created_at)
    select ${workspaceId}, 'erased', value, 'erased', ${now}
    from unnest(${keys.map((key) => erasedValue(workspaceId, key))}::text[]) as k (value)
    on conflict do nothing`.execute(db);
  return rows.length;
}
