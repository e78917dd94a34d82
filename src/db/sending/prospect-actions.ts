import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';
import { heldStill, inHandList, textHoldList } from './holds.ts';

type ActionTarget = { workspaceId: string; prospectId: string; now: Date };

/**
 * Pauses a prospect that the caller has locked, until an instant or until it is resumed. A prospect
 * with a touch on its way is paused once the touch is recorded.
 */
export async function pausePerson(
  db: Db,
  { workspaceId, prospectId, now }: ActionTarget,
  until: Date | null,
): Promise<void> {
  await sql`
    update prospects set updated_at = ${now},
      pausing = case when hold in (${inHandList})
        then coalesce(${until}::timestamptz, 'infinity') end,
      hold = case when hold in (${inHandList}) then hold else 'paused' end,
      hold_detail = null,
      hold_until = case when hold in (${inHandList}) then hold_until else ${until} end
    where workspace_id = ${workspaceId} and id = ${prospectId}`.execute(db);
}

/**
 * Resumes a prospect that was paused, or was to be paused. Returns whether there was anything to
 * do.
 */
export async function resumePerson(
  db: Db,
  { workspaceId, prospectId, now }: ActionTarget,
): Promise<boolean> {
  const { rows } = await sql`
    update prospects p set updated_at = ${now}, pausing = null,
      hold = case when hold in ('paused', 'possible_reply') then ${heldStill.hold} else hold end,
      hold_detail = null,
      hold_until = case when hold in ('paused', 'possible_reply')
        then ${heldStill.until} else hold_until end
    where workspace_id = ${workspaceId} and id = ${prospectId}
      and (hold in ('paused', 'possible_reply') or pausing is not null) returning id`.execute(db);
  return rows.length > 0;
}

/**
 * Releases a prospect that is held for its text: a value was missing, or the text was not written.
 * Returns whether it was.
 */
export async function releaseOne(
  db: Db,
  { workspaceId, prospectId, now }: ActionTarget,
): Promise<boolean> {
  const { rows } = await sql`
    update prospects set hold = null, hold_detail = null, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${prospectId} and hold in (${textHoldList})
    returning id`.execute(db);
  return rows.length > 0;
}

/**
 * The campaign's sender for a prospect out of turn: active senders before other connected ones,
 * then by the campaign's order. Null when the campaign has none.
 */
export async function firstSender(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select s.id from campaign_senders cs join senders s on s.workspace_id = cs.workspace_id
      and s.id = cs.sender_id
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = ${campaignId}
      and cs.removed_at is null and s.status <> 'disconnected'
    order by s.status <> 'active', cs.position limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

/**
 * Claims the provider's id of a person for a prospect, before its first touch. When another
 * prospect of the campaign has the id and was contacted, or still may be, that one keeps it and its
 * identity is returned: the first to claim an id owns it. Else returns null. The advisory lock
 * makes concurrent claims wait for each other until the caller commits.
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
  await sql`
    select pg_advisory_xact_lock(
      hashtextextended('postrider name ' || ${campaignId} || ${personKey}, 0))`.execute(db);
  const { rows } = await sql<{ identity: string }>`
    select identity from prospects
    where workspace_id = ${workspaceId} and person_key = ${personKey}
      and campaign_id = ${campaignId} and id <> ${prospectId}
      and (contacted_at is not null or ended_at is null)
    order by id limit 1`.execute(db);
  if (rows[0]) return rows[0].identity;
  await sql`update prospects set person_key = ${personKey}
    where workspace_id = ${workspaceId} and id = ${prospectId}
      and person_key is distinct from ${personKey}`.execute(db);
  return null;
}

/**
 * The identities that the workspace's campaigns have for a person, by the provider's id; at most
 * 100.
 */
export async function identitiesOf(
  db: Db,
  workspaceId: string,
  personKey: string,
): Promise<string[]> {
  const { rows } = await sql<{ identity: string }>`
    select distinct identity from prospects where workspace_id = ${workspaceId}
      and person_key = ${personKey} limit 100`.execute(db);
  return rows.map((row) => row.identity);
}
