import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { openDatabaseOf } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { findMasterKey } from '../../data-dir.ts';
import { saveDatabase } from '../../db/backup/save.ts';
import { systemClock } from '../../engine/clock.ts';
import { createLog } from '../../log.ts';
import { createVault } from '../../vault.ts';
import { readFileName } from './one-file.ts';

const does = `Writes all that the database holds into one new file, as of this instant.
The server may run and send meanwhile. The master key is not in the file: keep master.key, or
POSTRIDER_MASTER_KEY, apart from it. See docs/operations.md.`;

/** Saves the database into a file. Returns the exit code. */
export async function backup(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  const file = readFileName('backup', argv, does);
  if (typeof file === 'number') return file;
  if (existsSync(file)) throw new Error(`${file} exists already. Name a new file.`);
  const config = readConfig(env);
  const { database, close } = await openDatabaseOf(config, createLog('warn'), {
    say: console.error,
  });
  const part = `${file}.part-${process.pid}`;
  try {
    const key = config.masterKey ?? findMasterKey(config.dataDir);
    const keyId = key === null ? 'unknown' : createVault(Buffer.from(key)).keyId;
    const zip = createGzip();
    const stored = createWriteStream(part, { mode: 0o600, flags: 'wx', flush: true });
    const written = finished(zip.pipe(stored));
    // A full disk must end the backup, not leave it waiting.
    stored.on('error', (error) => zip.destroy(error));
    const saved = saveDatabase(database.pool, zip, {
      keyId,
      at: systemClock.now(),
      progress: (table, rows) => console.error(`  ${table}: ${rows}`),
    });
    const rows = await Promise.race([saved, written.then(() => saved)]);
    zip.end();
    await written;
    await rename(part, file);
    console.error(`Saved ${rows} rows into ${file}. They need master key ${keyId}.`);
    return 0;
  } finally {
    await rm(part, { force: true });
    await close();
  }
}
