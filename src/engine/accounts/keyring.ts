import { randomBytes } from 'node:crypto';
import {
  addLinkKey,
  dropLinkKeys,
  dropLogins,
  lockAllCredentials,
  otherCredentials,
  readLinkKeys,
  replaceLinkKey,
  wipeCredentials,
  writeCredentials,
} from '../../db/accounts/keyring.ts';
import { type Db, transact } from '../../db/database.ts';
import { forgetNotices, lockNoticeUrls, replaceNoticeUrl } from '../../db/people/notices.ts';
import { createVault, sealedWith, type Vault } from '../../vault.ts';
import { noticeAad } from '../notices.ts';
import { credentialsAad } from './accounts.ts';

const current = 'current';
const aadOf = (name: string) => `link key:${name}`;

/**
 * The vault of a master key, with the keys of links, which are made at the first start.
 * @throws when stored secrets were sealed with another master key, with the way out
 */
export async function openVault(db: Db, masterKey: string): Promise<Vault> {
  const master = Buffer.from(masterKey);
  const vault = createVault(master);
  await requireOwn(db, vault);
  const sealed = vault.seal(randomBytes(32).toString('base64url'), aadOf(current));
  await addLinkKey(db, { name: current, sealed });
  // Another process may have been first, with another master key.
  await requireOwn(db, vault);
  const keys = await readLinkKeys(db);
  const ordered = keys.toSorted((a, b) => Number(b.name === current) - Number(a.name === current));
  const linkKeys = ordered.map(({ name, sealed: text }) =>
    Buffer.from(vault.open(text, aadOf(name)), 'base64url'),
  );
  return createVault(master, linkKeys);
}

/** Whether anything is sealed, so that a new master key could not open it. */
export async function hasSecrets(db: Db): Promise<boolean> {
  return (await readLinkKeys(db)).length > 0 || (await otherCredentials(db, 'none')) !== null;
}

async function requireOwn(db: Db, vault: Vault): Promise<void> {
  const prefix = `v1.${vault.keyId}.`;
  const keys = (await readLinkKeys(db)).map(({ sealed }) => sealed);
  const stranger =
    keys.find((sealed) => !sealed.startsWith(prefix)) ?? (await otherCredentials(db, prefix));
  if (!stranger) return;
  throw new Error(
    `The stored passwords were sealed with another master key (${sealedWith(stranger)}; this ` +
      `process has ${vault.keyId}). Start with the key of before: POSTRIDER_MASTER_KEY, or ` +
      'master.key in the data directory. All processes of a database share it.\n' +
      'To go on with the present key: POSTRIDER_OLD_MASTER_KEY=… npm run -s postrider -- keys ' +
      'reseal; when the old one is lost, keys reseal --lost.',
  );
}

/**
 * Seals everything anew that `from` has sealed. Links that it signed stay valid. Returns how many
 * senders were sealed anew. @throws when something was sealed with a third key
 */
export async function reseal(db: Db, from: Vault, to: Vault): Promise<number> {
  return transact(db, async (transaction) => {
    await requireOwn(transaction, from);
    const senders = await lockAllCredentials(transaction);
    for (const sender of senders) {
      const aad = credentialsAad(sender.workspaceId, sender.id);
      const credentials = to.seal(from.open(sender.credentials, aad), aad);
      await writeCredentials(transaction, { ...sender, credentials });
    }
    for (const { workspaceId, url } of await lockNoticeUrls(transaction)) {
      const aad = noticeAad(workspaceId);
      const again = to.seal(from.open(url, aad), aad);
      await replaceNoticeUrl(transaction, { workspaceId, url: again });
    }
    for (const { name, sealed } of await readLinkKeys(transaction)) {
      const again = to.seal(from.open(sealed, aadOf(name)), aadOf(name));
      await replaceLinkKey(transaction, { name, sealed: again });
    }
    const name = `master ${from.keyId}`;
    const signing = from.signingKey.toString('base64url');
    await addLinkKey(transaction, { name, sealed: to.seal(signing, aadOf(name)) });
    await dropLogins(transaction);
    return senders.length;
  });
}

/** Forgets everything sealed, whose key is lost. Returns how many senders must log in again. */
export async function forgetSecrets(db: Db): Promise<number> {
  return transact(db, async (transaction) => {
    await dropLinkKeys(transaction);
    await forgetNotices(transaction);
    await dropLogins(transaction);
    return wipeCredentials(transaction, 'The master key was lost: give the password again.');
  });
}
