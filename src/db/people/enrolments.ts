import { type RawBuilder, sql } from 'kysely';
import { identityFields } from '../../domain/identity.ts';
import {
  customFieldsLimit,
  profileFields,
  profileLimits,
} from '../../domain/people/prospect-input.ts';
import type { AssessedLead, EnrolmentState } from '../../domain/people/rule.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { CampaignId } from '../scope.ts';
import { inHandList } from '../sending/holds.ts';
import { countAdded, insertIntoPool } from '../sending/roster-changes.ts';
import type { LeadRules } from './rules.ts';

/**
 * Leads of a campaign that are assessed together, with the campaign's rules. `others`: campaigns
 * whose contacts the rules exclude.
 */
export type Assessing = CampaignId & {
  type: string;
  rules: LeadRules;
  others: readonly string[];
  ids: readonly string[];
};

const listIds = (rules: LeadRules, role: string) =>
  rules.lists.flatMap((list) => (list.role === role ? list.id : []));

/** The profile columns of a prospect as leads `l` have them. */
const profile: Record<(typeof profileFields)[number], RawBuilder<unknown>> = {
  ...(Object.fromEntries(profileFields.map((field) => [field, sql.ref(`l.${field}`)])) as Record<
    (typeof profileFields)[number],
    RawBuilder<unknown>
  >),
  name: sql`coalesce(l.name, nullif(concat_ws(' ', l.first_name, l.last_name), ''))`,
  position: sql`l.title`,
  headline: sql`null`,
};

const identityOf = (type: string) => sql.ref(`l.${identityFields[type]!.field}`);

/** Campaigns of a type, besides one, that may have written to people for real. */
export async function campaignsBeside(
  db: Db,
  { workspaceId, campaignId, type }: CampaignId & { type: string },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from campaigns where workspace_id = ${workspaceId} and type = ${type} and id <> ${campaignId} and not dry_run and launched_at is not null`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/**
 * Lead `l` of id `g.id`. Each is looked up by its key, here as below, because the planner's
 * statistics may be old.
 */
const leadOf = ({ workspaceId }: Assessing) =>
  sql`select * from leads where workspace_id = ${workspaceId} and id = g.id offset 0`;

/** `f.lists`: the synced lists that lead `g.id` is in, in the rules' order; null when in none. */
function fedBy({ workspaceId, rules }: Assessing): RawBuilder<unknown> {
  const synced = listIds(rules, 'synced');
  const order =
    synced.length > 1 ? sql`order by array_position(${synced}::uuid[], m.list_id)` : sql``;
  return sql`select array_agg(m.list_id ${order}) as lists from list_leads m
    where m.workspace_id = ${workspaceId} and m.list_id = any (${synced}::uuid[]) and m.lead_id = g.id`;
}

/**
 * `w.why`: why lead `l` of id `g.id` is out of scope, null when it is in. Checks only the
 * conditions that the rules have.
 */
function whyOut({ workspaceId, type, rules, others }: Assessing): RawBuilder<unknown> {
  const excluded = listIds(rules, 'excluded');
  const identity = identityOf(type);
  const elsewhere = (mark: RawBuilder<unknown>) => sql`exists (
    select 1 from unnest(${others}::uuid[]) as o (id) cross join lateral (
      select 1 from prospects p where p.workspace_id = ${workspaceId} and p.campaign_id = o.id and p.identity = ${identity} and ${mark} is not null offset 0
    ) p)`;
  const tooLong = sql.join(
    (['first_name', 'last_name'] as const).map(
      (field) => sql`length(${profile[field]}) > ${profileLimits[field]}`,
    ),
    sql` or `,
  );
  return sql`case when l.id is null then 'gone' ${excluded.length > 0 ? sql`when exists (select 1 from list_leads x where x.workspace_id = ${workspaceId} and x.list_id = any (${excluded}::uuid[]) and x.lead_id = g.id) then 'excluded'` : sql``} when f.lists is null then 'unlisted'
    when ${identity} is null then 'no_identity' when ${tooLong} or length(l.attributes::text) > ${customFieldsLimit} then 'unreadable'
    ${rules.exclude_contacted ? sql`when ${elsewhere(sql`p.contacted_at`)} then 'contacted'` : sql``}
    ${rules.exclude_mutuals && !rules.exclude_contacted ? sql`when ${elsewhere(sql`p.replied_at`)} then 'mutual'` : sql``} end`;
}

/** Custom fields as a list's import makes them, with the columns that the lists' mappings add. */
function customFields({ workspaceId, campaignId, rules }: Assessing): RawBuilder<unknown> {
  const own = sql`jsonb_strip_nulls(jsonb_build_object('industry', l.industry, 'size', l.size, 'domain', l.domain)) || l.attributes`;
  if (!rules.lists.some((list) => Object.keys(list.columnMapping).length > 0))
    return sql`nullif(${own}, '{}')`;
  return sql`nullif(${own} || coalesce((
    select jsonb_object_agg(k.value, l.attributes -> k.key) from rule_lists r cross join lateral jsonb_each_text(r.column_mapping) k
    where r.workspace_id = ${workspaceId} and r.campaign_id = ${campaignId} and r.list_id = any (f.lists) and l.attributes ? k.key), '{}'), '{}')`;
}

/**
 * Enrols the leads in scope that were never enrolled, with `newIds` as their ids, and counts them;
 * leads whose identity is on the roster already fall out. Returns how many were in scope, and how
 * many were added. Measured by `npm run bench -- sync`.
 */
export async function enrolNew(
  db: Db,
  assessing: Assessing,
  { newIds, now }: { newIds: readonly string[]; now: Date },
): Promise<{ fit: number; added: number }> {
  const { workspaceId, campaignId, type, ids } = assessing;
  const intake = { workspaceId, campaignId, source: 'rule', now };
  const values = sql.join(
    profileFields.map((field) => sql`${profile[field]} as ${sql.ref(field)}`),
  );
  const { rows } = await sql<{ fit: number; added: number }>`
    with fit as materialized (
      select g.new_id as id, l.id as lead_id, f.lists, f.lists[1]::text as source_ref,
        '' as local_zone, null as local_zone_source, ${identityOf(type)} as identity, ${customFields(assessing)} as custom_fields, ${values}
      from unnest(${ids}::uuid[], ${newIds}::uuid[]) as g (id, new_id)
      cross join lateral (${leadOf(assessing)}) l cross join lateral (${fedBy(assessing)}) f cross join lateral (select ${whyOut(assessing)} as why) w
      where w.why is null
    ), added as (
      ${insertIntoPool(intake, sql`(select * from fit order by id) as fit`)}
    ), enrolled as (
      insert into enrolments (workspace_id, campaign_id, lead_id, prospect_id, list_ids, state)
      select ${workspaceId}, ${campaignId}, a.lead_id, a.id, f.lists, 'in' from added a join fit f on f.lead_id = a.lead_id
    ), counted as (
      ${countAdded(workspaceId, campaignId)}
    )
    select (select count(*) from fit)::int as fit, count(*)::int as added from added`.execute(db);
  return rows[0]!;
}

/** All facts about leads: what the rules say of them, and their enrolment and prospect. */
function assessed(assessing: Assessing): RawBuilder<unknown> {
  const { workspaceId, campaignId, type, ids } = assessing;
  return sql`
    select g.id as lead_id, f.lists::text as lists, w.why as out_of_scope, e.state, e.list_ids::text as known_lists, e.prospect_id,
      p.id is not null as there, t.id as taken_by, coalesce(t.source = 'rule', false) as ruled
    from unnest(${ids}::uuid[]) as g (id) left join lateral (${leadOf(assessing)}) l on true
    cross join lateral (${fedBy(assessing)}) f cross join lateral (select ${whyOut(assessing)} as why) w
    left join lateral (
      select state, list_ids, prospect_id from enrolments where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and lead_id = g.id offset 0
    ) e on true
    left join lateral (select id from prospects where workspace_id = ${workspaceId} and id = e.prospect_id offset 0) p on true
    left join lateral (
      select id, source from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and identity = ${identityOf(type)}
        and e.state is null offset 0
    ) t on true`;
}

/** Those of the leads that do not stand as the rules want them. */
export async function assess(db: Db, assessing: Assessing): Promise<AssessedLead[]> {
  if (assessing.ids.length === 0) return [];
  return camelRows<AssessedLead>(
    db,
    sql`${assessed(assessing)}
    where case when w.why is null then e.state is distinct from 'in' or e.list_ids <> f.lists else e.state = 'in' or p.id is null and e.state is not null end
    order by g.id`,
  );
}

/** How the rules find one lead. */
export async function assessOne(db: Db, assessing: Assessing): Promise<AssessedLead> {
  const rows = await camelRows<AssessedLead>(db, sql`${assessed(assessing)}`);
  return rows[0]!;
}

export type Enrolment = {
  leadId: string;
  prospectId: string;
  lists: string;
  state: EnrolmentState;
};

/** Notes how leads stand. */
export async function writeEnrolments(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  rows: readonly Enrolment[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into enrolments (workspace_id, campaign_id, lead_id, prospect_id, list_ids, state)
    select ${workspaceId}, ${campaignId}, lead_id, prospect_id, list_ids::uuid[], state
    from unnest(${rows.map((row) => row.leadId)}::uuid[], ${rows.map((row) => row.prospectId)}::uuid[], ${rows.map((row) => row.lists)}::text[],
      ${rows.map((row) => row.state)}::text[]) as g (lead_id, prospect_id, list_ids, state)
    on conflict (workspace_id, campaign_id, lead_id) do update set list_ids = excluded.list_ids, state = excluded.state`.execute(
    db,
  );
}

/** Deletes enrolments of prospects that were removed from the roster. */
export async function deleteEnrolments(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  leadIds: readonly string[],
): Promise<void> {
  if (leadIds.length === 0) return;
  await sql`delete from enrolments where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and lead_id = any (${leadIds}::uuid[])`.execute(
    db,
  );
}

/**
 * Forgets which leads these people were. Returns how many of the enrolments were in, and removed.
 */
export async function releaseProspects(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  prospectIds: readonly string[],
): Promise<{ fed: number; removed: number }> {
  const { rows } = await sql<{ fed: number; removed: number }>`
    with gone as (
      delete from enrolments where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and prospect_id = any (${prospectIds}::uuid[]) returning state
    )
    select count(*) filter (where state = 'in')::int as fed, count(*) filter (where state = 'removed')::int as removed from gone`.execute(
    db,
  );
  return rows[0]!;
}

/**
 * `fresh`: nobody has written to them, and nobody is about to. `busy`: somebody is. `written`:
 * somebody has. `ended`: so or otherwise.
 */
export type ContactStage = 'fresh' | 'busy' | 'written' | 'ended';

/** How far these people are, locked until the transaction ends. */
export async function lockEnrolled(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  ids: readonly string[],
): Promise<Map<string, ContactStage>> {
  const { rows } = await sql<{ id: string; standing: ContactStage }>`
    select id, case when ended_at is not null then 'ended' when hold in (${inHandList}) then 'busy' when contacted_at is not null then 'written' else 'fresh' end as standing
    from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and id = any (${ids}::uuid[]) order by id for update`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row.standing]));
}
