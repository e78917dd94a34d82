import type { Db } from '../src/db/database.ts';
import { findBreaches as find } from '../src/db/verify.ts';

/** What breaks the laws of the engine in all that a workspace has in the database: a line each. To be asked when nothing is under way. */
export async function findBreaches(db: Db, workspaceId: string): Promise<string[]> {
  return (await find(db, workspaceId, 100)).map(({ law, row }) => `${law}: ${JSON.stringify(row)}`);
}
