import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import {
  cost,
  type Figure,
  type Fixture,
  interleave,
  openFixture,
  percentile,
} from './fixtures/harness.ts';
import { addSenders, countCompleted, fillCampaign } from './fixtures/people.ts';
import { createStepper, type Stepper } from './fixtures/stepper.ts';

const holdMs = 60_000;
const tickMs = 250;
const senders = 50;
const people = 60_000;
const rounds = 3;

/**
 * The median claim during a minute of sending a thousand a second, while another connection holds
 * a snapshot open, so that vacuum removes nothing, against the same without it.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  try {
    const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port: 25 });
    // One clock for all rounds, so that no lane waits for its last send of the round before.
    const stepper = createStepper(fixture.services, fixture.services.newId());
    const healthy = () => claimFor(fixture, lanes, stepper);
    const pair = await interleave(rounds, () => pinned(fixture, healthy), healthy);
    return [cost('pinned', 'ms p50', pair)];
  } finally {
    await fixture.close();
  }
}

/** Runs the work while another connection holds a snapshot taken before it. */
async function pinned(fixture: Fixture, work: () => Promise<number>): Promise<number> {
  const client = await fixture.services.pool.connect();
  try {
    await client.query('begin isolation level repeatable read');
    await client.query('select count(*) from workspaces');
    return await work();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/** Sends at a fixed pace from a new campaign. Returns the median of ticks that send, in ms. */
async function claimFor(
  fixture: Fixture,
  lanes: readonly string[],
  { engine, clock }: Stepper,
): Promise<number> {
  const { db, newId } = fixture.services;
  const id = await fillCampaign(fixture, { name: newId(), people, senders: lanes, launch: true });
  await sql`analyze`.execute(db);
  const times: number[] = [];
  for (let from = performance.now(), end = from + holdMs; from < end; from = performance.now()) {
    if ((await engine.tick()) > 0) times.push(performance.now() - from);
    await engine.settled();
    clock.advanceMs(1_000);
    await pause(Math.max(0, from + tickMs - performance.now()));
  }
  const sent = await countCompleted(fixture, id);
  const [p50, p99] = [percentile(times, 0.5).toFixed(1), percentile(times, 0.99).toFixed(1)];
  process.stderr.write(`${sent} sent in ${times.length} ticks, p50 ${p50} ms, p99 ${p99} ms\n`);
  await sql`update campaigns set status = 'completed' where id = ${id}`.execute(db);
  await sql`vacuum prospects, messages, lanes, counters, sender_usage, workspaces`.execute(db);
  return percentile(times, 0.5);
}
