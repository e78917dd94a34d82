import { sql } from 'kysely';
import type { Db } from './database.ts';

/**
 * Queues a chore, in the transaction of the change that calls for it; one that waits under the same
 * key is replaced. Of the chores of one `queue` one runs at a time, in the order of their coming.
 */
export async function addJob(
  db: Db,
  job: { task: string; payload: Record<string, unknown>; key: string; queue: string },
): Promise<void> {
  await sql`select graphile_worker.add_job(${job.task}, ${JSON.stringify(job.payload)}::json,
    queue_name => ${job.queue}, job_key => ${job.key})`.execute(db);
}

/** Whether a chore waits for its turn. `now` is the process's, near that of the database. */
export async function hasWaitingJobs(db: Db, now: Date): Promise<boolean> {
  const { rows } = await sql`
    select from graphile_worker._private_jobs where is_available and run_at <= ${now} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Frees the jobs of workers that are gone; they would stay locked for hours otherwise. */
export async function freeDeadJobs(db: Db, live: readonly string[]): Promise<void> {
  await sql`
    select graphile_worker.force_unlock_workers(array_agg(distinct locked_by)) from (
      select locked_by from graphile_worker._private_jobs union select locked_by from graphile_worker._private_job_queues
    ) as locks where locked_by is not null and locked_by <> all(${live}::text[])`.execute(db);
}
