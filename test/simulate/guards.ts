import { sql } from 'kysely';
import { at, type Settings } from './expectations.ts';
import type { Simulation } from './simulation.ts';

type Bounces = { id: string; at: Date; contacted: number; bounced: number };

/** Guards that are not asked for stop at 5 in 100. */
const tooMany = ({ contacted, bounced }: Bounces, { rate, min }: Settings['guard']): boolean =>
  contacted >= (min ?? 100) && bounced / contacted >= (rate ?? 0.05);

/** How many events there are. */
export async function countEvents({ test }: Simulation): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from events`.execute(test.db);
  return rows[0]!.n;
}

/** Holds the guards of campaigns in which somebody bounced since so many events, when nothing went wrong meanwhile. */
export async function guardsAreAwake(house: Simulation, since: number): Promise<void> {
  const { rows } = await sql<Bounces>`
    select c.id, now() as at, count(p.contacted_at)::int - (c.guard_from ->> 'contacted')::int as contacted,
      (count(*) filter (where p.status = 'bounced'))::int - (c.guard_from ->> 'bounced')::int as bounced
    from campaigns c join prospects p on p.campaign_id = c.id
    where c.status = 'active' and exists (select 1 from events e where e.campaign_id = c.id and e.kind = 'prospect.bounced' and e.seq > ${since})
    group by c.workspace_id, c.id order by c.id`.execute(house.test.db);
  for (const row of rows) {
    const { guard } = house.expected.campaign(row.id);
    if (tooMany(row, at(guard, house.now)!))
      house.expected.breaches.push(
        `too many bounced, and nothing stopped it: ${JSON.stringify({ ...row, guard: at(guard, house.now) })}`,
      );
  }
}

/** Whatever a guard has stopped for was too much by what was asked for then. */
export async function guardsWereRight(house: Simulation): Promise<void> {
  const { rows } = await sql<Bounces>`
    select campaign_id as id, at, (data ->> 'contacted')::int as contacted, (data ->> 'bounced')::int as bounced
    from events where kind = 'campaign.paused' and data ->> 'reason' = 'bounce_rate' order by seq`.execute(
    house.test.db,
  );
  for (const row of rows) {
    const { guard } = house.expected.campaign(row.id);
    if (!tooMany(row, at(guard, row.at.getTime())!))
      house.expected.breaches.push(`a guard stopped for nothing: ${JSON.stringify(row)}`);
  }
}
