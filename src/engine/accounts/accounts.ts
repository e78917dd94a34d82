import type { Account } from '../../channels/channel.ts';
import {
  type AccountRow,
  lockCredentials,
  readAccounts,
  replaceCredentials,
} from '../../db/accounts/accounts.ts';
import { invitationsTo } from '../../db/accounts/seats.ts';
import { awaitingTouches } from '../../domain/sequence/invitation.ts';
import type { Services } from '../../operation.ts';

/** What binds sealed credentials to their row. */
export const credentialsAad = (workspaceId: string, senderId: string): string =>
  `${workspaceId}:${senderId}`;

type Secrets = Record<string, unknown>;
type Holder = { workspaceId: string; id: string };

/** The sender as its channel sees it, secrets opened. @throws when they were sealed with another master key */
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

/** Opened accounts of these senders, by id. One that cannot be opened is left out and logged. */
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
  { workspaceId, id }: Holder,
  sealed: string | null,
): Secrets {
  return sealed === null
    ? {}
    : (JSON.parse(vault.open(sealed, credentialsAad(workspaceId, id))) as Secrets);
}

const keepTries = 10;
const maxWaitMs = 5_000;

/**
 * Renews a sender's secrets, one caller at a time over all processes. The provider may take the old ones back the moment it gives new
 * ones: should the database go away just then, keeping them is tried again for half a minute.
 */
async function renewSecrets(
  services: Services,
  holder: Holder,
  make: (stored: Secrets) => Promise<Secrets | null>,
): Promise<Secrets> {
  const made: { was: string; secrets: Secrets }[] = [];
  try {
    return await services.db.transaction().execute(async (db) => {
      const was = await lockCredentials(db, holder);
      const stored = openSecrets(services, holder, was);
      const secrets = was === null ? null : await make(stored);
      if (was === null || !secrets) return stored;
      made.push({ was, secrets });
      await replaceCredentials(db, holder, sealed(services, holder, { was, secrets }));
      return secrets;
    });
  } catch (error) {
    const [last] = made;
    if (!last) throw error;
    services.log.error(
      { err: error, senderId: holder.id },
      'renewed credentials could not be kept; trying again',
    );
    await keep(services, holder, last);
    return last.secrets;
  }
}

async function keep(
  services: Services,
  holder: Holder,
  renewed: { was: string; secrets: Secrets },
): Promise<void> {
  for (let attempt = 1, waitMs = 100; ; attempt += 1, waitMs = Math.min(2 * waitMs, maxWaitMs)) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    try {
      await replaceCredentials(services.db, holder, sealed(services, holder, renewed));
      return;
    } catch (error) {
      if (attempt === keepTries) throw error;
    }
  }
}

const sealed = (
  { vault }: Services,
  { workspaceId, id }: Holder,
  { was, secrets }: { was: string; secrets: Secrets },
) => {
  return { was, credentials: vault.seal(JSON.stringify(secrets), credentialsAad(workspaceId, id)) };
};
