import { sql } from 'kysely';
import type { Simulation } from './simulation.ts';

const maxAtOnce = 60;

/** When anything is due next: a lane that a live worker does not hold, the end of a hold, or an invitation to take back. */
export async function nextAt({ test }: Simulation): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select least((select min(hold_until) from prospects where hold_until < 'infinity'), (select min(withdraw_at) from messages),
      (select min(next_at) from lanes l where not exists (select 1 from workers w where w.id = l.owner))) as at`.execute(
    test.db,
  );
  return rows[0]?.at ?? null;
}

/** Lets the clock run to an instant, stopping wherever something is due; the laws are asked after each stop. */
export async function walkUntil(house: Simulation, until: number): Promise<void> {
  let stops = 0;
  for (;;) {
    const next = await nextAt(house);
    if (!next || next.getTime() > until) break;
    stops = next.getTime() > house.now ? 0 : stops + 1;
    if (stops > maxAtOnce) {
      house.expected.breaches.push(
        `what is due at ${next.toISOString()} is left undone at ${new Date(house.now).toISOString()}`,
      );
      return;
    }
    house.test.clock.advanceTo(next);
    const before = house.provider.accepted.length;
    await house.tick(await house.anyWorker());
    house.events += 1;
    if (house.provider.accepted.length > before) await holdLaws(house);
  }
  house.test.clock.advanceTo(new Date(until));
}

/** @throws Error with what is broken */
export async function holdLaws(house: Simulation): Promise<void> {
  const breaches = await house.findBreaches();
  if (breaches.length > 0) throw new Error(breaches.slice(0, 5).join('\n'));
}
