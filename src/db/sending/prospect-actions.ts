import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';
import { heldStill, inHandList, textHoldList } from './holds.ts';

type Person = { workspaceId: string; prospectId: string; now: Date };

/** Pauses one person the caller has locked, until an instant or until resumed; one whose touch is on its way is paused once it is recorded. */
export async function pausePerson(
  db: Db,
  { workspaceId, prospectId, now }: Person,
  until: Date | null,
): Promise<void> {
  await sql`
    update prospects set updated_at = ${now},
      pausing = case when hold in (${inHandList}) then coalesce(${until}::timestamptz, 'infinity') end,
      hold = case when hold in (${inHandList}) then hold else 'paused' end,
      hold_detail = null,
      hold_until = case when hold in (${inHandList}) then hold_until else ${until} end
    where workspace_id = ${workspaceId} and id = ${prospectId}`.execute(db);
}

/** Lets one person go on who was paused, or was about to be. Returns whether there was anything to do. */
export async function resumePerson(
  db: Db,
  { workspaceId, prospectId, now }: Person,
): Promise<boolean> {
  const { rows } = await sql`
    update prospects p set updated_at = ${now}, pausing = null, hold = case when hold = 'paused' then ${heldStill.hold} else hold end, hold_detail = null,
      hold_until = case when hold = 'paused' then ${heldStill.until} else hold_until end
    where workspace_id = ${workspaceId} and id = ${prospectId} and (hold = 'paused' or pausing is not null) returning id`.execute(
    db,
  );
  return rows.length > 0;
}

/** Lets one person go on whose text lacked a value, or was not there. Returns whether they were held for it. */
export async function releaseOne(
  db: Db,
  { workspaceId, prospectId, now }: Person,
): Promise<boolean> {
  const { rows } = await sql`
    update prospects set hold = null, hold_detail = null, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${prospectId} and hold in (${textHoldList}) returning id`.execute(
    db,
  );
  return rows.length > 0;
}

/** The sender that takes on a person out of turn: an active one before others that are connected, then by the campaign's order. Null when it has none. */
export async function firstSender(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select s.id from campaign_senders cs join senders s on s.workspace_id = cs.workspace_id and s.id = cs.sender_id
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = ${campaignId} and cs.removed_at is null and s.status <> 'disconnected'
    order by s.status <> 'active', cs.position limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

/**
 * Keeps the provider's name of somebody who is about to be written to for the first time, unless another of the campaign has it who was written
 * to or still may be: the first to come by a name is the one it belongs to. Returns what that other one is called. The caller commits.
 */
export async function claimName(
  db: Db,
  {
    workspaceId,
    campaignId,
    prospectId,
    personKey,
  }: CampaignId & { prospectId: string; personKey: string },
): Promise<string | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended('postrider name ' || ${campaignId} || ${personKey}, 0))`.execute(
    db,
  );
  const { rows } = await sql<{ identity: string }>`
    select identity from prospects where workspace_id = ${workspaceId} and person_key = ${personKey} and campaign_id = ${campaignId}
      and id <> ${prospectId} and (contacted_at is not null or ended_at is null) order by id limit 1`.execute(
    db,
  );
  if (rows[0]) return rows[0].identity;
  await sql`update prospects set person_key = ${personKey}
    where workspace_id = ${workspaceId} and id = ${prospectId} and person_key is distinct from ${personKey}`.execute(
    db,
  );
  return null;
}

/** What campaigns of the workspace call somebody of this name at the provider. */
export async function identitiesOf(
  db: Db,
  workspaceId: string,
  personKey: string,
): Promise<string[]> {
  const { rows } = await sql<{ identity: string }>`
    select distinct identity from prospects where workspace_id = ${workspaceId} and person_key = ${personKey} limit 100`.execute(
    db,
  );
  return rows.map((row) => row.identity);
}
