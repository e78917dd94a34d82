import { type RawBuilder, sql } from 'kysely';
import { hourMs, minuteMs } from '../../domain/time.ts';
import { type Db, notifyLanes, transact } from '../database.ts';
import { isLive } from '../scope.ts';

/** Clocks of workers may differ by this much. */
const toleranceMs = minuteMs;
/** No retry, and no rest that a provider asks for, lasts longer. */
const longestRestMs = 12 * hourMs;

/** Of `lanes l`: it was planned, or has sent, at an instant that has not come yet. */
const isAhead = (now: Date): RawBuilder<boolean> => {
  const latest = new Date(now.getTime() + toleranceMs);
  return sql`greatest(l.planned_at, l.last_at) > ${latest}`;
};

/**
 * Undoes the traces of a clock that ran ahead, once it is set back: sends of that time count as
 * sent now, so that no lane, follow-up or limit waits for that time to come, and nobody is written
 * to too early. Returns the number of lanes.
 */
export async function undoClockJump(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ workspace: string; senders: string[] }>`
    select l.workspace_id as workspace, array_agg(l.sender_id order by l.sender_id) as senders
    from lanes l where ${isAhead(now)} and ${isLive(sql`l.workspace_id`)}
    group by l.workspace_id order by l.workspace_id`.execute(db);
  for (const { workspace, senders } of rows)
    await transact(db, (tx) => undoFor(tx, { workspaceId: workspace, senders, now }));
  if (rows.length > 0) await notifyLanes(db);
  return rows.reduce((sum, { senders }) => sum + senders.length, 0);
}

type Undoing = { workspaceId: string; senders: readonly string[]; now: Date };

/** People, ledger, usage, lanes: the order of locks. */
async function undoFor(db: Db, { workspaceId, senders, now }: Undoing): Promise<void> {
  const restUntil = new Date(now.getTime() + longestRestMs);
  await sql`
    with ahead as (
      select p.id from prospects p
      where p.workspace_id = ${workspaceId} and p.sender_id = any(${senders}::uuid[])
        and (p.anchor_at > ${now} or p.hold = 'retry' and p.hold_until > ${restUntil})
      order by p.id for update
    )
    update prospects p set anchor_at = least(p.anchor_at, ${now}),
      hold_until = case when p.hold = 'retry' then least(p.hold_until, ${now}) else p.hold_until end
    from ahead where p.workspace_id = ${workspaceId} and p.id = ahead.id`.execute(db);
  await sql`
    with ahead as (
      select m.id from messages m
      where m.workspace_id = ${workspaceId} and m.sender_id = any(${senders}::uuid[])
        and m.reserved_at > ${now}
      order by m.id for update
    )
    update messages m set reserved_at = ${now}, sent_at = least(m.sent_at, ${now})
    from ahead where m.workspace_id = ${workspaceId} and m.id = ahead.id`.execute(db);
  await sql`
    with ahead as (
      delete from sender_usage u where u.workspace_id = ${workspaceId}
        and u.sender_id = any(${senders}::uuid[]) and u.bucket_at > ${now}
      returning u.sender_id, u.campaign_id, u.touch, u.n, u.notes
    )
    insert into sender_usage (workspace_id, sender_id, campaign_id, touch, bucket_at, n, notes)
    select ${workspaceId}, sender_id, campaign_id, touch,
      date_bin('15 minutes', ${now}::timestamptz, timestamptz '2000-01-01'), sum(n), sum(notes)
    from ahead group by 2, 3, 4 order by 2, 3, 4
    on conflict (workspace_id, sender_id, bucket_at, campaign_id, touch) do update
      set n = sender_usage.n + excluded.n, notes = sender_usage.notes + excluded.notes`.execute(db);
  await sql`
    with ahead as (
      select l.sender_id from lanes l
      where l.workspace_id = ${workspaceId} and l.sender_id = any(${senders}::uuid[])
      order by l.sender_id for update
    )
    update lanes l set next_at = ${now}, because = 'planning', planned_at = ${now},
      last_at = least(l.last_at, ${now}),
      quiet_until = case when l.quiet_until > ${restUntil} then null else l.quiet_until end,
      quiet_because = case when l.quiet_until > ${restUntil} then null else l.quiet_because end,
      rests = case when exists (select 1 from jsonb_each(l.rests) r
        where (r.value ->> 'until')::numeric > ${restUntil.getTime()}) then '{}' else l.rests end
    from ahead where l.workspace_id = ${workspaceId} and l.sender_id = ahead.sender_id`.execute(db);
}
