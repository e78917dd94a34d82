import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { freePorts } from '../test/peers/ports.ts';
import { type Figure, type Fixture, interleave, openFixture, rate } from './fixtures/harness.ts';
import { addSenders, countCompleted, fillCampaign } from './fixtures/people.ts';

const messages = 6_000;
/**
 * People still in the pool when the clock stops. Without them the time would include the last
 * messages, during which the processes only wait for answers.
 */
const spare = 1_500;
const senders = 1_500;
const answerS = 3;
const rounds = 7;

/**
 * Messages a second of two worker processes against one, run as `npm start` does, to a server that
 * answers slowly: a process is then limited by the number of messages it may have under way.
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
  const fixture = await openFixture();
  try {
    const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port });
    const pair = await interleave(
      rounds,
      () => sendWith(fixture, lanes, 2),
      () => sendWith(fixture, lanes, 1),
    );
    return [rate('workers', 'messages/s', pair)];
  } finally {
    await fixture.close();
    sink.kill();
  }
}

async function sendWith(
  fixture: Fixture,
  lanes: readonly string[],
  processes: number,
): Promise<number> {
  const { db, newId } = fixture.services;
  // No lane waits for a pace that an earlier round has set.
  await sql`update lanes set next_at = null, last_at = null, owner = null`.execute(db);
  const workers = await Promise.all(Array.from({ length: processes }, () => startWorker(fixture)));
  const id = await fillCampaign(fixture, {
    name: newId(),
    people: messages + spare,
    senders: lanes,
    launch: true,
  });
  const from = performance.now();
  while ((await countCompleted(fixture, id)) < messages) await pause(20);
  const tookS = (performance.now() - from) / 1000;
  for (const worker of workers) {
    const gone = once(worker, 'exit');
    worker.kill();
    await gone;
  }
  await sql`update campaigns set status = 'paused' where id = ${id}`.execute(db);
  return messages / tookS;
}

async function startWorker({ services }: Fixture): Promise<ChildProcess> {
  const worker = fork(path.join(import.meta.dirname, './fixtures/child/worker.ts'), [
    services.config.dataDir,
  ]);
  await once(worker, 'message');
  return worker;
}
