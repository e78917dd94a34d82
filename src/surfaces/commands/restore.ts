import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { openDatabaseOf } from '../../app.ts';
import { type Config, readConfig } from '../../config.ts';
import { lockServer, masterKeyFile } from '../../data-dir.ts';
import type { Header } from '../../db/backup/format.ts';
import { loadDatabase } from '../../db/backup/load.ts';
import { holdDatabase } from '../../db/instance.ts';
import { migrate } from '../../db/migrate.ts';
import { systemClock } from '../../engine/clock.ts';
import { installJobs } from '../../engine/jobs.ts';
import { createLog } from '../../log.ts';
import { createVault } from '../../vault.ts';
import { readFileName } from './one-file.ts';

const does = `Fills an empty database from a file of postrider backup and brings it to this
release. It sends nothing until postrider release has looked up what went out since. See
docs/operations.md.`;

/** Restores a backup into an empty database. Returns the exit code. */
export async function restore(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  const file = readFileName('restore', argv, does);
  if (typeof file === 'number') return file;
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  const config = readConfig(env);
  const unlock = lockServer(config.dataDir);
  const { database, close } = await openDatabaseOf(config, createLog('warn'), {
    say: console.error,
  });
  const since = systemClock.now();
  const reason = ({ at }: Header) => `it was restored from a backup of ${at}`;
  let header: Header | undefined;
  try {
    const input = createGunzip();
    pipeline(createReadStream(file), input, () => {});
    await loadDatabase(database, input, {
      progress: (table, rows) => console.error(`  ${table}: ${rows}`),
      begin: (read) => {
        header = read;
        console.error(`A backup of ${read.at}`);
      },
      installJobs,
      held: { since, reason },
    });
    await migrate(database.db);
    await holdDatabase(database.db, { since, reason: reason(header!) });
  } finally {
    await close();
    unlock();
  }
  console.error('Restored. It sends nothing until you run: postrider release');
  warnOfKey(config, header!);
  return 0;
}

function warnOfKey({ masterKey, dataDir }: Config, { keyId }: Header): void {
  const file = masterKeyFile(dataDir);
  const key = masterKey ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : null);
  if (key !== null && createVault(Buffer.from(key)).keyId === keyId) return;
  const here = key === null ? 'there is no master key here' : 'the master key here is another';
  console.error(
    `The passwords were sealed with master key ${keyId}, and ${here}: put that key into ${file} ` +
      '(or POSTRIDER_MASTER_KEY) before the start, or every sender needs its password again.',
  );
}
