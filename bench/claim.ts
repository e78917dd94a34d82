import { sql } from 'kysely';
import type { Command } from './fixtures/child/claimant.ts';
import {
  type Figure,
  type Fixture,
  interleave,
  openFixture,
  rate,
  seconds,
} from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';
import { Workers } from './fixtures/workers.ts';

const steps = 30_000;
const senders = 500;
const processes = 2;
const rounds = 7;

/**
 * Whole steps of the engine (claim, render, reserve, record) without a network in two processes,
 * against no-op jobs, against bare SQL, and against bare SQL that reserves before it records.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  const workers = await Workers.start(fixture, processes);
  const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port: 25 });
  const ours = async (round: number) => {
    const id = await fillCampaign(fixture, {
      name: `engine ${crypto.randomUUID()}`,
      people: steps,
      senders: lanes,
      launch: true,
    });
    await settle(fixture);
    const tookS = await seconds(() => workers.run({ name: 'engine' }));
    await expectDone(fixture, id, round);
    return steps / tookS;
  };
  const jobs = async () => {
    await workers.run({ name: 'jobs' });
    await settle(fixture);
    const specs = JSON.stringify(Array.from({ length: steps }, () => ({ identifier: 'nothing' })));
    await sql`
      select graphile_worker.add_jobs(array(
        select json_populate_record(null::graphile_worker.job_spec, spec)
        from json_array_elements(${specs}::json) spec))`.execute(fixture.services.db);
    const tookS = await seconds(() => workers.count(steps));
    await workers.run({ name: 'stop' });
    return steps / tookS;
  };
  const bare = (text: string, then?: string) => async (round: number) => {
    const id = await fillCampaign(fixture, {
      name: `bare ${crypto.randomUUID()}`,
      people: steps,
      senders: lanes,
      launch: false,
    });
    await settle(fixture);
    const command: Command = {
      name: 'bare',
      text,
      values: [fixture.workspaceId, id, lanes],
      ...(then ? { then } : {}),
    };
    const tookS = await seconds(() => workers.run(command));
    await expectDone(fixture, id, round);
    return steps / tookS;
  };
  try {
    return [
      rate('claim-jobs', 'steps/s', await interleave(rounds, ours, jobs)),
      rate('claim', 'steps/s', await interleave(rounds, ours, bare(bareStep('completed', 'sent')))),
      rate(
        'claim-reserved',
        'steps/s',
        await interleave(rounds, ours, bare(bareStep('pending', 'reserved'), bareRecord)),
      ),
    ];
  } finally {
    await workers.close();
    await fixture.close();
  }
}

/**
 * Claims 500 people, moves them on and inserts their ledger rows, in one statement. It uses the
 * tables and indexes of the engine as they are.
 */
const bareStep = (status: string, state: string) => `
  with claimed as (
    select workspace_id, id from prospects
    where workspace_id = $1 and campaign_id = $2 and local_zone = '' and status = 'pending'
      and sender_id is null and hold is null
    order by id limit 500 for update skip locked
  ), numbered as (
    select *, row_number() over () as i from claimed
  ), moved as (
    update prospects p set status = '${status}',
      hold = case when '${state}' = 'reserved' then 'reserved' end,
      sender_id = ($3::uuid[])[n.i % array_length($3::uuid[], 1) + 1],
      contacted_at = now(), ended_at = now(), updated_at = now()
    from numbered n where p.workspace_id = n.workspace_id and p.id = n.id
    returning p.workspace_id, p.id, p.campaign_id, p.sender_id, p.first_name
  )
  insert into messages (
    workspace_id, id, campaign_id, prospect_id, node_id, sender_id, touch, state, subject,
    body_text, channel_key, attempts, reserved_at, sent_at, created_at, updated_at
  )
  select workspace_id, gen_random_uuid(), campaign_id, id, gen_random_uuid(), sender_id, 'email',
    '${state}', 'A question, ' || first_name,
    'Hi ' || first_name || ', I saw what your company does and have a question. '
      || 'Do you have ten minutes this week?',
    id || '@sender.test', 1, now(), now(), now(), now()
  from moved returning prospect_id as id`;

/**
 * The second statement that law 1 needs: the touch is committed before the network sees it, and its
 * result is written afterwards.
 */
const bareRecord = `
  with recorded as (
    update messages set state = 'sent', sent_at = now(), updated_at = now()
    where workspace_id = $1 and prospect_id = any($2::uuid[])
  )
  update prospects set status = 'completed', hold = null, ended_at = now(), updated_at = now()
  where workspace_id = $1 and id = any($2::uuid[])`;

/** Vacuums, so that a round does not pay for the dead rows of earlier rounds. */
async function settle({ services }: Fixture): Promise<void> {
  await sql`
    vacuum analyze prospects, messages, lanes, counters, sender_usage, events, workspaces,
      graphile_worker._private_jobs`.execute(services.db);
  await sql`checkpoint`.execute(services.db);
}

async function expectDone({ services }: Fixture, id: string, round: number): Promise<void> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from prospects p
      join messages m on m.workspace_id = p.workspace_id and m.prospect_id = p.id
    where p.campaign_id = ${id} and p.status = 'completed' and m.state = 'sent'`.execute(
    services.db,
  );
  if (rows[0]!.n !== steps)
    throw new Error(`${rows[0]!.n} of ${steps} were written to in round ${round}`);
}
