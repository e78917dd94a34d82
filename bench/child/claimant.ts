// One of the two processes of `claim`: told what to do over IPC, it says how long that took.
import { createHash } from 'node:crypto';
import { Logger, run } from 'graphile-worker';
import { createParts } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { keepPresence } from '../../src/engine/presence.ts';
import { createStepper } from '../stepper.ts';

/** What the parent asks for. `bare` is a statement to run with `values` until it returns no row, `then` one that takes the ids it returned; `jobs` are counted until told to stop. */
export type Ask = { ask: 'engine' } | { ask: 'bare'; text: string; then?: string; values: unknown[] } | { ask: 'jobs' } | { ask: 'stop' };

const [dataDir] = process.argv.slice(2) as [string];
const { parts } = await createParts(readConfig({ POSTRIDER_DATA_DIR: dataDir, POSTRIDER_LOG_LEVEL: 'error' }), () => {});
const workerId = parts.newId();
await keepPresence(parts, workerId, () => {});
const stepper = createStepper(parts, workerId);
let stopJobs = async () => {};

const answers: Record<Ask['ask'], (asked: Ask) => Promise<string>> = {
  async engine() {
    await stepper.run();
    return 'done';
  },
  async bare(asked) {
    if (asked.ask !== 'bare') throw new Error('no statement');
    const client = await parts.pool.connect();
    // A prepared name belongs to one text for as long as the connection lives.
    const nameOf = (text: string) => createHash('md5').update(text).digest('hex');
    const statement = { name: nameOf(asked.text), text: asked.text, values: asked.values };
    for (;;) {
      const { rows } = await client.query<{ id: string }>(statement);
      if (rows.length === 0) break;
      if (asked.then)
        await client.query({ name: nameOf(asked.then), text: asked.then, values: [asked.values[0], rows.map((row) => row.id)] });
    }
    client.release();
    return 'done';
  },
  async jobs() {
    let done = 0;
    const runner = await run({
      pgPool: parts.pool,
      noHandleSignals: true,
      logger: new Logger(() => () => {}),
      taskList: {
        nothing() {
          done += 1;
        },
      },
      preset: {
        worker: { concurrentJobs: 24, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0, pollInterval: 200 },
      },
    });
    const timer = setInterval(() => process.send!({ done }), 5);
    stopJobs = async () => {
      clearInterval(timer);
      await runner.stop();
    };
    return 'ready';
  },
  async stop() {
    await stopJobs();
    return 'stopped';
  },
};

process.on('message', async (asked: Ask) => process.send!({ said: await answers[asked.ask](asked) }));
process.send!({ said: 'started' });
