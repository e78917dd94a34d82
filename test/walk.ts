import { sql } from 'kysely';
import { nextDueAt } from '../src/db/lanes.ts';
import type { Engine } from '../src/engine/engine.ts';
import type { TestDatabase } from './database.ts';

/**
 * Lets the manual clock run to `at`, stopping wherever a lane is due or a hold ends, as a worker would that never sleeps.
 * @throws when something stays due that the engine does not get done
 */
export async function walkTo({ db, clock }: Pick<TestDatabase, 'db' | 'clock'>, engine: Engine, at: Date): Promise<void> {
  for (;;) {
    await engine.runDue();
    const next = await nextEventAt(db);
    if (next === null || next > at) break;
    if (next <= clock.now()) throw new Error(`What is due at ${next.toISOString()} is left undone at ${clock.now().toISOString()}`);
    clock.advanceTo(next);
  }
  clock.advanceTo(at);
}

/** When a lane is next due, a hold ends, or an invitation is to be taken back. */
export async function nextEventAt(db: TestDatabase['db']): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select least((select min(hold_until) from prospects), (select min(withdraw_at) from messages)) as at`.execute(db);
  const instants = [await nextDueAt(db), rows[0]?.at ?? null].filter((instant) => instant !== null);
  return instants.length > 0 ? new Date(Math.min(...instants.map(Number))) : null;
}
