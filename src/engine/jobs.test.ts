import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { testDatabase } from '../../test/fixtures/database.ts';
import { startIdempotent } from '../db/idempotency.ts';
import { installJobs, startJobs } from './jobs.ts';

const { services, db, pool, workspaceId } = await testDatabase();

it('a nightly job forgets answers that were kept for 30 days', async () => {
  const day = 24 * 60 * 60_000;
  for (const days of [29, 31]) {
    const at = new Date(services.clock.now().getTime() - days * day);
    await startIdempotent(db, {
      workspaceId,
      key: `of ${days} days`,
      fingerprint: Buffer.from('a'),
      at,
    });
  }
  await installJobs(pool);
  const jobs = await startJobs(services, services.newId());
  await sql`select graphile_worker.add_job('forget_answers')`.execute(db);
  const left = async () =>
    (await sql<{ key: string }>`select key from idempotency_keys`.execute(db)).rows;
  await vi.waitFor(async () => expect(await left()).toEqual([{ key: 'of 29 days' }]), {
    timeout: 10_000,
  });
  const known =
    await sql`select identifier from graphile_worker._private_known_crontabs order by 1`.execute(
      db,
    );
  expect(known.rows).toEqual([
    { identifier: 'abandon_uploads' },
    { identifier: 'forget_answers' },
    { identifier: 'forget_bodies' },
  ]);
  await jobs.stop();
});
