import { setTimeout as pause } from 'node:timers/promises';
import { findRunning } from '../../../src/db/embedded/running.ts';
import { addCampaign, addMailboxes, launch, peopleOf } from '../campaigns.ts';
import { type ChaosFixture, connect, openChaosFixture } from '../fixture.ts';
import { judge } from '../judge.ts';
import type { Run, Scenario } from '../scenario.ts';
import { startProvider } from '../sink.ts';
import { completed, until } from '../waiting.ts';

const maxMs = 10_000;

/** Ways for the database to go. Each resolves once it is done. */
const faults: Readonly<Record<string, (fixture: ChaosFixture) => Promise<void>>> = {
  async 'every connection ended'(fixture) {
    await fixture.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
  },
  async restarted({ dataDir }) {
    await end(dataDir, 'SIGINT');
  },
  async 'a backend killed'({ dataDir, query }) {
    const [one] = await query<{ pid: number }>(
      `select pid from pg_stat_activity where backend_type = 'client backend'
        and datname = 'postrider' and pid <> pg_backend_pid() limit 1`,
    );
    const died = await connect(dataDir);
    if (one) process.kill(one.pid, 'SIGKILL');
    // PostgreSQL answers a killed backend by ending all of them and recovering.
    await until(
      'the others end with it',
      () =>
        died.query('select').then(
          () => false,
          () => true,
        ),
      20,
    );
  },
  async killed({ dataDir }) {
    await end(dataDir, 'SIGKILL');
  },
};

async function end(dataDir: string, signal: NodeJS.Signals): Promise<void> {
  const running = findRunning(dataDir);
  if (running) process.kill(running.pid, signal);
  await until('PostgreSQL is gone', () => findRunning(dataDir)?.pid !== running?.pid, 20);
}

/**
 * The embedded PostgreSQL goes in every way while two processes send: they bring it back, go on,
 * and answer 503 meanwhile.
 */
export const postgres: Scenario = {
  name: 'postgres',
  fault: 'F4',
  usual: { faults: '20', sends: '6000' },
  short: { faults: '2', sends: '250' },
  async run(run) {
    const { options, random } = run;
    const fixture = await openChaosFixture({
      others: ['worker'],
      mail: true,
      env: { POSTRIDER_SEND_SECONDS: '6', POSTRIDER_SETTLE_SECONDS: '5' },
    });
    const peers = fixture.peers!;
    const provider = await startProvider({
      random,
      sentFolder: (sender) => peers.folder(sender, 'Sent'),
    });
    const breaches: string[] = [];
    try {
      const sends = Number(options.sends);
      const senders = await addMailboxes(fixture, 20, {
        port: provider.port,
        sentFolder: true,
        min_gap_seconds: 1,
      });
      const campaign = await addCampaign(fixture, {
        name: 'Postgres',
        senders,
        people: peopleOf(sends),
      });
      await launch(fixture, campaign);
      const recovered: number[] = [];
      const total = Number(options.faults);
      for (let round = 1; round <= total; round++)
        recovered.push(await breakOnce(run, fixture, { round, total, breaches }));
      const slowest = Math.max(...recovered);
      if (slowest > maxMs) breaches.push(`it took ${slowest} ms to go on`);
      await fixture.query('update senders set min_gap_seconds = 0');
      await completed(fixture, campaign);
      const verdict = await judge(fixture, provider);
      if (verdict.unknown > 0)
        breaches.push(`${verdict.unknown} messages are in doubt although Sent shows them`);
      breaches.push(...(await fixture.breaches()));
      return { ...verdict, faults: total, sends, slowest_recovery_ms: slowest, breaches };
    } finally {
      await fixture.close();
      await provider.stop();
    }
  },
};

/**
 * One fault. Returns how long it took, in ms, until the API answered and messages were reserved
 * again.
 */
async function breakOnce(
  { random, say }: Run,
  fixture: ChaosFixture,
  { round, total, breaches }: { round: number; total: number; breaches: string[] },
): Promise<number> {
  await pause(500 + random() * 1000);
  const names = Object.keys(faults);
  const name = names[(total < names.length ? round + 1 : round) % names.length]!;
  await faults[name]!(fixture);
  const startedAt = performance.now();
  const since = new Date();
  const seen = new Map<number, number>();
  await until('the API answers', async () => {
    const answer = await fixture.servers[0].ask('GET /api/campaigns');
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    if (answer.status === 503 && !answer.headers.get('retry-after'))
      breaches.push('a 503 came without Retry-After');
    if (answer.status !== 200 && answer.status !== 503)
      breaches.push(`after "${name}" the API answered ${answer.status}: ${answer.text}`);
    return answer.status === 200;
  });
  const reserved = () =>
    fixture.query(`select from messages where reserved_at > $1 limit 1`, [since]).then(
      (rows) => rows.length > 0,
      () => false,
    );
  const [left] = await fixture.query<{ n: number }>(
    `select count(*)::int as n from prospects where ended_at is null and hold is null`,
  );
  if (left!.n > 0) await until('somebody is sent to again', reserved);
  const tookMs = Math.round(performance.now() - startedAt);
  const answers = JSON.stringify(Object.fromEntries(seen));
  say(`fault ${round} of ${total}, ${name}: ${tookMs} ms, answers ${answers}`);
  return tookMs;
}
