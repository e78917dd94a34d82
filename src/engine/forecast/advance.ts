import {
  beginAdvance,
  countEvents,
  endAdvance,
  readClock,
  withClock,
} from '../../db/forecast/clocks.ts';
import type { Services } from '../../operation.ts';
import { walk } from './rehearsal.ts';

/** Longest work of one call; the next call continues. */
const maxCallMs = 10_000;
/**
 * How long a call waits for the lock of a clock that runs by itself: a step holds it for
 * `maxStepMs`.
 */
const patienceMs = 2_000;
const maxStepMs = 1_000;
/**
 * A running clock catches up at most this much real time, so that it does not jump after a stop of
 * the workers.
 */
const maxWallMs = 2_000;

export type Advance = {
  reached: boolean;
  from: Date;
  to: Date;
  events: Record<string, number>;
  sends: { date: string; sends: number }[];
};

type AdvanceRequest = {
  workspaceId: string;
  /** Zone of the days by which `sends` are counted. */
  timeZone: string;
  target: (from: Date) => Date;
  budgetMs?: number;
  /** Ends the call when nobody waits for its answer; the next one continues. */
  signal?: AbortSignal;
};

/**
 * Moves a sandbox's clock to a target, or continues an unfinished advance to the same target.
 * Works for up to ten seconds. Returns whether the target was reached and counts of the events
 * since the advance began; null when another process moves the clock.
 */
export function advance(
  services: Services,
  { workspaceId, timeZone, target, signal, budgetMs = maxCallMs }: AdvanceRequest,
): Promise<Advance | null> {
  return withClock(services.pool, { workspaceId, patienceMs }, async (db) => {
    const before = (await readClock(db, workspaceId))!;
    const to = target(before.at);
    if (before.advanceTo?.getTime() !== to.getTime()) await beginAdvance(db, workspaceId, to);
    const { advanceFrom, advanceSeq } = (await readClock(db, workspaceId))!;
    const reached = await walk(
      { ...services, db },
      {
        workspaceId,
        from: before.at,
        to,
        deadline: performance.now() + budgetMs,
        ...(signal ? { signal } : {}),
      },
    );
    if (reached) await endAdvance(db, workspaceId);
    const counts = await countEvents(db, { workspaceId, seq: advanceSeq!, timeZone });
    const events = Object.fromEntries(counts.map(({ kind }) => [kind, 0]));
    for (const { kind, n } of counts) events[kind] = events[kind]! + n;
    return {
      reached,
      from: advanceFrom!,
      to,
      events,
      sends: counts.flatMap(({ date, n }) => (date ? [{ date, sends: n }] : [])),
    };
  });
}

/**
 * One step of a sandbox's clock that runs by itself: moves it by the real time since its last move,
 * multiplied by its speed. Works for up to a second.
 */
export async function letClockGo(services: Services, workspaceId: string): Promise<void> {
  await withClock(services.pool, { workspaceId, patienceMs: 1 }, async (db) => {
    const clock = await readClock(db, workspaceId);
    if (!clock || clock.speed === 0) return;
    const to = new Date(
      clock.at.getTime() + Math.round(Math.min(clock.wallMs, maxWallMs) * clock.speed),
    );
    await walk(
      { ...services, db },
      { workspaceId, from: clock.at, to, deadline: performance.now() + maxStepMs },
    );
  });
}
