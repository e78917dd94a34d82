import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testDatabase } from '../../test/fixtures/database.ts';
import { keepPresence } from './presence.ts';

it('a start whose first heartbeat fails gives its connection back', async () => {
  const { db, pool, services } = await testDatabase();
  await sql`alter table workers rename to workers_away`.execute(db);
  await expect(keepPresence(services, services.newId(), () => {})).rejects.toThrow(
    'relation "workers" does not exist',
  );
  expect(pool.totalCount - pool.idleCount).toBe(0);
});
