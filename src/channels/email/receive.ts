import type { FetchMessageObject, ImapFlow, MailboxObject } from 'imapflow';
import { z } from 'zod';
import { dayMs } from '../../domain/time.ts';
import type { Received } from '../channel.ts';
import { type ImapError, inFolder, listFolders } from './imap-session.ts';
import { parseReceived } from './parse.ts';

/** Messages taken in one call, over all folders; the rest comes with the next call. */
const maxMessages = 200;
/** Bytes read of one message: its header, its text and a delivery status come first. */
const maxBytes = 1024 * 1024;

const folderCursor = z.object({
  uidValidity: z.string(),
  uidNext: z.number(),
  lastDate: z.string().nullable(),
});
type FolderCursor = z.output<typeof folderCursor>;
const cursorSchema = z.object({ folders: z.record(z.string(), folderCursor) });

/** Where a mailbox was read up to, per folder path. */
export type Cursor = z.output<typeof cursorSchema>;

/**
 * Messages that arrived in the inbox and the junk folder since `cursor`; null starts from now. A
 * changed UIDVALIDITY reads the folder again from the day before the last message seen.
 */
export async function receiveSince(
  client: ImapFlow,
  cursor: unknown,
): Promise<{ received: Received[]; cursor: Cursor }> {
  const before = cursor === null || cursor === undefined ? null : cursorSchema.parse(cursor);
  const { inbox, junk } = await listFolders(client);
  const received: Received[] = [];
  const folders: Record<string, FolderCursor> = { ...before?.folders };
  for (const path of junk === null ? [inbox] : [inbox, junk]) {
    folders[path] = await inFolder(client, path, async (mailbox) => {
      const uidValidity = String(mailbox.uidValidity);
      if (before === null) return startFolder(client, mailbox);
      const known = before.folders[path];
      const at =
        known?.uidValidity === uidValidity
          ? known
          : restart(uidValidity, known ?? before.folders[inbox]);
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
  const newest = mailbox.exists
    ? await client.fetchOne('*', { uid: true, internalDate: true })
    : null;
  const lastDate = newest ? dateOf(newest.internalDate) : null;
  return {
    uidValidity: String(mailbox.uidValidity),
    uidNext: Math.max(mailbox.uidNext ?? 1, newest ? newest.uid + 1 : 1),
    lastDate,
  };
}

type Reading = { path: string; at: FolderCursor; rescan: boolean };

async function readFolder(
  client: ImapFlow,
  { path, at, rescan }: Reading,
  received: Received[],
): Promise<FolderCursor> {
  const since =
    at.lastDate === null ? { all: true } : { since: new Date(Date.parse(at.lastDate) - dayMs) };
  const found = await client.search(rescan ? since : { uid: `${at.uidNext}:*` }, { uid: true });
  if (!Array.isArray(found)) throw new Error(`The server did not search ${path}`);
  // "n:*" always names the newest message, also when its UID is below n.
  const uids = found.filter((uid) => uid >= at.uidNext).sort((a, b) => a - b);
  const taken = uids.slice(0, Math.max(0, maxMessages - received.length));
  let { lastDate } = at;
  for await (const { uid, source, internalDate } of fetchEach(client, taken)) {
    lastDate = dateOf(internalDate) ?? lastDate;
    const mail = await parseReceived(source, {
      sourceKey: `${path}/${at.uidValidity}/${uid}`,
      receivedAt: new Date(lastDate ?? 0),
    });
    // Where the server says nothing at all, its writer's word is the best there is.
    received.push(
      lastDate === null ? { ...mail, receivedAt: new Date(dateOf(mail.headers.date) ?? 0) } : mail,
    );
  }
  return { uidValidity: at.uidValidity, uidNext: (taken.at(-1) ?? at.uidNext - 1) + 1, lastDate };
}

/** Null for an invalid date: some servers store none, or repeat the sender's text. */
function dateOf(said: Date | string | undefined): string | null {
  const date = new Date(said ?? Number.NaN);
  return date.getTime() > 0 ? date.toISOString() : null;
}

type Fetched = FetchMessageObject & { source: Buffer };

/**
 * Each of these messages that is still there. One that the server does not hand out (Exchange,
 * Yahoo) keeps no other from being read.
 */
async function* fetchEach(client: ImapFlow, uids: readonly number[]): AsyncGenerator<Fetched> {
  const left = new Set(uids);
  try {
    for await (const message of uids.length
      ? client.fetch(uids.join(','), query, { uid: true })
      : []) {
      if (!left.has(message.uid) || !hasSource(message)) continue;
      left.delete(message.uid);
      yield message;
    }
  } catch (error) {
    refusedOnly(error);
  }
  for (const uid of left) {
    const message = await fetchAlone(client, String(uid));
    if (message) yield message;
  }
}

const query = { uid: true, internalDate: true, source: { maxLength: maxBytes } };
const hasSource = (message: FetchMessageObject): message is Fetched => message.source !== undefined;

/** A single message: only its envelope when its text cannot be read, null when it is gone. */
async function fetchAlone(client: ImapFlow, uid: string): Promise<Fetched | null> {
  const whole = await client.fetchOne(uid, query, { uid: true }).catch(refusedOnly);
  if (whole && hasSource(whole)) return whole;
  const known = await client.fetchOne(
    uid,
    { uid: true, internalDate: true, envelope: true },
    { uid: true },
  );
  if (!known || known.envelope === undefined) return null;
  const { from, sender, subject, messageId, inReplyTo } = known.envelope;
  const fields = {
    From: from?.[0]?.address ?? sender?.[0]?.address,
    Subject: subject,
    'Message-ID': messageId,
    'In-Reply-To': inReplyTo,
  };
  const head = Object.entries(fields).map(
    ([name, value]) => `${name}: ${(value ?? '').replace(/[\r\n]+/g, ' ')}\r\n`,
  );
  return { ...known, source: Buffer.from(`${head.join('')}\r\n`) };
}

/** @throws every error that is not the server's answer to the command */
function refusedOnly(error: unknown): null {
  if ((error as ImapError).responseStatus && (error as ImapError).code !== 'ETHROTTLE') return null;
  throw error;
}
