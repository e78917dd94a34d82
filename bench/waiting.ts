import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { Engine } from '../src/engine/engine.ts';
import {
  cost,
  type Figure,
  type Fixture,
  interleave,
  memoryMb,
  openFixture,
  percentile,
} from './fixtures/harness.ts';
import { addSenders, waitingCampaign } from './fixtures/people.ts';

const many = 5_000_000;
const few = 50_000;
const senders = 50;
const rounds = 7;
const polls = 200;
const settleMs = 5_000;

/**
 * The cost of waiting people for a worker: its memory with many against none, and the time to find
 * due work among many against few.
 */
export async function bench(): Promise<Figure[]> {
  const [none, small, large] = [await openFixture(), await openFixture(), await openFixture()];
  try {
    const pollSmall = await fill(small, few);
    const pollLarge = await fill(large, many);
    const memory = await interleave(
      rounds,
      () => memoryOf(large),
      () => memoryOf(none),
    );
    return [
      cost('waiting-memory', 'MB', memory),
      cost('waiting', 'ms p99', await interleave(rounds, pollLarge, pollSmall)),
    ];
  } finally {
    for (const fixture of [none, small, large]) await fixture.close();
  }
}

/**
 * Fills a database with prospects that wait for their second mail. Returns the function that
 * measures the p99 of planning all lanes anew, in ms.
 */
async function fill(fixture: Fixture, people: number): Promise<() => Promise<number>> {
  const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port: 25 });
  await waitingCampaign(fixture, { name: 'waiting', people, senders: lanes });
  const { db, clock } = fixture.services;
  const engine = new Engine(fixture.services, fixture.services.newId());
  return async () => {
    const times: number[] = [];
    for (let poll = 0; poll < polls; poll++) {
      await sql`update lanes set next_at = ${clock.now()}`.execute(db);
      const from = performance.now();
      const planned = await engine.tick();
      times.push(performance.now() - from);
      if (planned !== senders) throw new Error(`${planned} lanes were planned, not ${senders}`);
    }
    return percentile(times, 0.99);
  };
}

/** The memory in MB that a new worker process holds after some seconds on the database. */
async function memoryOf({ services }: Fixture): Promise<number> {
  const worker = fork(
    path.join(import.meta.dirname, './fixtures/child/worker.ts'),
    [services.config.dataDir],
    { execArgv: ['--expose-gc'] },
  );
  await once(worker, 'message');
  await pause(settleMs);
  worker.send('collect');
  await once(worker, 'message');
  const held = memoryMb(worker.pid!, 'VmRSS');
  const gone = once(worker, 'exit');
  worker.kill();
  await gone;
  return held;
}
