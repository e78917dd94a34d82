import { openStore } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { lockServer, makeMasterKey } from '../../data-dir.ts';
import { forgetSecrets, reseal } from '../../engine/accounts/keyring.ts';
import { createVault } from '../../vault.ts';

export const resealUsage = `Usage: POSTRIDER_OLD_MASTER_KEY=<key> postrider keys reseal
       postrider keys reseal --lost
Seals the stored passwords anew with the present master key: POSTRIDER_MASTER_KEY, or master.key \
of the data directory. --lost forgets those that nobody can open, for their owners to give again. \
Stop all servers first.`;

/** Runs `keys reseal`. Returns the exit code. @throws with the way out when it cannot be done */
export async function resealSecrets(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  const isLost = argv[0] === '--lost';
  const config = readConfig(env);
  const wrong = argv.length > (isLost ? 1 : 0) || (!isLost && config.oldMasterKey === null);
  if (wrong) {
    console.error(resealUsage);
    return 2;
  }
  const unlock = lockServer(config.dataDir);
  const store = await openStore(config, console.error).catch((error: unknown) => {
    unlock();
    throw error;
  });
  try {
    if (isLost) {
      const wiped = await forgetSecrets(store.db);
      console.log(`Forgotten. Senders that must log in again: ${wiped}.`);
      return 0;
    }
    const present = config.masterKey ?? makeMasterKey(config.dataDir);
    const [from, to] = [config.oldMasterKey!, present].map((key) => createVault(Buffer.from(key)));
    const sealed = await reseal(store.db, from!, to!);
    console.log(`Sealed anew with master key ${to!.keyId}. Senders: ${sealed}.`);
    return 0;
  } finally {
    await store.close();
    unlock();
  }
}
