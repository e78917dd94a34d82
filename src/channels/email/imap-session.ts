import { ImapFlow, type ListResponse, type MailboxObject, type SearchObject } from 'imapflow';
import { junkFolders } from '../../domain/inbound/tables/junk-folders.ts';
import type { Mailbox } from './connection.ts';
import type { Network } from './hosts.ts';
import { pacedTransport } from './imap-transport.ts';
import { redactError } from './redact.ts';

const connectMs = 10_000;
/** Time for all that comes before the first command: greeting, TLS, capabilities, login. */
const setupMs = 2 * connectMs;
/** Silence after which an IMAP command counts as lost. */
export const silenceMs = 90_000;
/** Unused for so long, a kept connection is closed: before `silenceMs` would make it a fault. */
const idleMs = 75_000;
const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
/** Bytes that one piece of work may bring in: about two looks of the greatest mails. */
const maxWorkBytes = 64 * mebibyte;
/** Bytes of one listing of the folders, which the client keeps all at once. */
const maxListBytes = 2 * mebibyte;
/** Bytes of one search's answer; its numbers are kept and sorted at once. */
const maxSearchBytes = mebibyte;
/** Messages of a folder: an answer by ranges may stand for as many numbers. */
const maxFolderMessages = 2_000_000;
const maxFolders = 1_000;
const maxFolderBytes = 1_000;
/** Folders for unwanted mail that are read. */
const maxJunkFolders = 10;
const intakeCheckMs = 20;

/**
 * Connects and logs in; the caller closes it. `signal` closes it at any time, so that an account
 * which is closed during the login is not logged in.
 * @throws ImapError when out of reach or refused
 */
export async function connectImap(
  mailbox: Mailbox,
  network: Network,
  options: { watching?: boolean; signal?: AbortSignal } = {},
): Promise<ImapFlow> {
  if (!mailbox.imap || mailbox.username === null) throw new Error('The account has no IMAP server');
  const { tls } = mailbox.imap;
  const target = await network.resolve(mailbox.imap);
  const client = new ImapFlow({
    host: target.host,
    port: target.port,
    ...(target.servername && { servername: target.servername }),
    secure: tls === 'tls',
    ...(tls !== 'tls' && { doSTARTTLS: tls === 'starttls' }),
    tls: network.tls,
    transport: pacedTransport,
    auth: { user: mailbox.username, pass: mailbox.imapPassword },
    logger: false,
    disableAutoIdle: !options.watching,
    autoIdleDelay: 50,
    maxIdleTime: 600_000,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: options.watching ? silenceMs / 2 : silenceMs,
    // Compressed, a few bytes could stand for any amount.
    disableCompression: true,
    maxLineLength: 256 * kibibyte,
    maxLiteralSize: mebibyte + 64 * kibibyte,
    maxResponseSize: 2 * mebibyte,
    maxResponseTokens: 50_000,
  });
  // An `error` event without a listener would end the process. The errors are not lost: they also
  // reject the command under way, and make the client unusable for the next one.
  client.on('error', () => {});
  client.on('exists', ({ count }) => {
    if (count > maxFolderMessages) client.close();
  });
  const { signal } = options;
  signal?.throwIfAborted();
  signal?.addEventListener('abort', () => client.close());
  const timer = setTimeout(() => client.close(), setupMs);
  const connected = client.connect().finally(() => clearTimeout(timer));
  await connected.catch((error: ImapError) => {
    // The library's message is only "Command failed"; the server's answer says why.
    if (error.authenticationFailed)
      error.message = `The login was refused: ${error.responseText ?? error.message}`;
    throw redactError(error, mailbox);
  });
  return client;
}

/** An error of imapflow, with the fields it adds. */
export type ImapError = Error & {
  code?: string;
  authenticationFailed?: boolean;
  responseText?: string;
  responseStatus?: string;
};

type Session = {
  fingerprint: string;
  client: Promise<ImapFlow>;
  /** Closes the connection, also while it is being opened. */
  closing: AbortController;
  timer: NodeJS.Timeout;
  /** Work that runs or waits for its turn. */
  users: number;
  /** Resolves when the work before is done. */
  turn: Promise<unknown>;
};

/** Keeps one IMAP connection per account, for searching, filing and polling. */
export class ImapSessions {
  readonly #network: Network;
  readonly #sessions = new Map<string, Session>();

  constructor(network: Network) {
    this.#network = network;
  }

  /**
   * Runs `work` on the account's connection, which is opened when there is none, after the work
   * that was given before.
   * @throws the error of `work`, or of the connection that could not be opened
   */
  async use<T>(
    accountId: string,
    mailbox: Mailbox,
    work: (client: ImapFlow) => Promise<T>,
  ): Promise<T> {
    const session = await this.#open(accountId, mailbox);
    session.users += 1;
    const run = session.turn.then(() => this.#run(accountId, { session, mailbox, work }));
    session.turn = run.catch(() => {});
    return run;
  }

  async #run<T>(
    accountId: string,
    {
      session,
      mailbox,
      work,
    }: { session: Session; mailbox: Mailbox; work: (client: ImapFlow) => Promise<T> },
  ): Promise<T> {
    let usable = false;
    let succeeded = false;
    try {
      const client = await session.client;
      const result = await withinBytes(client, maxWorkBytes, () => work(client)).finally(() => {
        usable = client.usable;
      });
      succeeded = true;
      return result;
    } catch (error) {
      throw redactError(error, mailbox);
    } finally {
      session.users -= 1;
      // After one refusal a server may refuse everything in the session, so the next caller gets a
      // new one.
      if (usable && (succeeded || session.users > 0)) session.timer.refresh();
      else this.#drop(accountId, session);
    }
  }

  async close(accountId?: string): Promise<void> {
    const closing = [...this.#sessions].filter(
      ([id]) => accountId === undefined || id === accountId,
    );
    await Promise.all(
      closing.map(async ([id, session]) => {
        this.#drop(id, session);
        await session.client.catch(() => {});
      }),
    );
  }

  async #open(accountId: string, mailbox: Mailbox): Promise<Session> {
    const kept = this.#sessions.get(accountId);
    if (kept?.fingerprint === mailbox.fingerprint) {
      const client = await kept.client.catch(() => null);
      if (client?.usable) return kept;
    }
    // Another caller may have opened a new one during the wait.
    const newer = this.#sessions.get(accountId);
    if (newer && newer !== kept) return newer;
    if (kept) this.#drop(accountId, kept);
    const closing = new AbortController();
    const client = connectImap(mailbox, this.#network, { signal: closing.signal });
    const onIdle = () => (opened.users ? opened.timer.refresh() : this.#drop(accountId, opened));
    const opened: Session = {
      fingerprint: mailbox.fingerprint,
      client,
      closing,
      timer: setTimeout(onIdle, idleMs).unref(),
      users: 0,
      turn: Promise.resolve(),
    };
    this.#sessions.set(accountId, opened);
    return opened;
  }

  #drop(accountId: string, session: Session): void {
    clearTimeout(session.timer);
    if (this.#sessions.get(accountId) === session) this.#sessions.delete(accountId);
    session.closing.abort();
    session.client.catch(() => {});
  }
}

/**
 * Runs `work` while the server sends no more than `limit` bytes; then the connection is closed.
 * @throws the error of `work`, or one that says so
 */
async function withinBytes<T>(client: ImapFlow, limit: number, work: () => Promise<T>): Promise<T> {
  const before = client.stats().received;
  let exceeded = false;
  const timer = setInterval(() => {
    exceeded ||= client.stats().received - before > limit;
    if (exceeded) client.close();
  }, intakeCheckMs);
  try {
    return await work();
  } catch (error) {
    if (!exceeded) throw error;
    throw new Error(`The server sent more than ${limit / mebibyte} MiB where far less was due.`);
  } finally {
    clearInterval(timer);
  }
}

/**
 * Runs `work` with a folder open for reading. The NOOP brings the client's view of the folder up to
 * date first.
 */
export async function inFolder<T>(
  client: ImapFlow,
  path: string,
  work: (mailbox: MailboxObject) => Promise<T>,
): Promise<T> {
  const lock = await client.getMailboxLock(path, { readOnly: true });
  try {
    await client.noop();
    if (!client.mailbox) throw new Error(`The server closed ${path}`);
    if (client.mailbox.exists > maxFolderMessages)
      throw new Error(`${path} has more than ${maxFolderMessages} messages.`);
    return await work(client.mailbox);
  } finally {
    lock.release();
  }
}

/** The UIDs of the messages that a search of the open folder finds; false when it is refused. */
export async function searchFolder(
  client: ImapFlow,
  query: SearchObject,
): Promise<number[] | false> {
  const search = () => client.search(query, { uid: true });
  return (await withinBytes(client, maxSearchBytes, search)) ?? false;
}

export type Folders = {
  inbox: string;
  /** Every folder for unwanted mail. */
  junk: readonly string[];
  sent: string | null;
  all: string | null;
};

const junkNames = new Set(junkFolders.flatMap(({ names }) => names));

function isJunk({ path, delimiter, specialUse, flags }: ListResponse): boolean {
  const name = path.split(delimiter || '/').at(-1) ?? path;
  const isOther = specialUse !== undefined && specialUse !== '\\Junk';
  return (
    specialUse === '\\Junk' ||
    flags.has('\\Junk') ||
    (!isOther && junkNames.has(name.normalize('NFC').toLowerCase()))
  );
}

/**
 * Finds the folders by their special use (RFC 6154), or by a common name for it.
 * @throws when the server lists more folders, or longer names, than mailboxes have
 */
export async function listFolders(client: ImapFlow): Promise<Folders> {
  const all = await withinBytes(client, maxListBytes, () => client.list());
  if (all.length > maxFolders)
    throw new Error(`The server lists ${all.length} folders; at most ${maxFolders} are read.`);
  if (all.some(({ path }) => Buffer.byteLength(path) > maxFolderBytes))
    throw new Error(`The server lists a folder whose name is over ${maxFolderBytes} bytes long.`);
  // A \Noselect folder only contains others and cannot be opened (RFC 3501).
  const list = all.filter(({ flags }) => !flags.has('\\Noselect'));
  const find = (use: string) =>
    list.find((folder: ListResponse) => folder.specialUse === use)?.path ?? null;
  const junk = list.filter(isJunk).slice(0, maxJunkFolders);
  return {
    inbox: 'INBOX',
    junk: junk.map(({ path }) => path),
    sent: find('\\Sent'),
    all: find('\\All'),
  };
}
