import { sql } from 'kysely';
import { identityFields } from '../../domain/identity.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { AutomationRow } from './automations.ts';

/** Workspaces, or the one, in which something happened that nothing has followed from yet. */
export async function workspacesBehind(
  db: Db,
  { scope, limit }: { scope: 'all' | { sandbox: string }; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select w.id from event_cursors c join workspaces w on w.id = c.workspace_id
    where w.event_seq > c.seq and ${scope === 'all' ? sql`true` : sql`w.id = ${scope.sandbox}`} limit ${limit}`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/**
 * Up to which event everything is done, locked until the transaction ends; null when another has
 * it, or nobody listens.
 */
export async function lockCursor(db: Db, workspaceId: string): Promise<number | null> {
  const { rows } = await sql<{
    seq: number;
  }>`select seq from event_cursors where workspace_id = ${workspaceId} for update skip locked`.execute(
    db,
  );
  return rows[0]?.seq ?? null;
}

/** Moves the cursor, in the transaction of the effects of the events before it. */
export async function moveCursor(db: Db, workspaceId: string, seq: number): Promise<void> {
  await sql`update event_cursors set seq = ${seq} where workspace_id = ${workspaceId}`.execute(db);
}

/** Forgets a cursor the caller has locked when nobody listens any more. Returns whether it did. */
export async function dropIdleCursor(db: Db, workspaceId: string): Promise<boolean> {
  const { rows } = await sql`
    delete from event_cursors where workspace_id = ${workspaceId}
      and not exists (select 1 from automations where workspace_id = ${workspaceId} and enabled)
      and not exists (select 1 from lead_rules where workspace_id = ${workspaceId} and (exclude_contacted or exclude_mutuals))
    returning workspace_id`.execute(db);
  return rows.length > 0;
}

export type FeedEvent = {
  seq: number;
  kind: string;
  at: Date;
  dryRun: boolean;
  nodeId: string | null;
  campaignId: string | null;
  prospectId: string | null;
  senderId: string | null;
  type: string | null;
  status: string | null;
  contactedAt: Date | null;
  endedAt: Date | null;
};

/**
 * The events after a cursor, with the people they are about as they stand now; `status` is null
 * when there is none (any more).
 */
export async function readFeedEvents(
  db: Db,
  { workspaceId, after, limit }: { workspaceId: string; after: number; limit: number },
): Promise<FeedEvent[]> {
  const rows = await camelRows<FeedEvent>(
    db,
    sql`
    select e.seq, e.kind, e.at, coalesce(e.data ->> 'dry_run' = 'true', false) or coalesce(c.dry_run, false) as dry_run, e.data ->> 'node_id' as node_id,
      e.campaign_id, e.prospect_id, e.sender_id, c.type, p.status, p.contacted_at, p.ended_at
    from events e left join prospects p on p.workspace_id = e.workspace_id and p.id = e.prospect_id
    left join campaigns c on c.workspace_id = e.workspace_id and c.id = e.campaign_id
    where e.workspace_id = ${workspaceId} and e.seq > ${after} order by e.seq limit ${limit}`,
  );
  return rows;
}

/**
 * Marks leads for the rules to assess again, because a campaign of the same channel has written to
 * them or heard from them and the rules may exclude them for it.
 */
export async function markExcluded(
  db: Db,
  workspaceId: string,
  { type, ids }: { type: string; ids: readonly string[] },
): Promise<void> {
  await sql`
    insert into sync_marks (workspace_id, campaign_id, lead_id)
    select r.workspace_id, r.campaign_id, l.id
    from lead_rules r join campaigns c on c.workspace_id = r.workspace_id and c.id = r.campaign_id and c.type = ${type}
    cross join lateral (
      select campaign_id, identity from prospects where workspace_id = ${workspaceId} and id = any (${ids}::uuid[]) and campaign_id <> r.campaign_id offset 0
    ) p cross join lateral (select id from leads where workspace_id = ${workspaceId} and ${sql.ref(identityFields[type]!.field)} = p.identity offset 0) l
    where r.workspace_id = ${workspaceId} and (r.exclude_contacted or r.exclude_mutuals)`.execute(
    db,
  );
}

export type Involved = {
  prospect_id: string;
  lead_id: string | null;
  identity: string;
  first_name: string | null;
  last_name: string | null;
  name: string | null;
  company: string | null;
  position: string | null;
};

/** People of campaigns of one type, each with the lead it is; null when there is no such lead. */
export async function involvedLeads(
  db: Db,
  workspaceId: string,
  { type, ids }: { type: string; ids: readonly string[] },
): Promise<Involved[]> {
  const { rows } = await sql<Involved>`
    select p.id as prospect_id, coalesce(own.id, known.id) as lead_id, p.identity, p.first_name, p.last_name, p.name, p.company, p.position
    from prospects p left join leads own on own.workspace_id = p.workspace_id and own.id = p.lead_id
    left join lateral (
      select id from leads where workspace_id = ${workspaceId} and ${sql.ref(identityFields[type]!.field)} = p.identity offset 0) known on true
    where p.workspace_id = ${workspaceId} and p.id = any (${ids}::uuid[]) order by p.id`.execute(
    db,
  );
  return rows;
}

/**
 * The same people in other campaigns of the workspace where they have not ended, by the identity
 * that each channel knows them by.
 */
export async function peopleElsewhere(
  db: Db,
  workspaceId: string,
  { campaignId, prospectIds }: { campaignId: string; prospectIds: readonly string[] },
): Promise<{ id: string; campaignId: string; senderId: string | null }[]> {
  const own = Object.entries(identityFields).map(
    ([type, { field }]) =>
      sql`when ${type} then coalesce(${sql.ref(`p.${field}`)}, ${sql.ref(`l.${field}`)})`,
  );
  const rows = await camelRows<{ id: string; campaignId: string; senderId: string | null }>(
    db,
    sql`
    select distinct x.id, o.id as campaign_id, x.sender_id
    from prospects p left join leads l on l.workspace_id = p.workspace_id and l.id = p.lead_id
    join campaigns o on o.workspace_id = p.workspace_id and o.id <> p.campaign_id
    cross join lateral (
      select q.id, q.sender_id from prospects q where q.workspace_id = ${workspaceId} and q.campaign_id = o.id and q.ended_at is null
        and q.identity = case o.type ${sql.join(own, sql` `)} end offset 0
    ) x
    where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId} and p.id = any (${prospectIds}::uuid[]) order by x.id`,
  );
  return rows;
}

/** Automations that are switched on, of these campaigns. */
export async function listeningAutomations(
  db: Db,
  workspaceId: string,
  campaignIds: readonly string[],
): Promise<AutomationRow[]> {
  const { rows } = await sql<AutomationRow>`
    select * from automations where workspace_id = ${workspaceId} and campaign_id = any (${campaignIds}::uuid[]) and enabled
    order by campaign_id, position, id`.execute(db);
  return rows;
}
