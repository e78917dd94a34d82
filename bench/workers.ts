import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { freePorts } from '../test/peers/ports.ts';
import { type Figure, type House, interleave, openHouse, rate } from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';

const messages = 6_000;
/** Left in the pool when the clock stops: otherwise the last wave, for which every process waits alone, counts as work. */
const left = 1_500;
const senders = 1_500;
const answerS = 3;
const rounds = 7;

/**
 * Messages a second of two worker processes against one, as `npm start` runs them, to a server that takes its time to answer:
 * what limits a process then is how much it may have under way.
 */
export async function bench(): Promise<Figure[]> {
  const [port] = (await freePorts(1)) as [number];
  const sink = spawn(
    '/usr/sbin/smtp-sink',
    ['-u', 'nobody', '-m', '4000', '-w', String(answerS), `127.0.0.1:${port}`, '1000'],
    {
      stdio: 'ignore',
    },
  );
  await once(sink, 'spawn');
  const house = await openHouse();
  try {
    const lanes = await addSenders(house, senders, { host: '127.0.0.1', port });
    const pair = await interleave(
      rounds,
      () => sendWith(house, lanes, 2),
      () => sendWith(house, lanes, 1),
    );
    return [rate('workers', 'messages/s', pair)];
  } finally {
    await house.close();
    sink.kill();
  }
}

async function sendWith(
  house: House,
  lanes: readonly string[],
  processes: number,
): Promise<number> {
  const { db, newId } = house.services;
  // Nobody waits for a pace that an earlier round has set.
  await sql`update lanes set next_at = null, last_at = null, owner = null`.execute(db);
  const workers = await Promise.all(Array.from({ length: processes }, () => startWorker(house)));
  const id = await fillCampaign(house, {
    name: newId(),
    people: messages + left,
    senders: lanes,
    launch: true,
  });
  const from = performance.now();
  const sent = async () => {
    const { rows } = await sql<{
      n: number;
    }>`select coalesce(sum(n), 0)::int as n from counters where campaign_id = ${id} and name = 'completed'`.execute(
      db,
    );
    return rows[0]!.n;
  };
  while ((await sent()) < messages) await pause(20);
  const tookS = (performance.now() - from) / 1000;
  for (const worker of workers) {
    const gone = once(worker, 'exit');
    worker.kill();
    await gone;
  }
  await sql`update campaigns set status = 'paused' where id = ${id}`.execute(db);
  return messages / tookS;
}

async function startWorker({ services }: House): Promise<ChildProcess> {
  const worker = fork(path.join(import.meta.dirname, './fixtures/child/worker.ts'), [
    services.config.dataDir,
  ]);
  await once(worker, 'message');
  return worker;
}
