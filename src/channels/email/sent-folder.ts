import type { ImapFlow } from 'imapflow';
import type { Found } from '../channel.ts';
import { inFolder, listFolders } from './imap-session.ts';

/**
 * Looks for a Message-ID where sent mail is kept. `unknown` when there is no such folder or it
 * cannot be searched.
 */
export async function findSent(client: ImapFlow, key: string): Promise<Found> {
  const { sent, all } = await listFolders(client);
  let found: Found = sent || all ? 'absent' : 'unknown';
  for (const path of [sent, all]) {
    if (path === null) continue;
    const uids = await inFolder(client, path, () =>
      client.search({ header: { 'message-id': `<${key}>` } }, { uid: true }),
    );
    if (!Array.isArray(uids)) found = 'unknown';
    else if (uids.length) return 'found';
  }
  return found;
}

/**
 * Files a sent message, read already, in Sent, which is made when there is none. @throws when it
 * cannot be filed
 */
export async function fileSent(client: ImapFlow, body: Buffer, date: Date): Promise<void> {
  const path = (await listFolders(client)).sent ?? (await client.mailboxCreate('Sent')).path;
  if (!(await client.append(path, body, ['\\Seen'], date)))
    throw new Error(`The server did not take the copy into ${path}`);
}
