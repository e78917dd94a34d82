import { openStore } from '../../app.ts';
import { readConfig } from '../../config.ts';

/** Migrates the database to this release and prints the new migrations. Returns the exit code. */
export async function migrate(env: Record<string, string | undefined>): Promise<number> {
  const store = await openStore(readConfig(env), console.error);
  await store.close();
  console.log(
    store.migrated.length > 0 ? store.migrated.join('\n') : 'The database is up to date.',
  );
  return 0;
}
