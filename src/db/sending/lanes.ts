import { type RawBuilder, type Selectable, sql } from 'kysely';
import { type Db, notifyLanes } from '../database.ts';
import { isFree } from '../instance.ts';
import type { Columns } from '../rows.ts';
import type { Schema } from '../schema.gen.ts';
import { type CampaignId, isLive } from '../scope.ts';

/** A lane that is due, with its sender. */
export type DueLane = Columns<
  'lanes',
  'sender_id' | 'last_at' | 'quiet_until' | 'quiet_because' | 'rests'
> &
  Columns<'senders', 'status_reason' | 'min_gap_seconds'> &
  Pick<
    Selectable<Schema['senders']>,
    | 'type'
    | 'is_premium'
    | 'daily_limit'
    | 'hourly_limit'
    | 'daily_window'
    | 'ramp_up'
    | 'weekly_connection_limit'
    | 'weekly_message_limit'
    | 'daily_budget_mills'
    | 'email_address'
    | 'display_name'
    | 'first_name'
    | 'last_name'
    | 'signature'
  > & {
    nextAt: Date;
    /** The sender's status as `statusAt` has it. */
    status: string;
  };

export type LaneRow = Columns<
  'lanes',
  'sender_id' | 'next_at' | 'because' | 'last_at' | 'owner'
> & {
  plannedAt: Date;
};

/**
 * Of `lanes l`: no worker owns it, or its owner's heartbeat has stopped. Only the database's clock
 * is compared, with its own earlier readings.
 */
const free = sql`(l.owner is null or not exists (
  select 1 from workers w where w.id = l.owner
    and w.heartbeat_at > clock_timestamp() - interval '10 seconds'))`;

/** Live workspaces with due lanes, the longest waiting first; none while the database is held. */
export async function dueWorkspaces(db: Db, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ workspace_id: string }>`
    select workspace_id from (
      select l.workspace_id, l.next_at from lanes l
      where l.next_at <= ${now} and ${isFree} and ${isLive(sql`l.workspace_id`)} and ${free} order by l.next_at
      limit 10000
    ) due group by workspace_id order by min(next_at) limit ${limit}`.execute(db);
  return rows.map((row) => row.workspace_id);
}

/** When the next free lane of a live workspace is due; null when all are idle or held. */
export async function nextDueAt(db: Db): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(next_at) as at from lanes l where next_at is not null and owner is null
      and ${isFree} and ${isLive(sql`l.workspace_id`)}`.execute(db);
  return rows[0]?.at ?? null;
}

/** A sender goes on sending for 15 minutes while its replies cannot be read. */
const unreadableMs = 15 * 60_000;

/**
 * Of `senders s` and its `inboxes i`: the status that counts for sending, which is
 * `inbox_unreachable` for an active sender if its replies have not been readable for too long.
 */
export const statusAt = (now: Date) => sql<string>`
  case when s.status = 'active'
    and i.failing_since < ${new Date(now.getTime() - unreadableMs)} then 'inbox_unreachable'
  else s.status end`;

/** Of `lanes l`, `senders s` and `inboxes i`: the columns of `DueLane`. */
const laneColumns = (
  now: Date,
) => sql`l.sender_id as "senderId", l.next_at as "nextAt", l.last_at as "lastAt",
      l.quiet_until as "quietUntil", l.quiet_because as "quietBecause", l.rests,
      s.type, s.status_reason as "statusReason",
      ${statusAt(now)} as status,
      s.is_premium, s.daily_limit, s.hourly_limit, s.daily_window, s.ramp_up,
      s.weekly_connection_limit, s.weekly_message_limit, s.daily_budget_mills,
      s.min_gap_seconds as "minGapSeconds",
      s.email_address, s.display_name, s.first_name, s.last_name, s.signature
    from lanes l join senders s on s.workspace_id = l.workspace_id and s.id = l.sender_id
    left join inboxes i on i.workspace_id = l.workspace_id and i.sender_id = l.sender_id`;

/**
 * Locks up to `limit` due, free lanes of a workspace until the transaction ends. Never waits for
 * another transaction's lock.
 */
export async function lockDueLanes(
  db: Db,
  due: { workspaceId: string; now: Date; limit: number },
): Promise<DueLane[]> {
  const { rows } = await sql<DueLane>`
    select ${laneColumns(due.now)}
    where l.workspace_id = ${due.workspaceId} and l.next_at <= ${due.now} and ${free}
    order by l.next_at, l.sender_id limit ${due.limit} for update of l skip locked`.execute(db);
  return rows;
}

/** A lane as it stands, due or not. */
export type IdleLane = Omit<DueLane, 'nextAt'> & { nextAt: Date | null };

/** The lanes of these senders, not locked, in the order of the senders' ids. */
export async function readLanesOf(
  db: Db,
  { workspaceId, senderIds, now }: { workspaceId: string; senderIds: readonly string[]; now: Date },
): Promise<IdleLane[]> {
  const { rows } = await sql<IdleLane>`
    select ${laneColumns(now)}
    where l.workspace_id = ${workspaceId} and l.sender_id = any(${senderIds}::uuid[]) and s.removed_at is null
    order by l.sender_id`.execute(db);
  return rows;
}

/** Writes the plans of lanes that this transaction has locked. */
export async function writeLanes(
  db: Db,
  workspaceId: string,
  plans: readonly LaneRow[],
): Promise<void> {
  if (plans.length === 0) return;
  await sql`
    update lanes l set next_at = p.next_at, because = p.because, last_at = p.last_at,
      owner = p.owner, planned_at = p.planned_at
    from unnest(${plans.map((p) => p.senderId)}::uuid[],
        ${plans.map((p) => p.nextAt)}::timestamptz[], ${plans.map((p) => p.because)}::text[],
        ${plans.map((p) => p.lastAt)}::timestamptz[], ${plans.map((p) => p.owner)}::uuid[],
        ${plans.map((p) => p.plannedAt)}::timestamptz[])
      as p (sender_id, next_at, because, last_at, owner, planned_at)
    where l.workspace_id = ${workspaceId} and l.sender_id = p.sender_id`.execute(db);
}

/**
 * Frees lanes after their sends are recorded; `notBefore` keeps a lane quiet until then, with the
 * reason in `because`. When another worker has claimed a lane meanwhile, because this one was taken
 * for dead, it may have found nothing to do before these results were recorded: such a lane plans
 * again.
 */
export async function releaseLanes(
  db: Db,
  release: {
    workspaceId: string;
    owner: string;
    now: Date;
    lanes: readonly { senderId: string; notBefore: Date | null; because: string | null }[];
  },
): Promise<void> {
  const { lanes } = release;
  await sql`
    with given as (
      select * from unnest(${lanes.map((l) => l.senderId)}::uuid[],
        ${lanes.map((l) => l.notBefore)}::timestamptz[],
        ${lanes.map((l) => l.because)}::text[]) as g (sender_id, not_before, because)
    ), locked as (
      select l.sender_id, l.owner is not distinct from ${release.owner} as ours from lanes l
        join given g on g.sender_id = l.sender_id
      where l.workspace_id = ${release.workspaceId} order by l.sender_id for update of l
    )
    update lanes l set owner = case when k.ours then null else l.owner end,
      next_at = greatest(case when k.ours then l.next_at else least(l.next_at, ${release.now}) end,
        g.not_before),
      because = coalesce(g.because, case when k.ours then l.because else 'planning' end),
      quiet_until = greatest(l.quiet_until, g.not_before),
      quiet_because = case when g.not_before >= coalesce(l.quiet_until, g.not_before) then g.because
        else l.quiet_because end
    from given g, locked k
    where l.workspace_id = ${release.workspaceId} and l.sender_id = k.sender_id
      and g.sender_id = k.sender_id`.execute(db);
}

/**
 * Makes lanes plan again at once; `which` is a condition on `lanes l`. Locks due lanes too, so that
 * it waits for ticks in progress: a tick that read its facts before this change would otherwise put
 * the lane to sleep in spite of it, or reserve a touch after the request to pause was answered.
 */
async function wake(
  db: Db,
  workspaceId: string,
  now: Date,
  which: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    with woken as (
      select l.sender_id, l.next_at from lanes l
      where l.workspace_id = ${workspaceId} and ${which}
      order by l.sender_id for update
    )
    update lanes l set next_at = ${now}, because = 'planning' from woken
    where l.workspace_id = ${workspaceId} and l.sender_id = woken.sender_id
      and (woken.next_at is null or woken.next_at > ${now})`.execute(db);
  await notifyLanes(db);
}

/**
 * Makes the lanes of a campaign's senders plan again at once. Costs one write a sender, however
 * many prospects wait. Commit it with the change that it is for.
 */
export function wakeCampaign(db: Db, campaign: CampaignId & { now: Date }): Promise<void> {
  return wake(
    db,
    campaign.workspaceId,
    campaign.now,
    sql`l.sender_id in (select cs.sender_id from campaign_senders cs
      where cs.workspace_id = ${campaign.workspaceId} and cs.campaign_id = ${campaign.campaignId})`,
  );
}

/**
 * Makes the lanes plan again that sleep because the campaign's daily limit was used up: a touch was
 * given back.
 */
export async function wakeLimited(
  db: Db,
  { workspaceId, campaignId, now }: CampaignId & { now: Date },
): Promise<void> {
  await sql`
    with woken as (
      select l.sender_id, l.next_at, l.because from lanes l
      where l.workspace_id = ${workspaceId} and l.sender_id in (
        select cs.sender_id from campaign_senders cs
        join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id
        where c.workspace_id = ${workspaceId} and c.id = ${campaignId}
          and c.daily_limit is not null)
      order by l.sender_id for update of l
    )
    update lanes l set next_at = ${now}, because = 'planning' from woken
    where l.workspace_id = ${workspaceId} and l.sender_id = woken.sender_id
      and woken.because = 'campaign_daily_limit' and woken.next_at > ${now}`.execute(db);
}

/** Makes one lane plan again at once. */
export function wakeSender(
  db: Db,
  sender: { workspaceId: string; senderId: string; now: Date },
): Promise<void> {
  return wake(db, sender.workspaceId, sender.now, sql`l.sender_id = ${sender.senderId}`);
}

/** The same for several senders. */
export function wakeSenders(
  db: Db,
  { workspaceId, senderIds, now }: { workspaceId: string; senderIds: readonly string[]; now: Date },
): Promise<void> {
  return wake(db, workspaceId, now, sql`l.sender_id = any(${senderIds}::uuid[])`);
}

/** Makes every lane of a workspace plan again at once. */
export function wakeWorkspace(db: Db, workspaceId: string, now: Date): Promise<void> {
  return wake(db, workspaceId, now, sql`true`);
}
