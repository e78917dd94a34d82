import { sql } from 'kysely';
import { Engine } from '../src/engine/engine.ts';
import { runOperation } from '../src/operation.ts';
import { getCampaign } from '../src/operations/campaigns/get.ts';
import { createRevision } from '../src/operations/revisions/create.ts';
import {
  adminOf,
  cost,
  type Figure,
  type Fixture,
  interleave,
  openFixture,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, waitingCampaign } from './fixtures/people.ts';

const people = 1_000_000;
const senders = 20;
const rounds = 7;

/**
 * A committed change of a delay at which a million people wait, against rescheduling a job for each
 * of them.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  try {
    const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port: 25 });
    const id = await waitingCampaign(fixture, { name: 'waiting', people, senders: lanes });
    const engine = new Engine(fixture.services, fixture.services.newId());
    await engine.runDue();
    await queueJobs(fixture);
    const pair = await interleave(
      rounds,
      (round) => replan(fixture, engine, id, round),
      (round) => reschedule(fixture, round),
    );
    return [cost('replan', 'ms a change', pair)];
  } finally {
    await fixture.close();
  }
}

async function replan(
  fixture: Fixture,
  engine: Engine,
  id: string,
  round: number,
): Promise<number> {
  const { services } = fixture;
  const caller = adminOf(fixture);
  const { body } = await runOperation(getCampaign, services, { caller, raw: { id } });
  const nodes = (body as { sequence_nodes: Record<string, unknown>[] }).sequence_nodes;
  const sequence_nodes = nodes.map((node) =>
    node.type === 'delay' ? { ...node, delay_days: 20 + ((round + 1) % 5) } : node,
  );
  const tookS = await seconds(() =>
    runOperation(createRevision, services, { caller, raw: { id, sequence_nodes } }),
  );
  const planned = await engine.tick();
  if (planned !== senders) throw new Error(`${planned} lanes were planned anew, not ${senders}`);
  return tookS * 1000;
}

async function queueJobs({ services }: Fixture): Promise<void> {
  await sql`select graphile_worker.add_job('remind')`.execute(services.db);
  await sql`
    insert into graphile_worker._private_jobs (task_id, payload, run_at)
    select task_id, payload, now() + interval '10 days' * random()
    from graphile_worker._private_jobs, generate_series(1, ${people - 1}::int)`.execute(
    services.db,
  );
  await sql`vacuum analyze graphile_worker._private_jobs`.execute(services.db);
}

async function reschedule({ services }: Fixture, round: number): Promise<number> {
  const found = await sql<{ ids: number[] }>`
    select array_agg(id) as ids from graphile_worker._private_jobs`.execute(services.db);
  const { ids } = found.rows[0]!;
  const at = new Date(services.clock.now().getTime() + (30 + round) * 86_400_000);
  const tookS = await seconds(async () => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n
      from graphile_worker.reschedule_jobs(${ids}::bigint[], run_at => ${at})`.execute(services.db);
    if (rows[0]!.n !== people)
      throw new Error(`${rows[0]!.n} jobs were rescheduled, not ${people}`);
  });
  await sql`vacuum graphile_worker._private_jobs`.execute(services.db);
  return tookS * 1000;
}
