import { sql } from 'kysely';
import type { Simulation } from './simulation.ts';

const maxAtOnce = 60;

/**
 * The next due instant: of a lane that no live worker holds, the end of a hold, or an invitation to
 * withdraw.
 */
export async function nextAt({ test }: Simulation): Promise<Date | null> {
  const { workspaceId: w } = test;
  const { rows } = await sql<{ at: Date | null }>`
    select least((select min(hold_until) from prospects where workspace_id = ${w} and hold_until < 'infinity'), (select min(withdraw_at) from messages where workspace_id = ${w}),
      (select min(next_at) from lanes l where workspace_id = ${w} and not exists (select 1 from workers w where w.id = l.owner))) as at`.execute(
    test.db,
  );
  return rows[0]?.at ?? null;
}

/**
 * Advances the clock to an instant, with a tick at every due instant on the way. Checks the laws
 * after each tick that sent.
 */
export async function walkUntil(simulation: Simulation, until: number): Promise<void> {
  let stops = 0;
  for (;;) {
    const next = await nextAt(simulation);
    if (!next || next.getTime() > until) break;
    stops = next.getTime() > simulation.now ? 0 : stops + 1;
    if (stops > maxAtOnce) {
      const now = new Date(simulation.now).toISOString();
      simulation.expected.breaches.push(
        `an event due at ${next.toISOString()} is not done at ${now}`,
      );
      return;
    }
    simulation.test.clock.advanceTo(next);
    const before = simulation.provider.accepted.length;
    await simulation.tick(await simulation.anyWorker());
    simulation.events += 1;
    if (simulation.provider.accepted.length > before) await holdLaws(simulation);
  }
  simulation.test.clock.advanceTo(new Date(until));
}

/** @throws Error that lists the breaches */
export async function holdLaws(simulation: Simulation): Promise<void> {
  const breaches = await simulation.findBreaches();
  if (breaches.length > 0) throw new Error(breaches.slice(0, 5).join('\n'));
}
