import { sql } from 'kysely';
import type { RampUp } from '../../domain/sending/limit.ts';
import { minuteMs } from '../../domain/time.ts';
import { type Db, notifyLanes } from '../database.ts';
import { isLive } from '../scope.ts';

export type DueLane = {
  senderId: string;
  nextAt: Date;
  lastAt: Date | null;
  quietUntil: Date | null;
  quietBecause: string | null;
  type: string;
  status: string;
  statusReason: string | null;
  is_premium: boolean;
  daily_limit: number;
  hourly_limit: number | null;
  daily_window: string;
  ramp_up: RampUp | null;
  weekly_connection_limit: number | null;
  weekly_message_limit: number | null;
  minGapSeconds: number;
  email_address: string | null;
  display_name: string | null;
  first_name: string | null;
  last_name: string | null;
  signature: string | null;
};

export type LaneRow = {
  senderId: string;
  nextAt: Date | null;
  because: string;
  lastAt: Date | null;
  owner: string | null;
};

/** A lane is free when nobody holds it, or its holder's heart stopped. Liveness is the database's own clock against itself. */
const free = sql`(l.owner is null or not exists (
  select 1 from workers w where w.id = l.owner and w.heartbeat_at > clock_timestamp() - interval '10 seconds'))`;

/** Live workspaces with due lanes, the longest waiting first. */
export async function dueWorkspaces(db: Db, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ workspace_id: string }>`
    select workspace_id from (
      select l.workspace_id, l.next_at from lanes l where l.next_at <= ${now} and ${isLive(sql`l.workspace_id`)} and ${free} order by l.next_at limit 10000
    ) due group by workspace_id order by min(next_at) limit ${limit}`.execute(db);
  return rows.map((row) => row.workspace_id);
}

/** When the next lane of a live workspace is due, null when all are idle. */
export async function nextDueAt(db: Db): Promise<Date | null> {
  const { rows } = await sql<{
    at: Date | null;
  }>`select min(next_at) as at from lanes l where next_at is not null and owner is null and ${isLive(sql`l.workspace_id`)}`.execute(
    db,
  );
  return rows[0]?.at ?? null;
}

/** How long a sender goes on writing while its replies cannot be read. */
const unreadableMs = 15 * minuteMs;

/** A sender's status as it counts for sending; of `senders s` and its `inboxes i`. */
export const statusAt = (now: Date) =>
  sql<string>`case when s.status = 'active' and i.failing_since < ${new Date(now.getTime() - unreadableMs)} then 'inbox_unreachable' else s.status end`;

/** Locks up to `limit` due, free lanes of a workspace until the transaction ends. Never waits for another's lock. */
export async function lockDueLanes(
  db: Db,
  due: { workspaceId: string; now: Date; limit: number },
): Promise<DueLane[]> {
  const { rows } = await sql<DueLane>`
    select l.sender_id as "senderId", l.next_at as "nextAt", l.last_at as "lastAt", l.quiet_until as "quietUntil", l.quiet_because as "quietBecause",
      s.type, s.status_reason as "statusReason",
      ${statusAt(due.now)} as status,
      s.is_premium, s.daily_limit, s.hourly_limit, s.daily_window, s.ramp_up, s.weekly_connection_limit, s.weekly_message_limit, s.min_gap_seconds as "minGapSeconds",
      s.email_address, s.display_name, s.first_name, s.last_name, s.signature
    from lanes l join senders s on s.workspace_id = l.workspace_id and s.id = l.sender_id
    left join inboxes i on i.workspace_id = l.workspace_id and i.sender_id = l.sender_id
    where l.workspace_id = ${due.workspaceId} and l.next_at <= ${due.now} and ${free}
    order by l.next_at, l.sender_id limit ${due.limit} for update of l skip locked`.execute(db);
  return rows;
}

/** Writes what was planned for lanes this transaction has locked. */
export async function writeLanes(
  db: Db,
  workspaceId: string,
  plans: readonly LaneRow[],
): Promise<void> {
  if (plans.length === 0) return;
  await sql`
    update lanes l set next_at = p.next_at, because = p.because, last_at = p.last_at, owner = p.owner
    from unnest(${plans.map((p) => p.senderId)}::uuid[], ${plans.map((p) => p.nextAt)}::timestamptz[], ${plans.map((p) => p.because)}::text[],
      ${plans.map((p) => p.lastAt)}::timestamptz[], ${plans.map((p) => p.owner)}::uuid[]) as p (sender_id, next_at, because, last_at, owner)
    where l.workspace_id = ${workspaceId} and l.sender_id = p.sender_id`.execute(db);
}

/**
 * Gives lanes back after their sends are recorded; `notBefore` keeps a lane quiet, saying why. A lane that is another's by now
 * (its owner was taken for dead) may have found nothing to do before these results were in: it plans again.
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
      select * from unnest(${lanes.map((l) => l.senderId)}::uuid[], ${lanes.map((l) => l.notBefore)}::timestamptz[],
        ${lanes.map((l) => l.because)}::text[]) as g (sender_id, not_before, because)
    ), locked as (
      select l.sender_id, l.owner is not distinct from ${release.owner} as ours from lanes l join given g on g.sender_id = l.sender_id
      where l.workspace_id = ${release.workspaceId} order by l.sender_id for update of l
    )
    update lanes l set owner = case when k.ours then null else l.owner end,
      next_at = greatest(case when k.ours then l.next_at else least(l.next_at, ${release.now}) end, g.not_before),
      because = coalesce(g.because, case when k.ours then l.because else 'planning' end),
      quiet_until = greatest(l.quiet_until, g.not_before),
      quiet_because = case when g.not_before >= coalesce(l.quiet_until, g.not_before) then g.because else l.quiet_because end
    from given g, locked k
    where l.workspace_id = ${release.workspaceId} and l.sender_id = k.sender_id and g.sender_id = k.sender_id`.execute(
    db,
  );
}

/**
 * Waits for ticks that have a lane locked, due ones too: one that read its facts before this change would otherwise put the lane
 * to sleep over it, or reserve after a pause has answered.
 */
async function wake(
  db: Db,
  workspaceId: string,
  now: Date,
  which: ReturnType<typeof sql>,
): Promise<void> {
  await sql`
    with woken as (
      select l.sender_id, l.next_at from lanes l where l.workspace_id = ${workspaceId} and ${which} order by l.sender_id for update
    )
    update lanes l set next_at = ${now}, because = 'planning' from woken
    where l.workspace_id = ${workspaceId} and l.sender_id = woken.sender_id and (woken.next_at is null or woken.next_at > ${now})`.execute(
    db,
  );
  await notifyLanes(db);
}

/** Makes the lanes of a campaign's senders plan again at once: O(senders), whatever waits. Commit it with the change that calls for it. */
export function wakeCampaign(
  db: Db,
  campaign: { workspaceId: string; campaignId: string; now: Date },
): Promise<void> {
  return wake(
    db,
    campaign.workspaceId,
    campaign.now,
    sql`l.sender_id in (select cs.sender_id from campaign_senders cs
      where cs.workspace_id = ${campaign.workspaceId} and cs.campaign_id = ${campaign.campaignId})`,
  );
}

/** Makes lanes plan again that sleep because a campaign's own day was used up: something of it was given back. */
export async function wakeLimited(
  db: Db,
  { workspaceId, campaignId, now }: { workspaceId: string; campaignId: string; now: Date },
): Promise<void> {
  await sql`
    with woken as (
      select l.sender_id, l.next_at, l.because from lanes l where l.workspace_id = ${workspaceId} and l.sender_id in (
        select cs.sender_id from campaign_senders cs join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id
        where c.workspace_id = ${workspaceId} and c.id = ${campaignId} and c.daily_limit is not null)
      order by l.sender_id for update of l
    )
    update lanes l set next_at = ${now}, because = 'planning' from woken
    where l.workspace_id = ${workspaceId} and l.sender_id = woken.sender_id and woken.because = 'campaign_daily_limit' and woken.next_at > ${now}`.execute(
    db,
  );
}

/** Makes one lane plan again at once. */
export function wakeSender(
  db: Db,
  sender: { workspaceId: string; senderId: string; now: Date },
): Promise<void> {
  return wake(db, sender.workspaceId, sender.now, sql`l.sender_id = ${sender.senderId}`);
}

/** Makes every lane of a workspace plan again at once. */
export function wakeWorkspace(db: Db, workspaceId: string, now: Date): Promise<void> {
  return wake(db, workspaceId, now, sql`true`);
}
