import { type RawBuilder, sql } from 'kysely';
import { suppressionKinds } from '../../domain/people/suppression.ts';
import { blankWords, brokenShapes } from '../../domain/texts/odd-values.ts';
import type { Db } from '../database.ts';
import { blanks, columnOf } from '../forecast/suspects.ts';
import { hasAnswered, identityColumns } from '../people/answers.ts';
import type { CampaignId } from '../scope.ts';

/** A variable of the texts. `keys`: the spellings of its field that the roster has. */
export type SurveyedVariable = { name: string; keys: readonly string[] };
/**
 * How many people of the pool have no value for a variable, a word for nothing, or a value that no
 * person wrote; and the ids of some.
 */
type SurveyCount = {
  kind: 'missing' | 'blank' | 'broken';
  name: string;
  n: number;
  examples: string[];
};
type SurveyedPerson = { id: string; label: string; values: Record<string, string | null> };

const kinds = ['missing', 'blank', 'broken'] as const;
/** Each has three bits of a bigint. */
const variablesAtOnce = 20;
const maxExamples = 3;

/** Of `prospects p`: in the pool of the campaign. */
const inPool = ({ workspaceId, campaignId }: CampaignId) => sql`p.workspace_id = ${workspaceId}
  and p.campaign_id = ${campaignId} and p.status = 'pending' and p.sender_id is null
  and p.hold is null`;

/** The first people are enough to know nearly all fields. */
const keySample = 1_000;

/**
 * The custom fields that some person of the campaign has, at most `limit`. Whoever has another than
 * the first people is looked for in one pass, because listing the fields of a million is costly.
 */
export async function readFieldKeys(
  db: Db,
  campaign: CampaignId,
  limit: number,
): Promise<string[]> {
  const fields = sql`case when jsonb_typeof(p.custom_fields) = 'object' then p.custom_fields end`;
  const keys = new Set<string>();
  let after: string | null = null;
  do {
    const known: string[] = [...keys];
    const found: { rows: { id: string; keys: string[] }[] } = await sql<{
      id: string;
      keys: string[];
    }>`
      select p.id, array(select jsonb_object_keys(${fields})) as keys from prospects p
      where ${inPool(campaign)} and (${after}::uuid is null or p.id > ${after})
        and ${fields} - ${known}::text[] <> '{}'
      order by p.id limit ${keySample}`.execute(db);
    for (const row of found.rows) for (const key of row.keys) keys.add(key);
    after = found.rows.at(-1)?.id ?? null;
  } while (after !== null && keys.size < limit);
  return [...keys].sort().slice(0, limit);
}

/** Counts the faults in the values of the whole pool: one pass for twenty variables. */
export async function surveyValues(
  db: Db,
  campaign: CampaignId,
  variables: readonly SurveyedVariable[],
): Promise<SurveyCount[]> {
  const counts: SurveyCount[] = [];
  for (let from = 0; from < variables.length; from += variablesAtOnce)
    counts.push(...(await surveySome(db, campaign, variables.slice(from, from + variablesAtOnce))));
  return counts;
}

async function surveySome(
  db: Db,
  campaign: CampaignId,
  variables: readonly SurveyedVariable[],
): Promise<SurveyCount[]> {
  const known = variables.filter(({ name }) => columnOf(name) !== null);
  if (known.length === 0) return [];
  const values = known.map((variable, i) => sql`${textValue(variable)} as ${sql.ref(`v${i}`)}`);
  const firsts = known.map((_, i) => sql`ascii(${sql.ref(`v${i}`)}) as ${sql.ref(`c${i}`)}`);
  const flags = known.map((_, i) => flagOf(i));
  // "offset 0" keeps the planner from computing a value anew wherever it is used.
  // Several people of each mask are enough for examples: a mask says all that is wrong with them.
  const { rows } = await sql<{ mask: string; n: number; first: string; last: string }>`
    select mask::text, count(*)::int as n, min(id::text) as first, max(id::text) as last from (
      select id, ${sql.join(flags, sql` | `)} as mask from (
        select p.*, ${sql.join(firsts)} from (
          select p.id, ${sql.join(values)} from prospects p where ${inPool(campaign)} offset 0
        ) as p offset 0
      ) as v offset 0
    ) as m where mask <> 0 group by m.mask`.execute(db);
  return known.flatMap(({ name }, i) =>
    kinds.flatMap((kind, k): SurveyCount[] => {
      const having = rows.filter((row) => (BigInt(row.mask) >> BigInt(3 * i + k)) & 1n);
      const n = having.reduce((sum, row) => sum + row.n, 0);
      const ids = new Set(having.flatMap(({ first, last }) => [first, last]));
      return n > 0 ? [{ kind, name, n, examples: [...ids].sort().slice(0, maxExamples) }] : [];
    }),
  );
}

/** Of `prospects p`: the value as text; null when there is none that a text can show. */
function textValue({ name, keys }: SurveyedVariable): RawBuilder<string | null> {
  // As elsewhere, without trimming a million names that need it not.
  if (name === 'name') return sql`coalesce(p.name, concat_ws(' ', p.first_name, p.last_name))`;
  const columns = keys.map((key) => sql`p.custom_fields ->> ${key}::text`);
  if (columns.length === 0)
    return name.startsWith('custom_fields.') ? sql`null::text` : columnOf(name)!;
  const types = keys.map((key) => sql`jsonb_typeof(p.custom_fields -> ${key}::text)`);
  const value = sql`coalesce(${sql.join(columns)})`;
  return sql`case when ascii(${value}) in (91, 123) and coalesce(${sql.join(types)})
    in ('array', 'object') then null else ${value} end`;
}

/** The characters, in both cases, with which a word for nothing begins. */
const wordStarts = [
  ...new Set(
    blankWords.flatMap((word) => [word, word.toUpperCase()]).map((word) => word.codePointAt(0)!),
  ),
];

/**
 * The three bits of a variable. A look at the first character spares most values the comparisons
 * that take long: blanks, words, and the signs with which broken values begin.
 */
function flagOf(index: number): RawBuilder<unknown> {
  const bit = (kind: number) => sql`${String(2n ** BigInt(3 * index + kind))}::bigint`;
  const [value, first] = [sql.ref(`v${index}`), sql.ref(`c${index}`)];
  const isLetter = sql`(${first} between 97 and 122 or ${first} between 65 and 90)`;
  const isSign = sql`(${first} < 48 or ${first} between 58 and 64 or ${first} between 91 and 96
    or ${first} between 123 and 191 or ${first} between 8208 and 8231)`;
  const mayBeBlank = sql`(${first} <= 32 or ${first} = 160 or ${first} >= 5760)`;
  return sql`(case when ${value} is null or not ${isLetter} and ${mayBeBlank} and btrim(${value}, ${blanks}) = '' then ${bit(0)}
    when ${first} = any(${wordStarts}::int[]) and octet_length(${value}) <= 32
      and lower(${value} collate "C") = any(${blankWords}::text[]) then ${bit(1)}
    when (not ${isLetter} and ${isSign} or strpos(${value}, '{') > 0) and ${value} ~* ${brokenShapes.join('|')} then ${bit(2)}
    else 0 end)`;
}

/** How many people of the pool an entry suppresses, and the ids of some. */
export async function surveySuppressed(
  db: Db,
  campaign: CampaignId,
): Promise<{ n: number; examples: string[] }> {
  const { workspaceId } = campaign;
  const kinds = await sql<{ kind: string }>`
    select k.kind from unnest(${suppressionKinds}::text[]) as k (kind) where exists (
      select 1 from suppressions s where s.workspace_id = ${workspaceId} and s.kind = k.kind)`.execute(
    db,
  );
  if (kinds.rows.length === 0) return { n: 0, examples: [] };
  const parts = kinds.rows.map(({ kind }) => suppressedBy(kind, campaign));
  return countAndName(db, { ids: sql.join(parts, sql` union `) });
}

/** The ids of the pool that entries of a kind suppress; a domain has those below it too. */
function suppressedBy(kind: string, campaign: CampaignId): RawBuilder<unknown> {
  const { workspaceId } = campaign;
  const column = identityColumns.find(([known]) => known === kind)?.[1];
  if (column)
    return sql`select p.id from prospects p join suppressions s on s.workspace_id = ${workspaceId}
      and s.kind = ${kind} and s.value = p.${sql.ref(column)} where ${inPool(campaign)}`;
  return sql`select p.id from prospects p join (
      select distinct host from (
        select distinct split_part(p.email, '@', 2) as host from prospects p where ${inPool(campaign)}
      ) h cross join lateral (select string_to_array(host, '.') as labels) l
      cross join lateral generate_series(1, cardinality(labels) - 1) as i
      join suppressions s on s.workspace_id = ${workspaceId} and s.kind = 'domain'
        and s.value = array_to_string(labels[i:], '.')
    ) d on split_part(p.email, '@', 2) = d.host where ${inPool(campaign)}`;
}

/**
 * How many people of the pool replied to, or unsubscribed from, another campaign of the workspace,
 * and the ids of some.
 */
export async function surveyAnswers(
  db: Db,
  campaign: CampaignId,
): Promise<{ n: number; examples: string[] }> {
  const { workspaceId, campaignId } = campaign;
  const answers = identityColumns.map(
    ([kind, column]) => sql`
      select ${kind}::text as kind, ${sql.ref(`o.${column}`)} as value from prospects o
      where o.workspace_id = ${workspaceId} and o.campaign_id <> ${campaignId}
        and o.${sql.ref(column)} is not null and ${hasAnswered}`,
  );
  const found = identityColumns.map(
    ([kind, column]) => sql`select p.id from prospects p where ${inPool(campaign)}
      and ${sql.ref(`p.${column}`)} in (select value from others where kind = ${kind})`,
  );
  return countAndName(db, {
    others: sql`${sql.join(answers, sql` union all `)} union all
      select kind, value from past_answers where workspace_id = ${workspaceId}`,
    ids: sql.join(found, sql` union `),
  });
}

/**
 * How many ids a selection has, and some of them. `others` is read once: a planner that knows
 * nothing of new rows would read it again for each person.
 */
async function countAndName(
  db: Db,
  { others, ids }: { others?: RawBuilder<unknown>; ids: RawBuilder<unknown> },
): Promise<{ n: number; examples: string[] }> {
  const before = others ? sql`others as materialized (${others}),` : sql``;
  const { rows } = await sql<{ n: number; examples: string[] | null }>`
    with ${before} found as materialized (${ids})
    select (select count(*)::int from found) as n,
      (select array_agg(id) from (select id from found order by id limit ${maxExamples}) f) as examples`.execute(
    db,
  );
  return { n: rows[0]!.n, examples: rows[0]!.examples ?? [] };
}

/**
 * How many people of the pool another running campaign has under way, whatever its channel, and the
 * ids of some.
 */
export async function surveyOverlaps(
  db: Db,
  campaign: CampaignId,
): Promise<{ n: number; examples: string[] }> {
  const { workspaceId, campaignId } = campaign;
  return countAndName(db, {
    others: sql`select o.identity from campaigns c
      join prospects o on o.workspace_id = ${workspaceId} and o.campaign_id = c.id
      where c.workspace_id = ${workspaceId} and c.id <> ${campaignId}
        and c.status in ('active', 'paused') and not c.dry_run and o.ended_at is null`,
    ids: sql`select p.id from prospects p where ${inPool(campaign)}
      and p.identity in (select identity from others)`,
  });
}

/** People by their ids, with the values of these variables. */
export async function readSurveyed(
  db: Db,
  workspaceId: string,
  { ids, variables }: { ids: readonly string[]; variables: readonly SurveyedVariable[] },
): Promise<Map<string, SurveyedPerson>> {
  const known = variables.filter(({ name }) => columnOf(name) !== null);
  const values = known.flatMap((variable) => [sql`${variable.name}::text`, textValue(variable)]);
  const { rows } = await sql<SurveyedPerson>`
    select p.id, coalesce(p.email, p.name, p.identity) as label,
      ${values.length > 0 ? sql`jsonb_build_object(${sql.join(values)})` : sql`'{}'::jsonb`} as values
    from prospects p where p.workspace_id = ${workspaceId} and p.id = any(${ids}::uuid[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row]));
}
