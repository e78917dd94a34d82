import type { Account } from '../channels/channel.ts';
import { type AccountRow, readAccounts } from '../db/accounts.ts';
import type { Parts } from '../operation.ts';

/** What binds sealed credentials to their row. */
export const credentialsAad = (workspaceId: string, senderId: string): string => `${workspaceId}:${senderId}`;

/** The sender as its channel sees it, secrets opened. @throws when they were sealed with another master key */
export function openAccount(parts: Parts, row: AccountRow): Account {
  const secrets = row.credentials === null ? '{}' : parts.vault.open(row.credentials, credentialsAad(row.workspaceId, row.id));
  const { id, providerAccountId, isPremium, emailAddress, displayName, firstName, lastName, connection } = row;
  const names = { emailAddress, displayName, firstName, lastName };
  return { id, providerAccountId, isPremium, ...names, connection, secrets: JSON.parse(secrets) as Record<string, unknown> };
}

/** Opened accounts of these senders, by id. One that cannot be opened is left out and logged. */
export async function openAccounts(parts: Parts, workspaceId: string, senderIds: readonly string[]): Promise<Map<string, Account>> {
  const accounts = new Map<string, Account>();
  for (const row of await readAccounts(parts.db, workspaceId, senderIds)) {
    try {
      accounts.set(row.id, openAccount(parts, row));
    } catch (error) {
      parts.log.error({ err: error, senderId: row.id }, 'the stored credentials cannot be opened');
    }
  }
  return accounts;
}
