import { afterAll, inject } from 'vitest';
import { type FreshDatabase, openFreshDatabase, type Wishes } from './fresh-database.ts';

export { addWorkspace } from './fresh-database.ts';

export type TestDatabase = Omit<FreshDatabase, 'drop'>;

/**
 * A fresh migrated database with a workspace and a member, and parts on it with a clock that stands at 2026-03-02T09:00:00Z (a Monday).
 * Call it once in a test file's body or in beforeAll; it is dropped after the file's tests.
 */
export async function testDatabase(wishes: Wishes = {}): Promise<TestDatabase> {
  const { drop, ...database } = await openFreshDatabase(inject('databaseUrl'), wishes);
  afterAll(drop);
  return database;
}
