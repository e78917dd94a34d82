// A process that runs only the jobs, for tests that kill it. It prints a line when it has started.

import { readConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/database.ts';
import { createPasswords } from '../../src/engine/accounts/passwords.ts';
import { systemClock } from '../../src/engine/clock.ts';
import { startWorker } from '../../src/engine/worker.ts';
import { newId } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { createVault } from '../../src/vault.ts';

const url = process.argv[2]!;
const log = createLog('silent');
const config = readConfig({ DATABASE_URL: url });
await startWorker({
  ...openDatabase(url, log),
  clock: systemClock,
  newId,
  channels: new Map(),
  ai: null,
  vault: createVault(Buffer.alloc(32)),
  config,
  log,
  freeDisk: async () => 1,
  passwords: createPasswords(),
});
console.log('started');
