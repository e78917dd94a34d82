import type { ImapFlow, MailboxObject } from 'imapflow';
import { z } from 'zod';
import type { Received } from '../channel.ts';
import { inFolder, listFolders } from './imap-session.ts';
import { parseReceived } from './parse.ts';

/** Messages taken in one call, over all folders; what is left comes with the next. */
const maxMessages = 200;
/** Bytes read of one message: its header, its text and a delivery status come first. */
const maxBytes = 1024 * 1024;
const dayMs = 86_400_000;

const folderCursor = z.object({ uidValidity: z.string(), uidNext: z.number(), lastDate: z.string().nullable() });
type FolderCursor = z.output<typeof folderCursor>;
const cursorSchema = z.object({ folders: z.record(z.string(), folderCursor) });

/** Where a mailbox was read up to, per folder path. */
export type Cursor = z.output<typeof cursorSchema>;

/**
 * What came into the inbox and the junk folder since `cursor`; null starts from now.
 * A changed UIDVALIDITY reads the folder again from the day before the last message that was seen.
 */
export async function receiveSince(client: ImapFlow, cursor: unknown): Promise<{ received: Received[]; cursor: Cursor }> {
  const before = cursor === null || cursor === undefined ? null : cursorSchema.parse(cursor);
  const { inbox, junk } = await listFolders(client);
  const received: Received[] = [];
  const folders: Record<string, FolderCursor> = { ...before?.folders };
  for (const path of junk === null ? [inbox] : [inbox, junk]) {
    folders[path] = await inFolder(client, path, async (mailbox) => {
      const uidValidity = String(mailbox.uidValidity);
      if (before === null) return startFolder(client, mailbox);
      const known = before.folders[path];
      const at = known?.uidValidity === uidValidity ? known : restart(uidValidity, known ?? before.folders[inbox]);
      // Some servers refuse to search an empty folder.
      if (!mailbox.exists) return at;
      return readFolder(client, { path, at, rescan: at !== known }, received);
    });
  }
  return { received, cursor: { folders } };
}

const restart = (uidValidity: string, known?: FolderCursor): FolderCursor => ({
  uidValidity,
  uidNext: 1,
  lastDate: known?.lastDate ?? null,
});

async function startFolder(client: ImapFlow, mailbox: MailboxObject): Promise<FolderCursor> {
  const newest = mailbox.exists ? await client.fetchOne('*', { uid: true, internalDate: true }) : null;
  const date = newest ? newest.internalDate : undefined;
  const lastDate = date ? new Date(date).toISOString() : null;
  return { uidValidity: String(mailbox.uidValidity), uidNext: Math.max(mailbox.uidNext, newest ? newest.uid + 1 : 1), lastDate };
}

type Reading = { path: string; at: FolderCursor; rescan: boolean };

async function readFolder(client: ImapFlow, { path, at, rescan }: Reading, received: Received[]): Promise<FolderCursor> {
  const since = at.lastDate === null ? { all: true } : { since: new Date(Date.parse(at.lastDate) - dayMs) };
  const found = await client.search(rescan ? since : { uid: `${at.uidNext}:*` }, { uid: true });
  if (!Array.isArray(found)) throw new Error(`The server did not search ${path}`);
  // "n:*" always names the newest message, also when its UID is below n.
  const uids = found.filter((uid) => uid >= at.uidNext).sort((a, b) => a - b);
  const taken = uids.slice(0, Math.max(0, maxMessages - received.length));
  let { lastDate } = at;
  const query = { uid: true, internalDate: true, source: { maxLength: maxBytes } };
  if (taken.length) {
    for await (const { uid, source, internalDate } of client.fetch(taken.join(','), query, { uid: true })) {
      if (!source || !internalDate) continue;
      const receivedAt = new Date(internalDate);
      received.push(await parseReceived(source, { sourceKey: `${path}/${at.uidValidity}/${uid}`, receivedAt }));
      lastDate = receivedAt.toISOString();
    }
  }
  return { uidValidity: at.uidValidity, uidNext: (taken.at(-1) ?? at.uidNext - 1) + 1, lastDate };
}
