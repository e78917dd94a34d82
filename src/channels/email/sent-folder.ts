import type { ImapFlow } from 'imapflow';
import type { Found } from '../channel.ts';
import { inFolder, listFolders, searchFolder } from './imap-session.ts';

/**
 * Looks for a Message-ID in the folders that keep sent mail. `unknown` when there is no such folder
 * or it cannot be searched.
 */
export async function findSent(client: ImapFlow, key: string): Promise<Found> {
  const { sent, all } = await listFolders(client);
  let found: Found = sent || all ? 'absent' : 'unknown';
  for (const path of [sent, all]) {
    if (path === null) continue;
    const uids = await inFolder(client, path, () =>
      searchFolder(client, { header: { 'message-id': `<${key}>` } }),
    );
    if (!Array.isArray(uids)) found = 'unknown';
    else if (uids.length) return 'found';
  }
  return found;
}
