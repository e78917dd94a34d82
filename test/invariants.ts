import { expect } from 'vitest';
import type { Db } from '../src/db/database.ts';
import { findBreaches } from './laws.ts';

/** Holds the laws of the engine against everything a workspace has in the database. To be asked when nothing is under way. */
export async function checkLaws(db: Db, workspaceId: string): Promise<void> {
  expect(await findBreaches(db, workspaceId)).toEqual([]);
}
