import { EventEmitter } from 'node:events';
import {
  Logger,
  type RunnerOptions,
  run,
  runMigrations,
  type Task,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type { Pool } from 'pg';
import { forgetLinks } from '../db/accounts/links.ts';
import { forgetSessions } from '../db/accounts/sessions.ts';
import { withTime } from '../db/database.ts';
import { forgetAnswers } from '../db/idempotency.ts';
import type { ImportId } from '../db/imports/imports.ts';
import { freeDeadJobs, hasWaitingJobs } from '../db/jobs.ts';
import { liveWorkers } from '../db/workers.ts';
import { dayMs } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Services } from '../operation.ts';
import { sessionMs } from './accounts/sessions.ts';
import { systemClock } from './clock.ts';
import { abandonUploads, giveUpImport, runImport } from './imports/import.ts';
import { giveUpListImport, runListImport } from './imports/list-import.ts';
import { type ImportTask, queueImportJob } from './imports/queue.ts';
import { servicesFor } from './sandbox.ts';
import { forgetBodies } from './threads/forget-bodies.ts';

/** How often the jobs of workers that are gone are freed, in ms. */
const freeMs = 3_000;

/** How long the answer to a request with an Idempotency-Key is kept, in ms. */
const answersKeptMs = 30 * dayMs;
/** Crontab: each night, also when that was missed within a day; each hour; each ten minutes. */
const chores =
  '23 3 * * * forget_answers ?fill=1d\n41 * * * * forget_bodies\n*/10 * * * * abandon_uploads';
/** Chores at a time: as many workspaces import side by side, each one file. */
const atOnce = 4;

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
  const events: WorkerEvents = new EventEmitter();
  // Jobs are locked by the name of the pool, which would be a random one: by ours, others can tell
  // whether it lives.
  events.on('pool:create', ({ workerPool }) => Object.assign(workerPool, { id: workerId }));
  const options: RunnerOptions = {
    pgPool: pool,
    events,
    concurrency: atOnce,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger: createJobLog(log),
    crontab: chores,
    taskList: taskList(services, stopping.signal),
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

/** The chores by their names. Imports queue themselves again when others wait. */
export function taskList(services: Services, stopping: AbortSignal): TaskList {
  const { db, clock } = services;
  return {
    async forget_answers() {
      const now = clock.now();
      const before = new Date(now.getTime() - answersKeptMs);
      await withTime(db, {}, (own) => forgetAnswers(own, before));
      await forgetSessions(db, new Date(now.getTime() - sessionMs));
      await forgetLinks(db, now);
    },
    abandon_uploads: () => abandonUploads(db),
    async forget_bodies() {
      await withTime(db, {}, (own) => forgetBodies(own, clock.now()));
    },
    import: importTask('import', { runPart: runImport, giveUp: giveUpImport }),
    list_import: importTask('list_import', { runPart: runListImport, giveUp: giveUpListImport }),
  };

  function importTask(
    task: ImportTask,
    { runPart, giveUp }: { runPart: typeof runImport; giveUp: typeof giveUpImport },
  ): Task {
    return async (payload, { job }) => {
      const id = payload as ImportId;
      try {
        const own = await servicesFor(services, id.workspaceId);
        let hasMore = true;
        do hasMore = await runPart(own, id, stopping);
        while (hasMore && !stopping.aborted && !(await hasWaitingJobs(db, systemClock.now())));
        if (hasMore) await queueImportJob(db, task, id);
      } catch (error) {
        if (job.attempts >= job.max_attempts) await giveUp(services, id, error);
        throw error;
      }
    };
  }
}

function createJobLog(log: Log): Logger {
  const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const;
  return new Logger(() => (level, message) => log[levels[level]](message));
}
