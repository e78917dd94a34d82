import { sql } from 'kysely';
import type pg from 'pg';
import { type Db, sessionSettings } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import { singleConnection } from '../single-connection.ts';

/**
 * A sandbox's clock. `wallMs`: the time since the clock or its speed was set, by the database's
 * clock.
 */
export type ClockRow = Columns<'workspaces', 'advance_from' | 'advance_to' | 'advance_seq'> & {
  at: Date;
  speed: number;
  wallMs: number;
};

/** The clock of a sandbox; null for a live workspace. */
export async function readClock(db: Db, workspaceId: string): Promise<ClockRow | null> {
  const rows = await camelRows<ClockRow>(
    db,
    sql`
    select clock_at as at, clock_speed as speed,
      coalesce(extract(epoch from clock_timestamp() - clock_set_at) * 1000, 0)::float8 as wall_ms,
      advance_from, advance_to, advance_seq
    from workspaces where id = ${workspaceId} and mode = 'sandbox'`,
  );
  return rows[0] ?? null;
}

/** Moves a clock forward; it never goes back. */
export async function moveClock(db: Db, workspaceId: string, at: Date): Promise<void> {
  await sql`
    update workspaces set clock_at = greatest(clock_at, ${at}), clock_set_at = clock_timestamp()
    where id = ${workspaceId}`.execute(db);
}

/** Records that the advance in progress has reached its end. */
export async function endAdvance(db: Db, workspaceId: string): Promise<void> {
  await sql`update workspaces set advance_to = null where id = ${workspaceId}`.execute(db);
}

/** Sets the speed of a clock from now on, in its seconds per real second; 0 stops it. */
export async function setClockSpeed(db: Db, workspaceId: string, speed: number): Promise<void> {
  await sql`update workspaces set clock_speed = ${speed}, clock_set_at = clock_timestamp()
    where id = ${workspaceId}`.execute(db);
}

/** Records that an advance begins, with the number of the last event before it. */
export async function beginAdvance(db: Db, workspaceId: string, to: Date): Promise<void> {
  await sql`
    update workspaces set advance_from = clock_at, advance_to = ${to}, advance_seq = event_seq
    where id = ${workspaceId}`.execute(db);
}

/** Sandboxes with clocks that run by themselves. */
export async function runningClocks(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from workspaces where mode = 'sandbox' and clock_speed > 0 order by id`.execute(db);
  return rows.map((row) => row.id);
}

export type NextInstants = { laneAt: Date | null; holdAt: Date | null; answerAt: Date | null };

/** When the next lane, hold or answer of a sandbox is due. Only answers after `now` count. */
export async function nextInstants(db: Db, workspaceId: string, now: Date): Promise<NextInstants> {
  const rows = await camelRows<NextInstants>(
    db,
    sql`
    select
      (select min(next_at + interval '0') from lanes
        where workspace_id = ${workspaceId}) as lane_at,
      least(
        (select min(hold_until) from prospects
          where workspace_id = ${workspaceId} and hold_until is not null),
        (select min(withdraw_at) from messages
          where workspace_id = ${workspaceId} and withdraw_at is not null),
        (select min(h.due_at) from hand_messages h
          join senders s on s.workspace_id = ${workspaceId} and s.id = h.sender_id
            and s.status = 'active' and s.removed_at is null
          where h.workspace_id = ${workspaceId} and h.state = 'scheduled')) as hold_at,
      (select min(answer_at) from sandbox_mail
        where workspace_id = ${workspaceId} and answer is not null and answer_at > ${now})
        as answer_at`,
  );
  return rows[0]!;
}

/**
 * How many events of each kind there were since an event; sends also by local date in `timeZone`.
 */
export async function countEvents(
  db: Db,
  since: { workspaceId: string; seq: number; timeZone: string },
): Promise<{ kind: string; date: string | null; n: number }[]> {
  const { rows } = await sql<{ kind: string; date: string | null; n: number }>`
    select kind, case when kind = 'message.sent' then to_char(at at time zone ${since.timeZone},
      'YYYY-MM-DD') end as date, count(*) as n
    from events where workspace_id = ${since.workspaceId} and seq > ${since.seq} group by 1, 2
    order by 1, 2`.execute(db);
  return rows;
}

/**
 * Analyzes the tables once a walk of `sends` sends has filled them, because prepared statements
 * keep the plans that were made for nearly empty tables; new statistics make PostgreSQL plan again.
 * Large tables are left to autovacuum: one walk changes little in them. Returns whether it
 * analyzed.
 */
export async function countRows(db: Db, sends: number): Promise<boolean> {
  const { rows } = await sql<{ stale: boolean }>`
    select reltuples < ${2 * sends}::int as stale from pg_class
    where oid = 'messages'::regclass`.execute(db);
  if (!rows[0]?.stale) return false;
  await sql`analyze messages, prospects, sender_usage, sandbox_mail, lanes, counters`.execute(db);
  return true;
}

/** PostgreSQL's code for lock_not_available. */
const lockTimeout = '55P03';
/** Clocks that one process moves at a time, so that connections are left for other work. */
const maxClocks = 4;
let heldClocks = 0;

/**
 * Calls `run` while this process alone may move the clock of a sandbox. Everything runs on one
 * connection, which holds an advisory lock: a process that loses the connection loses the clock.
 * Commits do not wait for the disk, because a sandbox sends nothing outside. Waits up to
 * `patienceMs` for another process to finish; returns null when the clock stays locked, or this
 * process moves too many already.
 */
export async function withClock<T>(
  pool: pg.Pool,
  { workspaceId, patienceMs }: { workspaceId: string; patienceMs: number },
  run: (db: Db) => Promise<T>,
): Promise<T | null> {
  if (heldClocks >= maxClocks) return null;
  heldClocks += 1;
  const client = await pool.connect().catch((error: Error) => {
    heldClocks -= 1;
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
    if ((error as { code?: string }).code === lockTimeout) return null;
    throw error;
  } finally {
    await client
      .query(`select pg_advisory_unlock_all(); reset all; ${sessionSettings}`)
      .catch((error: Error) => {
        broken = error;
      });
    heldClocks -= 1;
    client.release(broken);
  }
}
