import type { Account } from '../../channels/channel.ts';
import {
  type AccountRow,
  lockCredentials,
  readAccounts,
  replaceCredentials,
} from '../../db/accounts/accounts.ts';
import { invitationsTo } from '../../db/accounts/seats.ts';
import { runTransaction } from '../../db/database.ts';
import { awaitingTouches } from '../../domain/sequence/invitation.ts';
import type { Services } from '../../operation.ts';

/** Additional authenticated data of sealed credentials: it binds them to their sender's row. */
export const credentialsAad = (workspaceId: string, senderId: string): string =>
  `${workspaceId}:${senderId}`;

type Secrets = Record<string, unknown>;
/** New secrets, and the sealed credentials that they were made from. */
type Renewed = { was: string; secrets: Secrets };
type SenderRef = { workspaceId: string; id: string };

/**
 * The sender as its channel sees it, secrets opened.
 * @throws when the secrets were sealed with another master key
 */
export function openAccount(services: Services, row: AccountRow): Account {
  const {
    id,
    providerAccountId,
    isPremium,
    emailAddress,
    displayName,
    firstName,
    lastName,
    connection,
  } = row;
  const names = { emailAddress, displayName, firstName, lastName };
  const secrets = openSecrets(services, row, row.credentials);
  const sender = { workspaceId: row.workspaceId, senderId: id };
  return {
    id,
    providerAccountId,
    isPremium,
    ...names,
    connection,
    secrets,
    renew: (make) => renewSecrets(services, row, make),
    invited: (personKeys) =>
      invitationsTo(services.db, sender, { personKeys, touches: awaitingTouches }),
  };
}

/** Opened accounts of these senders, by id. One that cannot be opened is logged and left out. */
export async function openAccounts(
  services: Services,
  workspaceId: string,
  senderIds: readonly string[],
): Promise<Map<string, Account>> {
  const accounts = new Map<string, Account>();
  for (const row of await readAccounts(services.db, workspaceId, senderIds)) {
    try {
      accounts.set(row.id, openAccount(services, row));
    } catch (error) {
      services.log.error(
        { err: error, senderId: row.id },
        'the stored credentials cannot be opened',
      );
    }
  }
  return accounts;
}

function openSecrets(
  { vault }: Services,
  { workspaceId, id }: SenderRef,
  credentials: string | null,
): Secrets {
  if (credentials === null) return {};
  return JSON.parse(vault.open(credentials, credentialsAad(workspaceId, id))) as Secrets;
}

/** Ten tries that wait up to five seconds each: about half a minute in all. */
const keepTries = 10;
const maxWaitMs = 5_000;

/**
 * Renews a sender's secrets, one caller at a time over all processes. The provider may revoke the
 * old secrets the moment it issues new ones: if the database goes away just then, storing the new
 * ones is tried again for half a minute.
 */
async function renewSecrets(
  services: Services,
  sender: SenderRef,
  make: (stored: Secrets) => Promise<Secrets | null>,
): Promise<Secrets> {
  const renewed: Renewed[] = [];
  try {
    return await runTransaction(services.db, async (db) => {
      const was = await lockCredentials(db, sender);
      const stored = openSecrets(services, sender, was);
      const secrets = was === null ? null : await make(stored);
      if (was === null || !secrets) return stored;
      renewed.push({ was, secrets });
      await replaceCredentials(db, sender, seal(services, sender, { was, secrets }));
      return secrets;
    });
  } catch (error) {
    const [last] = renewed;
    if (!last) throw error;
    services.log.error(
      { err: error, senderId: sender.id },
      'renewed credentials could not be stored; trying again',
    );
    await storeAgain(services, sender, last);
    return last.secrets;
  }
}

async function storeAgain(services: Services, sender: SenderRef, renewed: Renewed): Promise<void> {
  for (let attempt = 1, waitMs = 100; ; attempt += 1, waitMs = Math.min(2 * waitMs, maxWaitMs)) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    try {
      await replaceCredentials(services.db, sender, seal(services, sender, renewed));
      return;
    } catch (error) {
      if (attempt === keepTries) throw error;
    }
  }
}

function seal(
  { vault }: Services,
  { workspaceId, id }: SenderRef,
  { was, secrets }: Renewed,
): { was: string; credentials: string } {
  return { was, credentials: vault.seal(JSON.stringify(secrets), credentialsAad(workspaceId, id)) };
}
