import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { suppressed } from '../forecast/suspects.ts';
import { answersElsewhere } from './answers.ts';
import type { CampaignRow } from './campaigns.ts';

/** People who are looked at, so that a check of a million takes a moment too. */
const lookedAtMost = 20_000;

/** People of a pool that a campaign may skip, or share with another one; each counts in each. */
export type LeftOut = {
  looked_at: number;
  suppressed: number;
  /** They replied to, or unsubscribed from, another campaign. */
  replied_elsewhere: number;
  /** They are under way in another running campaign of the type. */
  in_other_campaigns: number;
};

export const nobodyLeftOut: LeftOut = {
  looked_at: 0,
  suppressed: 0,
  replied_elsewhere: 0,
  in_other_campaigns: 0,
};

/** Counts them among the first people of the campaign's pool. */
export async function countLeftOut(
  db: Db,
  { workspace_id: workspaceId, id, type }: CampaignRow,
): Promise<LeftOut> {
  const { rows } = await sql<LeftOut>`
    with roster as materialized (
      select p.id, p.campaign_id, p.identity, p.email, p.linkedin_url, p.x_handle
      from prospects p where p.workspace_id = ${workspaceId} and p.campaign_id = ${id}
        and p.status = 'pending' order by p.id limit ${lookedAtMost}
    )
    select (select count(*) from roster)::int as looked_at,
      (select count(distinct s.id) from (${suppressed(workspaceId)}) s)::int as suppressed,
      (select count(*) from roster q
        where exists (${answersElsewhere(workspaceId)}))::int as replied_elsewhere,
      (select count(*) from roster q where exists (
        select 1 from campaigns c join prospects o on o.workspace_id = ${workspaceId}
          and o.campaign_id = c.id and o.identity = q.identity and o.ended_at is null
        where c.workspace_id = ${workspaceId} and c.type = ${type} and c.id <> ${id}
          and c.status in ('active', 'paused') and not c.dry_run))::int as in_other_campaigns`.execute(
    db,
  );
  return rows[0]!;
}
