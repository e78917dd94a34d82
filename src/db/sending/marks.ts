import { sql } from 'kysely';
import { countChanges } from '../counters.ts';
import type { Db } from '../database.ts';

/**
 * Marks prospects as contacted, without a move, and counts those that were contacted for the first
 * time.
 */
export async function noteContacted(
  db: Db,
  {
    workspaceId,
    prospectIds,
    now,
  }: { workspaceId: string; prospectIds: readonly string[]; now: Date },
): Promise<void> {
  if (prospectIds.length === 0) return;
  await sql`
    with noted as (
      update prospects set contacted_at = ${now}, updated_at = ${now}
      where workspace_id = ${workspaceId} and id = any(${prospectIds}::uuid[])
        and contacted_at is null returning campaign_id, sender_id
    )
    ${countChanges(
      workspaceId,
      sql`select campaign_id, 'contacted', null::uuid, sender_id, 1 from noted`,
    )}`.execute(db);
}

/**
 * Marks a prospect's first reply and counts it, in one statement, whether or not the reply ends the
 * sequence. Returns whether it was the first.
 */
export async function noteReply(
  db: Db,
  reply: { workspaceId: string; prospectId: string; now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    with answered as (
      update prospects set replied_at = ${reply.now}, updated_at = ${reply.now}
      where workspace_id = ${reply.workspaceId} and id = ${reply.prospectId} and replied_at is null
      returning campaign_id, sender_id
    )
    ${countChanges(
      reply.workspaceId,
      sql`select campaign_id, 'answered', null::uuid, sender_id, 1 from answered`,
    )}
    returning name`.execute(db);
  return rows.length > 0;
}

/** Takes back that a prospect has replied, and its count. */
export async function forgetReply(
  db: Db,
  { workspaceId, prospectId, now }: { workspaceId: string; prospectId: string; now: Date },
): Promise<void> {
  await sql`
    with before as (
      update prospects set replied_at = null, updated_at = ${now}
      where workspace_id = ${workspaceId} and id = ${prospectId} and replied_at is not null
      returning campaign_id, sender_id
    )
    ${countChanges(
      workspaceId,
      sql`select campaign_id, 'answered', null::uuid, sender_id, -1 from before`,
    )}`.execute(db);
}

/** Marks a prospect's first open and counts it, in one statement. Later opens change nothing. */
export async function recordOpened(
  db: Db,
  open: { workspaceId: string; messageId: string; now: Date },
): Promise<void> {
  await sql`
    with opened as (
      update prospects p set opened_at = ${open.now} from messages m
      where m.workspace_id = ${open.workspaceId} and m.id = ${open.messageId}
        and p.workspace_id = m.workspace_id and p.id = m.prospect_id and p.opened_at is null
      returning p.campaign_id, p.sender_id
    )
    ${countChanges(
      open.workspaceId,
      sql`select campaign_id, 'opened', null::uuid, sender_id, 1 from opened`,
    )}`.execute(db);
}
