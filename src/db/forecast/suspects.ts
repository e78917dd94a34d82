import { type RawBuilder, sql } from 'kysely';
import { profileFields } from '../../domain/people/prospect-input.ts';
import type { TextNeeds } from '../../domain/sequence/text-needs.ts';
import { isName } from '../../domain/texts/render.ts';
import type { Db } from '../database.ts';
import { answersElsewhere } from '../people/answers.ts';
import { type PoolPage, type PoolPerson, readPool } from '../people/pool.ts';
import type { CampaignId } from '../scope.ts';
import { type Picked, person } from '../sending/picks.ts';

/** The characters that `trim` of JavaScript takes away. */
export const blanks =
  ' \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a' +
  '\u2028\u2029\u202f\u205f\u3000\ufeff';

/** Of `prospects p`: the value of a variable; null when no column has it. */
export function columnOf(name: string): RawBuilder<string | null> | null {
  if (name === 'name')
    return sql`coalesce(nullif(btrim(p.name, ${blanks}), ''),
      concat_ws(' ', p.first_name, p.last_name))`;
  if ((profileFields as readonly string[]).includes(name)) return sql`p.${sql.ref(name)}`;
  if (!name.startsWith('custom_fields.')) return null;
  const key = name.slice('custom_fields.'.length);
  return sql`case when jsonb_typeof(p.custom_fields -> ${key}::text) in
    ('string', 'number', 'boolean') then p.custom_fields ->> ${key}::text end`;
}

/** Of `prospects p`: conditions of values so long that a text may be over its limit. */
function longTexts(lengths: TextNeeds['lengths']): RawBuilder<unknown>[] {
  return lengths.map(({ fixed, uses, limit }) => {
    const parts = [...uses].flatMap(([name, n]) => {
      const value = columnOf(name);
      return value ? [sql`${n}::bigint * octet_length(coalesce(${value}, ''))`] : [];
    });
    return sql`${sql.join([sql`${fixed}::bigint`, ...parts], sql` + `)} > ${limit}::bigint`;
  });
}

/** A page of the people of the pool with a text that may be over its limit. */
export function readLongTexts(
  db: Db,
  page: PoolPage,
  lengths: TextNeeds['lengths'],
): Promise<PoolPerson[]> {
  return readPool(db, page, sql.join(longTexts(lengths), sql` or `));
}

/**
 * Of `prospects p`: a value may keep a text from being complete. It may be an entity of a blank.
 */
function lacks({ filled, addresses, lengths, broken }: TextNeeds): RawBuilder<unknown> {
  const values = (names: Iterable<string>) => [...names].flatMap((name) => columnOf(name) ?? []);
  return sql.join(
    [
      sql`${broken}::boolean`,
      ...values(filled).map(
        (value) => sql`coalesce(left(btrim(${value}, ${blanks}), 1), '') in ('', '&')`,
      ),
      ...values([...filled].filter(isName)).map((value) => sql`${value} ~* '://|\\mwww\\.|&'`),
      ...values(addresses).map((value) => sql`${value} !~* '^(https?://|mailto:|tel:)'`),
      ...longTexts(lengths),
    ],
    sql` or `,
  );
}

/** The same by the hashes of erased people; nothing is hashed where nobody was erased. */
const erased = (workspaceId: string) => {
  const by = (kind: string, value: RawBuilder<unknown>) => sql`
    select p.id from roster p join suppressions s on s.workspace_id = ${workspaceId}
      and s.kind = 'erased' and s.value = encode(sha256(convert_to(
        ${`${workspaceId}:${kind}:`} || ${value}, 'UTF8')), 'hex')
    where exists (select 1 from suppressions where workspace_id = ${workspaceId}
      and kind = 'erased')`;
  return sql`${by('email', sql`p.email`)} union all ${by('linkedin', sql`p.linkedin_url`)}
    union all ${by('x', sql`p.x_handle`)}`;
};

/**
 * The ids of the relation `roster` whose address, a domain above it, or a profile an entry
 * suppresses.
 */
export const suppressed = (workspaceId: string) => {
  const by = (kind: string, value: RawBuilder<unknown>) => sql`
    select p.id from roster p join suppressions s on s.workspace_id = ${workspaceId}
      and s.kind = ${kind} and s.value = ${value}`;
  return sql`${by('email', sql`p.email`)} union all ${by('linkedin', sql`p.linkedin_url`)}
    union all ${by('x', sql`p.x_handle`)}
    union all select p.id from roster p join (
      select host from (select distinct split_part(email, '@', 2) as host from roster) h
      cross join lateral (select string_to_array(host, '.') as labels) l
      cross join lateral generate_series(1, cardinality(labels) - 1) as i
      join suppressions s on s.workspace_id = ${workspaceId} and s.kind = 'domain'
        and s.value = array_to_string(labels[i:], '.')
    ) d on split_part(p.email, '@', 2) = d.host
    union all ${erased(workspaceId)}`;
};

const answeredElsewhere = (workspaceId: string) => sql`union all
  select q.id from roster q where exists (${answersElsewhere(workspaceId)})`;

export type SuspectSearch = CampaignId & {
  needs: TextNeeds;
  /** The nodes of the touches, in order. */
  nodeIds: readonly string[];
  /** People of other running campaigns are skipped. */
  skipsOthers: boolean;
  /** People that answered other campaigns are skipped. */
  skipsAnswered: boolean;
  /** Only these people, where given. */
  among: readonly string[] | null;
};

/**
 * The people of a campaign that have not ended and may not get every touch: suppressed, with a
 * value that a text lacks, with a text edited by hand, with a later touch in the ledger, in another
 * campaign, or with an answer to one. Some of them get all touches; nobody else is left
 * out. One statement a roster.
 */
export async function findSuspects(db: Db, search: SuspectSearch): Promise<string[]> {
  const { workspaceId, campaignId, needs, nodeIds, among } = search;
  const { rows } = await sql<{ id: string }>`
    with roster as materialized (
      select p.id, p.email, p.linkedin_url, p.x_handle, p.identity, p.campaign_id, p.node_id, p.sender_id,
        ${lacks(needs)} as lacks
      from prospects p where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
        and p.ended_at is null and (${among}::uuid[] is null or p.id = any(${among}::uuid[]))
    ), suspects as (
      select id from roster where lacks
      union all ${suppressed(workspaceId)}
      union all select m.prospect_id from messages m where m.workspace_id = ${workspaceId}
        and m.campaign_id = ${campaignId} and m.state = 'draft' and m.manually_edited
      union all select p.id from roster p join messages m on m.workspace_id = ${workspaceId}
        and m.campaign_id = ${campaignId} and m.prospect_id = p.id
        and m.state not in ('draft', 'reserved')
        and array_position(${nodeIds}::uuid[], m.node_id)
          >= array_position(${nodeIds}::uuid[], p.node_id)
      union all select p.id from roster p
      where ${search.skipsOthers}::boolean and p.sender_id is null and exists (
        select 1 from campaigns c join prospects o on o.workspace_id = ${workspaceId} and o.campaign_id = c.id
          and o.identity = p.identity and o.ended_at is null
        where c.workspace_id = ${workspaceId} and c.id <> ${campaignId}
          and c.status in ('active', 'paused'))
      ${search.skipsAnswered ? answeredElsewhere(workspaceId) : sql``}
    )
    select distinct r.id from suspects s join roster r on r.id = s.id`.execute(db);
  return rows.map((row) => row.id);
}

export type Suspect = Omit<Picked, 'pick'> & { senderId: string | null; nodeId: string | null };

/** The profiles of these people, with their places. */
export async function readSuspects(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<Suspect[]> {
  const { rows } = await sql<Suspect>`
    select ${person}, p.sender_id as "senderId", p.node_id as "nodeId" from prospects p
    where p.workspace_id = ${workspaceId} and p.id = any(${ids}::uuid[])`.execute(db);
  return rows;
}
