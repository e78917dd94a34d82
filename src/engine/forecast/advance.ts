import {
  beginAdvance,
  countEvents,
  endAdvance,
  readClock,
  withClock,
} from '../../db/forecast/clocks.ts';
import type { Services } from '../../operation.ts';
import { walk } from './rehearsal.ts';

/** Most of one call's work, in ms; what is left comes with the next. */
const maxMs = 10_000;
/** How long a clock that goes by itself is waited for to let go, in ms. */
const patienceMs = 2_000;
const ownStepMs = 1_000;
/** A clock that nobody moved for long (no worker ran) does not jump. */
const maxWallMs = 2_000;

export type Advance = {
  reached: boolean;
  from: Date;
  to: Date;
  events: Record<string, number>;
  sends: { date: string; sends: number }[];
};

type Wish = {
  workspaceId: string;
  timeZone: string;
  target: (from: Date) => Date;
  budgetMs?: number;
};

/**
 * Walks a sandbox's clock to a target, or goes on with the advance that has the same one, for up to ten seconds. Returns how far it came and
 * what has happened since the advance began; null when somebody else moves the clock.
 */
export function advance(
  services: Services,
  { workspaceId, timeZone, target, budgetMs = maxMs }: Wish,
): Promise<Advance | null> {
  return withClock(services.pool, { workspaceId, patienceMs }, async (db) => {
    const before = (await readClock(db, workspaceId))!;
    const to = target(before.at);
    if (before.advanceTo?.getTime() !== to.getTime()) await beginAdvance(db, workspaceId, to);
    const { advanceFrom, advanceSeq } = (await readClock(db, workspaceId))!;
    const reached = await walk(
      { ...services, db },
      { workspaceId, from: before.at, to, deadline: performance.now() + budgetMs },
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

/** Moves a sandbox's clock on by what its speed makes of the time since it was last moved, for up to a second. */
export async function letClockGo(services: Services, workspaceId: string): Promise<void> {
  await withClock(services.pool, { workspaceId, patienceMs: 1 }, async (db) => {
    const clock = await readClock(db, workspaceId);
    if (!clock || clock.speed === 0) return;
    const to = new Date(
      clock.at.getTime() + Math.round(Math.min(clock.wallMs, maxWallMs) * clock.speed),
    );
    await walk(
      { ...services, db },
      { workspaceId, from: clock.at, to, deadline: performance.now() + ownStepMs },
    );
  });
}
