import { sql } from 'kysely';
import type pg from 'pg';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import { singleConnection } from '../single-connection.ts';

/** A sandbox's clock. `wallMs`: how long its speed has been counting, by the database's own clock. */
export type ClockRow = {
  at: Date;
  speed: number;
  wallMs: number;
  advanceFrom: Date | null;
  advanceTo: Date | null;
  advanceSeq: number | null;
};

/** The clock of a sandbox; null for a live workspace. */
export async function readClock(db: Db, workspaceId: string): Promise<ClockRow | null> {
  const rows = await camelRows<ClockRow>(
    db,
    sql`
    select clock_at as at, clock_speed as speed, coalesce(extract(epoch from clock_timestamp() - clock_set_at) * 1000, 0)::float8 as wall_ms,
      advance_from, advance_to, advance_seq
    from workspaces where id = ${workspaceId} and mode = 'sandbox'`,
  );
  return rows[0] ?? null;
}

/** Moves a clock on; it never goes back. */
export async function moveClock(db: Db, workspaceId: string, at: Date): Promise<void> {
  await sql`update workspaces set clock_at = greatest(clock_at, ${at}), clock_set_at = clock_timestamp() where id = ${workspaceId}`.execute(
    db,
  );
}

/** Notes that the advance that was under way has reached its end. */
export async function endAdvance(db: Db, workspaceId: string): Promise<void> {
  await sql`update workspaces set advance_to = null where id = ${workspaceId}`.execute(db);
}

/** Sets how fast a clock goes from now on: its seconds in one of ours; 0 stands still. */
export async function setClockSpeed(db: Db, workspaceId: string, speed: number): Promise<void> {
  await sql`update workspaces set clock_speed = ${speed}, clock_set_at = clock_timestamp() where id = ${workspaceId}`.execute(
    db,
  );
}

/** Notes that an advance begins, and which event is the last before it. */
export async function beginAdvance(db: Db, workspaceId: string, to: Date): Promise<void> {
  await sql`update workspaces set advance_from = clock_at, advance_to = ${to}, advance_seq = event_seq where id = ${workspaceId}`.execute(
    db,
  );
}

/** Sandboxes whose clocks go by themselves. */
export async function runningClocks(db: Db): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
  }>`select id from workspaces where mode = 'sandbox' and clock_speed > 0 order by id`.execute(db);
  return rows.map((row) => row.id);
}

export type NextInstants = { laneAt: Date | null; holdAt: Date | null; answerAt: Date | null };

/** When anything falls due in a sandbox; answers are counted from after its present instant. */
export async function nextInstants(db: Db, workspaceId: string, now: Date): Promise<NextInstants> {
  const rows = await camelRows<NextInstants>(
    db,
    sql`
    select (select min(next_at + interval '0') from lanes where workspace_id = ${workspaceId}) as lane_at,
      least((select min(hold_until) from prospects where workspace_id = ${workspaceId} and hold_until is not null),
        (select min(withdraw_at) from messages where workspace_id = ${workspaceId} and withdraw_at is not null)) as hold_at,
      (select min(answer_at) from sandbox_mail where workspace_id = ${workspaceId} and answer is not null and answer_at > ${now}) as answer_at`,
  );
  return rows[0]!;
}

/** What happened since an event: how many of each kind, and sends by day of a zone. */
export async function countEvents(
  db: Db,
  since: { workspaceId: string; seq: number; timeZone: string },
): Promise<{ kind: string; date: string | null; n: number }[]> {
  const { rows } = await sql<{ kind: string; date: string | null; n: number }>`
    select kind, case when kind = 'message.sent' then to_char(at at time zone ${since.timeZone}, 'YYYY-MM-DD') end as date, count(*) as n
    from events where workspace_id = ${since.workspaceId} and seq > ${since.seq} group by 1, 2 order by 1, 2`.execute(
    db,
  );
  return rows;
}

/**
 * Prepared statements keep the plan they began with, made for tables that were nearly empty. Counts their rows anew, which makes plans anew, once
 * a walk has filled them; returns whether it did. Large tables are left to PostgreSQL: one walk does not change what they are like.
 */
export async function countRows(db: Db, sends: number): Promise<boolean> {
  const { rows } = await sql<{ stale: boolean }>`
    select reltuples < ${2 * sends}::int as stale from pg_class where oid = 'messages'::regclass`.execute(
    db,
  );
  if (!rows[0]?.stale) return false;
  await sql`analyze messages, prospects, sender_usage, sandbox_mail, lanes, counters`.execute(db);
  return true;
}

const notInTime = '55P03';
/** Clocks one process moves at a time: the other connections are for everybody else. */
const maxPinned = 4;
let pinned = 0;

/**
 * Runs something while this process alone moves the clock of a sandbox, on one connection: who loses it loses the clock. Its commits do not wait
 * for the disk, as nobody outside hears of them. Waits up to `patienceMs` for whoever moves it now; null when it was not to be had.
 */
export async function withClock<T>(
  pool: pg.Pool,
  { workspaceId, patienceMs }: { workspaceId: string; patienceMs: number },
  run: (db: Db) => Promise<T>,
): Promise<T | null> {
  if (pinned >= maxPinned) return null;
  pinned += 1;
  const client = await pool.connect().catch((error: Error) => {
    pinned -= 1;
    throw error;
  });
  let broken: Error | undefined;
  try {
    await client.query(`set lock_timeout = ${patienceMs}`);
    await client.query("select pg_advisory_lock(hashtextextended('postrider clock ' || $1, 0))", [
      workspaceId,
    ]);
    await client.query('set lock_timeout = 0; set synchronous_commit = off');
    return await run(singleConnection(client));
  } catch (error) {
    if ((error as { code?: string }).code === notInTime) return null;
    throw error;
  } finally {
    await client.query('select pg_advisory_unlock_all(); reset all').catch((error: Error) => {
      broken = error;
    });
    pinned -= 1;
    client.release(broken);
  }
}
