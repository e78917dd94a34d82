import { type RawBuilder, sql } from 'kysely';
import type { Identifiable } from '../../domain/identity.ts';
import type { PastAnswer } from '../../domain/people/prospect.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

/** The columns that identify a person, with the kind of each in suppressions and past answers. */
export const identityColumns = [
  ['email', 'email'],
  ['linkedin', 'linkedin_url'],
  ['x', 'x_handle'],
] as const;

/** Of `prospects o`: how the person answered; null when they did not. */
const answer = sql`case when o.status = 'unsubscribed' then 'unsubscribed'
  when o.replied_at is not null then 'replied' end`;

/** Of `prospects o`: the person answered. */
export const hasAnswered = sql`(o.replied_at is not null or o.status = 'unsubscribed')`;

/**
 * Of the relation `q` with a `campaign_id` and the identifying columns: rows `how` for the way the
 * person answered to other campaigns of the workspace.
 */
export const answersElsewhere = (workspaceId: string): RawBuilder<unknown> => {
  const parts = identityColumns.flatMap(([kind, column]) => {
    const value = sql.ref(`q.${column}`);
    return [
      sql`select ${answer} as how from prospects o where o.workspace_id = ${workspaceId}
        and o.${sql.ref(column)} = ${value} and o.campaign_id <> q.campaign_id
        and ${hasAnswered}`,
      sql`select how from past_answers where workspace_id = ${workspaceId}
        and kind = ${kind} and value = ${value}`,
    ];
  });
  return sql.join(parts, sql` union all `);
};

type Person = Identifiable & { id: string; campaignId: string };

/** The people of these that answered to another campaign of the workspace, by id. */
export async function answersAmong(
  db: Db,
  workspaceId: string,
  people: readonly Person[],
): Promise<Map<string, PastAnswer>> {
  if (people.length === 0) return new Map();
  const { rows } = await sql<{ id: string; how: PastAnswer }>`
    select q.id, a.how from unnest(${people.map((p) => p.id)}::uuid[],
      ${people.map((p) => p.campaignId)}::uuid[], ${people.map((p) => p.email ?? null)}::text[],
      ${people.map((p) => p.linkedin_url ?? null)}::text[],
      ${people.map((p) => p.x_handle ?? null)}::text[])
      as q (id, campaign_id, email, linkedin_url, x_handle)
    cross join lateral (
      select how from (${answersElsewhere(workspaceId)}) as found order by how desc limit 1
    ) a`.execute(db);
  return new Map(rows.map((row) => [row.id, row.how]));
}

/** Remembers the people that answered a campaign that is about to be deleted. */
export async function keepAnswers(db: Db, { workspaceId, campaignId }: CampaignId): Promise<void> {
  const parts = identityColumns.map(
    ([kind, column]) => sql`
      select ${kind} as kind, o.${sql.ref(column)} as value, ${answer} as how from prospects o
      where o.workspace_id = ${workspaceId} and o.campaign_id = ${campaignId}
        and ${hasAnswered}
        and o.${sql.ref(column)} is not null`,
  );
  await sql`
    insert into past_answers (workspace_id, kind, value, how)
    select distinct on (kind, value) ${workspaceId}, kind, value, how
    from (${sql.join(parts, sql` union all `)}) as answered order by kind, value, how desc
    on conflict do nothing`.execute(db);
}
