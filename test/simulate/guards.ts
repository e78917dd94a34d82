import { sql } from 'kysely';
import { at, type Settings } from './expectations.ts';
import type { Simulation } from './simulation.ts';

type Bounces = { id: string; at: Date; contacted: number; bounced: number };

/** Defaults of the guard: it pauses at 5 bounces in 100, or at ten of any before that. */
const tooMany = ({ contacted, bounced }: Bounces, { rate, min }: Settings['guard']): boolean =>
  (contacted >= (min ?? 100) || (min === null && bounced >= 10)) &&
  bounced / Math.max(contacted, min ?? 100) >= (rate ?? 0.05);

/** Counts the events of all campaigns. */
export async function countEvents({ test }: Simulation): Promise<number> {
  const { rows } = await sql<{
    n: number;
  }>`select count(*)::int as n from events where workspace_id = ${test.workspaceId}`.execute(
    test.db,
  );
  return rows[0]!.n;
}

/**
 * Finds campaigns with bounces after event `since` that a guard should have paused. Valid only when
 * no step failed meanwhile.
 */
export async function guardsAreAwake(simulation: Simulation, since: number): Promise<void> {
  const { rows } = await sql<Bounces>`
    select c.id, now() as at, count(p.contacted_at)::int - (c.guard_from ->> 'contacted')::int as contacted,
      (count(*) filter (where p.status = 'bounced'))::int - (c.guard_from ->> 'bounced')::int as bounced
    from campaigns c join prospects p on p.workspace_id = c.workspace_id and p.campaign_id = c.id
    where c.workspace_id = ${simulation.test.workspaceId} and c.status = 'active' and exists (select 1 from events e where e.workspace_id = c.workspace_id and e.campaign_id = c.id and e.kind = 'prospect.bounced' and e.seq > ${since})
    group by c.workspace_id, c.id order by c.id`.execute(simulation.test.db);
  for (const row of rows) {
    const guard = at(simulation.expected.campaign(row.id).guard, simulation.now)!;
    if (tooMany(row, guard))
      simulation.expected.breaches.push(
        `too many bounced, and nothing stopped it: ${JSON.stringify({ ...row, guard })}`,
      );
  }
}

/** Finds pauses by a guard below the rate that was set at that time. */
export async function guardsWereRight(simulation: Simulation): Promise<void> {
  const { rows } = await sql<Bounces>`
    select campaign_id as id, at, (data ->> 'contacted')::int as contacted, (data ->> 'bounced')::int as bounced
    from events where workspace_id = ${simulation.test.workspaceId} and kind = 'campaign.paused' and data ->> 'reason' = 'bounce_rate' order by seq`.execute(
    simulation.test.db,
  );
  for (const row of rows) {
    const { guard } = simulation.expected.campaign(row.id);
    if (!tooMany(row, at(guard, row.at.getTime())!))
      simulation.expected.breaches.push(`a guard stopped for nothing: ${JSON.stringify(row)}`);
  }
}
