import type { ImapFlow, MailboxObject } from 'imapflow';
import { dayMs } from '../../domain/time.ts';
import type { Found, SoughtTouch } from '../channel.ts';
import { inFolder, listFolders, searchFolder } from './imap-session.ts';

/** The newest messages whose ids are read when a search finds nothing. */
const maxNewest = 200;

/**
 * Looks for a Message-ID in the folders that keep sent mail. `unknown` when there is no such folder
 * or it cannot be searched.
 */
export async function findSent(
  client: ImapFlow,
  sought: Pick<SoughtTouch, 'key' | 'reservedAt'>,
): Promise<Found> {
  const { sent, all } = await listFolders(client);
  let found: Found = sent || all ? 'absent' : 'unknown';
  for (const path of [sent, all]) {
    if (path === null) continue;
    const answer = await inFolder(client, path, (mailbox) => look(client, mailbox, sought));
    if (answer === 'found') return 'found';
    if (answer === 'unknown') found = 'unknown';
  }
  return found;
}

/**
 * Looks in the open folder. Some servers answer a search with nothing while their index lags, so
 * `absent` is believed only after a look at the newest messages, back to before the sending.
 */
async function look(
  client: ImapFlow,
  { exists }: MailboxObject,
  { key, reservedAt }: Pick<SoughtTouch, 'key' | 'reservedAt'>,
): Promise<Found> {
  const uids = await searchFolder(client, { header: { 'message-id': `<${key}>` } });
  if (!Array.isArray(uids)) return 'unknown';
  if (uids.length > 0) return 'found';
  if (exists === 0) return 'absent';
  const first = Math.max(1, exists - maxNewest + 1);
  let reachesBack = first === 1;
  const newest = client.fetch(`${first}:*`, { envelope: true, internalDate: true });
  for await (const { envelope, internalDate } of newest) {
    if (envelope?.messageId?.replace(/^<|>$/g, '') === key) return 'found';
    const at = new Date(internalDate ?? Number.NaN).getTime();
    if (at < reservedAt.getTime() - dayMs) reachesBack = true;
  }
  return reachesBack ? 'absent' : 'unknown';
}
