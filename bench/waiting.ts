import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { Engine } from '../src/engine/engine.ts';
import {
  cost,
  type Figure,
  type House,
  interleave,
  openHouse,
  percentile,
} from './fixtures/harness.ts';
import { addSenders, waitingCampaign } from './fixtures/people.ts';

const many = 5_000_000;
const few = 50_000;
const senders = 50;
const rounds = 7;
const polls = 200;
const settleMs = 5_000;

/** What people who wait cost a worker: its memory with many against none, and its look for due work among many against few. */
export async function bench(): Promise<Figure[]> {
  const [none, small, large] = [await openHouse(), await openHouse(), await openHouse()];
  try {
    const pollSmall = await filled(small, few);
    const pollLarge = await filled(large, many);
    return [
      cost(
        'waiting-memory',
        'MB',
        await interleave(
          rounds,
          () => memoryOf(large),
          () => memoryOf(none),
        ),
      ),
      cost('waiting', 'ms p99', await interleave(rounds, pollLarge, pollSmall)),
    ];
  } finally {
    for (const house of [none, small, large]) await house.close();
  }
}

/** A house in which everybody waits for the second mail. Returns how to measure it: the p99 of planning all its lanes anew, in ms. */
async function filled(house: House, people: number): Promise<() => Promise<number>> {
  const lanes = await addSenders(house, senders, { host: '127.0.0.1', port: 25 });
  await waitingCampaign(house, { name: 'waiting', people, senders: lanes });
  const { db, clock } = house.services;
  const engine = new Engine(house.services, house.services.newId());
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

/** The memory a worker process of its own holds after some seconds on the house's database, in MB. */
async function memoryOf({ services }: House): Promise<number> {
  const worker = fork(
    path.join(import.meta.dirname, './fixtures/child/worker.ts'),
    [services.config.dataDir],
    { execArgv: ['--expose-gc'] },
  );
  await once(worker, 'message');
  await pause(settleMs);
  worker.send('collect');
  await once(worker, 'message');
  const held =
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8'))![1]) / 1024;
  const gone = once(worker, 'exit');
  worker.kill();
  await gone;
  return held;
}
