import { sql } from 'kysely';
import type { Db } from './database.ts';

/**
 * Queues a chore, in the transaction of the change that calls for it; one that waits under the same
 * key is replaced.
 */
export async function addJob(
  db: Db,
  job: { task: string; payload: Record<string, unknown>; key: string },
): Promise<void> {
  await sql`select graphile_worker.add_job(${job.task}, ${JSON.stringify(job.payload)}::json, job_key => ${job.key})`.execute(
    db,
  );
}

/** Frees the jobs of workers that are gone; they would stay locked for hours otherwise. */
export async function freeDeadJobs(db: Db, live: readonly string[]): Promise<void> {
  await sql`
    select graphile_worker.force_unlock_workers(array_agg(distinct locked_by)) from (
      select locked_by from graphile_worker._private_jobs union select locked_by from graphile_worker._private_job_queues
    ) as locks where locked_by is not null and locked_by <> all(${live}::text[])`.execute(db);
}
