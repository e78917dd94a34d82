import { Logger, type RunnerOptions, run, runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { forgetAnswers } from '../db/idempotency.ts';
import { freeDeadJobs } from '../db/jobs.ts';
import { liveWorkers } from '../db/workers.ts';
import { dayMs } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Services } from '../operation.ts';
import { abandonUploads, giveUpImport, runImport } from './imports/import.ts';
import { giveUpListImport, runListImport } from './imports/list-import.ts';
import { servicesFor } from './sandbox.ts';

/** How often the jobs of workers that are gone are freed, in ms. */
const freeMs = 3_000;

/** How long the answer to a request with an Idempotency-Key is kept, in ms. */
const answersKeptMs = 30 * dayMs;
/** Crontab: every night, also when the instant was missed within a day. */
const chores = '23 3 * * * forget_answers ?fill=1d';

/** Brings the job tables (graphile-worker's own schema) to this release. */
export async function installJobs(pool: Pool): Promise<void> {
  await runMigrations({ pgPool: pool });
}

/**
 * Runs the chores that are queued beside the core. A job may run again, or twice at the same time,
 * when its worker was taken for dead: each job must lock its own rows against that.
 */
export async function startJobs(
  services: Services,
  workerId: string,
): Promise<{ stop: () => Promise<void> }> {
  const { db, pool, log } = services;
  const stopping = new AbortController();
  const freeJobs = async () => freeDeadJobs(db, [workerId, ...(await liveWorkers(db))]);
  await freeJobs();
  await abandonUploads(db, services.clock.now());
  const options: RunnerOptions & { workerId: string } = {
    pgPool: pool,
    workerId,
    concurrency: 1,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger: createJobLog(log),
    crontab: chores,
    taskList: {
      async forget_answers() {
        await forgetAnswers(db, new Date(services.clock.now().getTime() - answersKeptMs));
      },
      async list_import(payload, { job }) {
        const id = readImport(payload);
        try {
          await runListImport(await servicesFor(services, id.workspaceId), id, stopping.signal);
        } catch (error) {
          if (job.attempts >= job.max_attempts) await giveUpListImport(services, id, error);
          throw error;
        }
      },
      async import(payload, { job }) {
        const id = readImport(payload);
        try {
          await runImport(await servicesFor(services, id.workspaceId), id, stopping.signal);
        } catch (error) {
          if (job.attempts >= job.max_attempts) await giveUpImport(services, id, error);
          throw error;
        }
      },
    },
  };
  const runner = await run(options);
  const timer = setInterval(
    () =>
      void freeJobs().catch((error: unknown) =>
        log.warn(
          { err: error },
          'the jobs of workers that are gone could not be freed; trying again',
        ),
      ),
    freeMs,
  );
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await runner.stop();
    },
  };
}

function readImport(payload: unknown): { workspaceId: string; importId: string } {
  return payload as { workspaceId: string; importId: string };
}

function createJobLog(log: Log): Logger {
  const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const;
  return new Logger(() => (level, message) => log[levels[level]](message));
}
