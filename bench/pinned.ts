import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import {
  cost,
  type Figure,
  type House,
  interleave,
  openHouse,
  percentile,
} from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';
import { createStepper, type Stepper } from './fixtures/stepper.ts';

const holdMs = 60_000;
const turnMs = 250;
const senders = 50;
const people = 60_000;
const rounds = 3;

/** The median claim in a minute of sending a thousand a second, while another connection holds a snapshot all that minute, against healthy. */
export async function bench(): Promise<Figure[]> {
  const house = await openHouse();
  try {
    const lanes = await addSenders(house, senders, { host: '127.0.0.1', port: 25 });
    // One clock for all rounds: no lane is to wait for the one before.
    const stepper = createStepper(house.services, house.services.newId());
    const healthy = () => claimFor(house, lanes, stepper);
    return [
      cost('pinned', 'ms p50', await interleave(rounds, () => pinned(house, healthy), healthy)),
    ];
  } finally {
    await house.close();
  }
}

/** Does something while another connection holds a snapshot from before it. */
async function pinned(house: House, work: () => Promise<number>): Promise<number> {
  const client = await house.services.pool.connect();
  try {
    await client.query('begin isolation level repeatable read');
    await client.query('select count(*) from workspaces');
    return await work();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/** Sends at a fixed pace from a campaign of its own. Returns the median time of a tick that sends, in ms. */
async function claimFor(
  house: House,
  lanes: readonly string[],
  { engine, clock }: Stepper,
): Promise<number> {
  const { db, newId } = house.services;
  const id = await fillCampaign(house, { name: newId(), people, senders: lanes, launch: true });
  await sql`analyze`.execute(db);
  const times: number[] = [];
  for (let from = performance.now(), end = from + holdMs; from < end; from = performance.now()) {
    if ((await engine.tick()) > 0) times.push(performance.now() - from);
    await engine.settled();
    clock.advanceMs(1_000);
    await pause(Math.max(0, from + turnMs - performance.now()));
  }
  const { rows } = await sql<{
    n: number;
  }>`select count(*)::int as n from prospects where campaign_id = ${id} and status = 'completed'`.execute(
    db,
  );
  process.stderr.write(
    `${rows[0]!.n} sent in ${times.length} ticks, p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms\n`,
  );
  await sql`update campaigns set status = 'completed' where id = ${id}`.execute(db);
  await sql`vacuum prospects, messages, lanes, counters, sender_usage, workspaces`.execute(db);
  return percentile(times, 0.5);
}
