import type { FetchMessageObject, ImapFlow, MailboxObject } from 'imapflow';
import { z } from 'zod';
import { dayMs } from '../../domain/time.ts';
import type { Received } from '../channel.ts';
import { type ImapError, inFolder, listFolders, searchFolder } from './imap-session.ts';
import type { parseReceived } from './parse.ts';

/**
 * Messages and bytes that one call reads, over all folders, and how long it begins with others; the
 * next call reads the rest.
 */
const maxMessages = 200;
const maxTotalBytes = 32 * 1024 * 1024;
const maxReadingMs = 30_000;
/** Messages of one FETCH, so that a call can end in time at a slow server. */
const fetchSize = 10;
/** Bytes read of one message: the header, the text and a delivery status stand before. */
const maxBytes = 1024 * 1024;

const folderCursor = z.object({
  uidValidity: z.string(),
  uidNext: z.number(),
  lastDate: z.string().nullable(),
});
type FolderCursor = z.output<typeof folderCursor>;
const cursorSchema = z.object({ folders: z.record(z.string(), folderCursor) });

/** The position up to which a mailbox was read, by folder path. */
export type Cursor = z.output<typeof cursorSchema>;

/**
 * The messages that arrived in the inbox and the junk folders since `cursor`; null starts from now.
 * After a change of UIDVALIDITY (RFC 3501) the folder is read again from the day before the last
 * message, because its UIDs are no longer the same.
 */
export async function receiveSince(
  client: ImapFlow,
  { cursor, parse }: { cursor: unknown; parse: Parse },
): Promise<{ received: Received[]; cursor: Cursor }> {
  const before = cursor === null || cursor === undefined ? null : cursorSchema.parse(cursor);
  const { inbox, junk } = await listFolders(client);
  const call: Call = { received: [], bytes: 0, until: performance.now() + maxReadingMs, parse };
  // Folders that are not looked into this time are forgotten, so that a server which renames its
  // folders at every look does not fill the cursor.
  const folders: Record<string, FolderCursor> = {};
  for (const path of new Set([inbox, ...junk])) {
    folders[path] = await inFolder(client, path, async (mailbox) => {
      const uidValidity = String(mailbox.uidValidity);
      if (before === null) return startFolder(client, mailbox);
      const known = before.folders[path];
      const from =
        known?.uidValidity === uidValidity
          ? known
          : restart(uidValidity, known ?? before.folders[inbox]);
      // Some servers refuse to search an empty folder.
      if (!mailbox.exists) return from;
      return readFolder(client, { path, from, rescan: from !== known }, call);
    });
  }
  return { received: call.received, cursor: { folders } };
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

type FolderReading = { path: string; from: FolderCursor; rescan: boolean };
type Parse = typeof parseReceived;
/** The messages and bytes that one call has read so far, and its bounds. */
type Call = { received: Received[]; bytes: number; until: number; parse: Parse };

async function readFolder(
  client: ImapFlow,
  { path, from, rescan }: FolderReading,
  call: Call,
): Promise<FolderCursor> {
  const since =
    from.lastDate === null ? { all: true } : { since: new Date(Date.parse(from.lastDate) - dayMs) };
  const found = await searchFolder(client, rescan ? since : { uid: `${from.uidNext}:*` });
  if (!Array.isArray(found)) throw new Error(`The server did not search ${path}`);
  // "n:*" always includes the newest message, even when its UID is below n (RFC 3501).
  const uids = found.filter((uid) => uid >= from.uidNext).sort((a, b) => a - b);
  let { uidNext, lastDate } = from;
  while (uids.length > 0 && hasRoom(call)) {
    const taken = uids.splice(0, Math.min(fetchSize, maxMessages - call.received.length));
    for await (const { uid, source, internalDate } of fetchEach(client, taken)) {
      lastDate = dateOf(internalDate) ?? lastDate;
      call.bytes += source.length;
      // A server may send more than it was asked for.
      const mail = await call.parse(source.subarray(0, maxBytes), {
        sourceKey: `${path}/${from.uidValidity}/${uid}`,
        receivedAt: new Date(lastDate ?? 0),
        isCut: source.length >= maxBytes,
      });
      // When the server gives no date at all, the Date header is the best there is.
      call.received.push(
        lastDate === null
          ? { ...mail, receivedAt: new Date(dateOf(mail.headers.date) ?? 0) }
          : mail,
      );
    }
    uidNext = (taken.at(-1) ?? uidNext - 1) + 1;
  }
  return { uidValidity: from.uidValidity, uidNext, lastDate };
}

const hasRoom = ({ received, bytes, until }: Call): boolean =>
  received.length < maxMessages && bytes < maxTotalBytes && performance.now() < until;

/** Null for an invalid date: some servers store none, or repeat the sender's text. */
function dateOf(given: Date | string | undefined): string | null {
  const date = new Date(given ?? Number.NaN);
  return date.getTime() > 0 ? date.toISOString() : null;
}

type Fetched = FetchMessageObject & { source: Buffer };

/**
 * Fetches those of these messages that are still there. Some servers (Exchange, Yahoo) refuse a
 * whole FETCH because of one message, so the messages that are left are fetched one by one.
 */
async function* fetchEach(client: ImapFlow, uids: readonly number[]): AsyncGenerator<Fetched> {
  const left = new Set(uids);
  try {
    const messages = uids.length ? client.fetch(uids.join(','), query, { uid: true }) : [];
    for await (const message of messages) {
      if (!left.has(message.uid) || !hasSource(message)) continue;
      left.delete(message.uid);
      yield message;
    }
  } catch (error) {
    ignoreRefusal(error);
  }
  for (const uid of left) {
    const message = await fetchAlone(client, String(uid));
    if (message) yield message;
  }
}

const query = { uid: true, internalDate: true, source: { maxLength: maxBytes } };
const hasSource = (message: FetchMessageObject): message is Fetched => message.source !== undefined;

/** One message, as its envelope alone when its text cannot be read; null when it is gone. */
async function fetchAlone(client: ImapFlow, uid: string): Promise<Fetched | null> {
  const whole = await client.fetchOne(uid, query, { uid: true }).catch(ignoreRefusal);
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

/** Ignores a refusal by the server. @throws every other error */
function ignoreRefusal(error: unknown): null {
  if ((error as ImapError).responseStatus && (error as ImapError).code !== 'ETHROTTLE') return null;
  throw error;
}
