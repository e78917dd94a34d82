import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { addCampaign, addMailboxes, launch, peopleOf } from '../campaigns.ts';
import { type ChaosFixture, connect, freshFolder, openChaosFixture } from '../fixture.ts';
import { judge } from '../judge.ts';
import type { Run, Scenario } from '../scenario.ts';
import { startProvider } from '../sink.ts';
import { completed, until } from '../waiting.ts';

type Trial = {
  fixture: ChaosFixture;
  campaign: string;
  breaches: string[];
  run: Run;
  /** Batches of people requested so far. */
  asked: number;
};

/** The longest an answer may take: a caller must not hang with the database. */
const answerMs = 25_000;
const batch = 500;

/**
 * The database runs but cannot work: locked, out of connections, out of disk. Callers get 503, no
 * write is half done, and work continues afterwards.
 */
export const starved: Scenario = {
  name: 'starved',
  fault: 'F5',
  usual: { 'lock-seconds': '30', sends: '1000' },
  short: { 'lock-seconds': '11', sends: '100' },
  async run(run) {
    const { options, random, say } = run;
    const sends = Number(options.sends);
    const disk = smallDisk();
    const fixture = await openChaosFixture(disk ? { dataDir: path.join(disk.folder, 'data') } : {});
    const provider = await startProvider({ random });
    const breaches: string[] = [];
    try {
      const senders = await addMailboxes(fixture, 5, { port: provider.port, sentFolder: false });
      const campaign = await addCampaign(fixture, { name: 'Starved', senders, people: [] });
      const trial: Trial = { fixture, campaign, breaches, run, asked: 0 };
      const answers: Record<string, Record<number, number>> = {};
      answers.locked = await underLock(trial, Number(options['lock-seconds']));
      say(`locked: ${JSON.stringify(answers.locked)}`);
      answers.no_connections = await withoutConnections(trial);
      say(`no connections: ${JSON.stringify(answers.no_connections)}`);
      if (disk) {
        answers.disk_full = await onFullDisk(trial, disk);
        say(`disk full: ${JSON.stringify(answers.disk_full)}`);
      }
      const sending = await addCampaign(fixture, {
        name: 'After',
        senders,
        people: peopleOf(sends, 1_000_000),
      });
      await launch(fixture, sending);
      await completed(fixture, sending);
      const verdict = await judge(fixture, provider);
      breaches.push(...(await fixture.breaches()));
      return {
        ...verdict,
        sends,
        answers,
        disk: disk ? 'full' : 'this user may not mount one',
        breaches,
      };
    } finally {
      await fixture.close().catch((error: Error) => breaches.push(error.message));
      await provider.stop();
      disk?.remove();
    }
  },
};

/**
 * Asks for people to be added, again and again until `signal`; counts the answers. None may be but
 * a success or a 503, and none half.
 */
async function hammer(trial: Trial, signal: AbortSignal): Promise<Record<number, number>> {
  const { fixture, campaign, breaches } = trial;
  const seen: Record<number, number> = {};
  const [before] = await fixture.query<{ n: number }>(
    'select count(*)::int as n from prospects where campaign_id = $1',
    [campaign],
  );
  let added = 0;
  const ask = async () => {
    while (!signal.aborted) {
      const prospects = peopleOf(batch, batch * trial.asked++).map((email) => ({ email }));
      const startedAt = performance.now();
      const answer = await fixture.servers[0].ask(`POST /api/campaigns/${campaign}/leads`, {
        body: { prospects },
      });
      const tookMs = performance.now() - startedAt;
      seen[answer.status] = (seen[answer.status] ?? 0) + 1;
      if (answer.status < 300) added += batch;
      else if (answer.status !== 503)
        breaches.push(`it was answered ${answer.status}: ${answer.text}`);
      else if (!answer.headers.get('retry-after')) breaches.push('a 503 came without Retry-After');
      if (tookMs > answerMs) breaches.push(`an answer took ${Math.round(tookMs)} ms`);
      await pause(50);
    }
  };
  await Promise.all(Array.from({ length: 20 }, ask));
  await until(
    'the API answers again',
    async () => (await fixture.servers[0].ask('GET /api/campaigns')).status === 200,
    30,
  );
  const [after] = await fixture.query<{ n: number }>(
    'select count(*)::int as n from prospects where campaign_id = $1',
    [campaign],
  );
  const partial = after!.n - before!.n - added;
  // A commit with a lost answer is either whole or absent.
  if (partial % batch !== 0 || partial < 0)
    breaches.push(`${partial} people are there beyond what was answered`);
  return seen;
}

async function underLock(trial: Trial, seconds: number): Promise<Record<number, number>> {
  const locker = await connect(trial.fixture.dataDir);
  await locker.query('begin');
  await locker.query('lock table campaigns in access exclusive mode');
  const over = AbortSignal.timeout(seconds * 1000);
  over.addEventListener('abort', () => void locker.query('commit').then(() => locker.end()));
  const seen = await hammer(trial, over);
  if (!seen[503]) trial.breaches.push('a lock was never answered with 503');
  return seen;
}

async function withoutConnections(trial: Trial): Promise<Record<number, number>> {
  const taken: pg.Client[] = [];
  const takeAll = async () => {
    for (let client = await connect(trial.fixture.dataDir).catch(() => null); client; ) {
      taken.push(client);
      client = await connect(trial.fixture.dataDir).catch(() => null);
    }
  };
  const [first] = await Promise.all([connect(trial.fixture.dataDir)]);
  await takeAll();
  // Ends the server's connections, and takes them before it can reconnect.
  await first!.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where backend_type = 'client backend'
      and application_name not in ('chaos', 'postrider presence')`);
  await takeAll();
  const over = AbortSignal.timeout(2_000);
  const free = async () => {
    await first!.end();
    await Promise.all(taken.map((client) => client.end()));
  };
  over.addEventListener('abort', () => void free());
  const seen = await hammerBlind(trial, over);
  await until(
    'the API answers again',
    async () => (await trial.fixture.servers[0].ask('GET /api/campaigns')).status === 200,
    30,
  );
  return seen;
}

/** As `hammer`, when the database cannot be looked into meanwhile. */
async function hammerBlind(
  { fixture, breaches }: Trial,
  signal: AbortSignal,
): Promise<Record<number, number>> {
  const seen: Record<number, number> = {};
  const ask = async () => {
    while (!signal.aborted) {
      const answer = await fixture.servers[0].ask('GET /api/campaigns');
      seen[answer.status] = (seen[answer.status] ?? 0) + 1;
      if (answer.status !== 200 && answer.status !== 503)
        breaches.push(`without connections it was answered ${answer.status}: ${answer.text}`);
      await pause(50);
    }
  };
  await Promise.all(Array.from({ length: 20 }, ask));
  return seen;
}

type Disk = { folder: string; remove: () => void };

/** A disk of its own with little room; null when this user may not mount one. */
function smallDisk(): Disk | null {
  const folder = freshFolder();
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', folder]).status === 0;
  if (!mounted) {
    rmSync(folder, { recursive: true });
    return null;
  }
  return {
    folder,
    remove: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function onFullDisk(trial: Trial, { folder }: Disk): Promise<Record<number, number>> {
  const ballast = path.join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 1_000_000)));
  const over = new AbortController();
  const hammering = hammer(trial, over.signal);
  await pause(3_000);
  rmSync(ballast);
  const freedAt = performance.now();
  over.abort();
  const seen = await hammering;
  const tookMs = Math.round(performance.now() - freedAt);
  trial.run.say(`disk full: it went on ${tookMs} ms after there was room again`);
  if (!seen[503]) trial.breaches.push('a full disk was never answered with 503');
  return seen;
}
