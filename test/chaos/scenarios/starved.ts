import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import {
  addCampaign,
  addMailboxes,
  type ChaosFixture,
  completed,
  connect,
  freshFolder,
  judge,
  launch,
  openChaosFixture,
  peopleOf,
  until,
} from '../fixture.ts';
import type { Run, Scenario } from '../scenario.ts';
import { startProvider } from '../sink.ts';

type Trial = {
  house: ChaosFixture;
  campaign: string;
  breaches: string[];
  run: Run /** Batches of people asked for so far. */;
  asked: number;
};

/** The longest an answer may take: a caller must not hang with the database. */
const answerMs = 25_000;
const batch = 500;

/** The database is there but cannot work: locked, out of connections, out of disk. Callers hear 503, nothing is half done, and it goes on after. */
export const starved: Scenario = {
  name: 'starved',
  fault: 'F5',
  usual: { 'lock-seconds': '30', sends: '1000' },
  short: { 'lock-seconds': '11', sends: '100' },
  async run(run) {
    const { options, random, say } = run;
    const sends = Number(options.sends);
    const disk = smallDisk();
    const house = await openChaosFixture(disk ? { dataDir: path.join(disk.folder, 'data') } : {});
    const provider = await startProvider({ random });
    const breaches: string[] = [];
    try {
      const senders = await addMailboxes(house, 5, { port: provider.port, sentFolder: false });
      const campaign = await addCampaign(house, { name: 'Starved', senders, people: [] });
      const trial: Trial = { house, campaign, breaches, run, asked: 0 };
      const answers: Record<string, Record<number, number>> = {};
      answers.locked = await underLock(trial, Number(options['lock-seconds']));
      say(`locked: ${JSON.stringify(answers.locked)}`);
      answers.no_connections = await withoutConnections(trial);
      say(`no connections: ${JSON.stringify(answers.no_connections)}`);
      if (disk) {
        answers.disk_full = await onFullDisk(trial, disk);
        say(`disk full: ${JSON.stringify(answers.disk_full)}`);
      }
      const sending = await addCampaign(house, {
        name: 'After',
        senders,
        people: peopleOf(sends, 1_000_000),
      });
      await launch(house, sending);
      await completed(house, sending);
      const verdict = await judge(house, provider);
      breaches.push(...(await house.breaches()));
      return {
        ...verdict,
        sends,
        answers,
        disk: disk ? 'full' : 'this user may not mount one',
        breaches,
      };
    } finally {
      await house.close().catch((error: Error) => breaches.push(error.message));
      await provider.stop();
      disk?.remove();
    }
  },
};

/** Asks for people to be added, again and again until `signal`; counts the answers. None may be but a success or a 503, and none half. */
async function hammer(trial: Trial, signal: AbortSignal): Promise<Record<number, number>> {
  const { house, campaign, breaches } = trial;
  const seen: Record<number, number> = {};
  const [before] = await house.query<{ n: number }>(
    'select count(*)::int as n from prospects where campaign_id = $1',
    [campaign],
  );
  let added = 0;
  const ask = async () => {
    while (!signal.aborted) {
      const prospects = peopleOf(batch, batch * trial.asked++).map((email) => ({ email }));
      const startedAt = performance.now();
      const answer = await house.servers[0].ask(`POST /api/campaigns/${campaign}/leads`, {
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
    async () => (await house.servers[0].ask('GET /api/campaigns')).status === 200,
    30,
  );
  const [after] = await house.query<{ n: number }>(
    'select count(*)::int as n from prospects where campaign_id = $1',
    [campaign],
  );
  const partial = after!.n - before!.n - added;
  // A commit whose answer was lost is whole, or not there.
  if (partial % batch !== 0 || partial < 0)
    breaches.push(`${partial} people are there beyond what was answered`);
  return seen;
}

async function underLock(trial: Trial, seconds: number): Promise<Record<number, number>> {
  const locker = await connect(trial.house.dataDir);
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
    for (let client = await connect(trial.house.dataDir).catch(() => null); client; ) {
      taken.push(client);
      client = await connect(trial.house.dataDir).catch(() => null);
    }
  };
  const [first] = await Promise.all([connect(trial.house.dataDir)]);
  await takeAll();
  // What the server has is ended, and taken before it can have it back.
  await first!.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where backend_type = 'client backend' and application_name not in ('chaos', 'postrider presence')`);
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
    async () => (await trial.house.servers[0].ask('GET /api/campaigns')).status === 200,
    30,
  );
  return seen;
}

/** As `hammer`, when the database cannot be looked into meanwhile. */
async function hammerBlind(
  { house, breaches }: Trial,
  signal: AbortSignal,
): Promise<Record<number, number>> {
  const seen: Record<number, number> = {};
  const ask = async () => {
    while (!signal.aborted) {
      const answer = await house.servers[0].ask('GET /api/campaigns');
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
  trial.run.say(
    `disk full: it went on ${Math.round(performance.now() - freedAt)} ms after there was room again`,
  );
  if (!seen[503]) trial.breaches.push('a full disk was never answered with 503');
  return seen;
}
