import { ImapFlow, type ListResponse, type MailboxObject } from 'imapflow';
import type { Mailbox } from './connection.ts';
import type { Network } from './hosts.ts';
import { redactError } from './redact.ts';

const connectMs = 10_000;
/** Silence after which an IMAP command counts as lost. */
export const silenceMs = 90_000;
/** Unused for so long, a kept connection is closed: before `silenceMs` would make it a fault. */
const idleMs = 75_000;
const mebibyte = 1024 * 1024;

/** Connects and logs in; the caller closes it. @throws ImapError when out of reach or refused */
export async function connectImap(
  mailbox: Mailbox,
  network: Network,
  options: { watching?: boolean } = {},
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
    auth: { user: mailbox.username, pass: mailbox.imapPassword },
    logger: false,
    disableAutoIdle: !options.watching,
    autoIdleDelay: 50,
    maxIdleTime: 600_000,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: options.watching ? silenceMs / 2 : silenceMs,
    maxLineLength: 8 * mebibyte,
    maxLiteralSize: 16 * mebibyte,
    maxResponseSize: 32 * mebibyte,
  });
  // An `error` event without a listener would end the process. The errors are not lost: they also
  // reject the command under way, and make the client unusable for the next one.
  client.on('error', () => {});
  await client.connect().catch((error: ImapError) => {
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
  timer: NodeJS.Timeout;
  users: number;
};

/** Keeps one IMAP connection per account, for searching, filing and polling. */
export class ImapSessions {
  readonly #network: Network;
  readonly #sessions = new Map<string, Session>();

  constructor(network: Network) {
    this.#network = network;
  }

  /**
   * Runs `work` on the account's connection, which is opened when there is none.
   * @throws the error of `work`, or of the connection that could not be opened
   */
  async use<T>(
    accountId: string,
    mailbox: Mailbox,
    work: (client: ImapFlow) => Promise<T>,
  ): Promise<T> {
    const session = await this.#open(accountId, mailbox);
    const client = await session.client.catch((error: unknown) => {
      this.#drop(accountId, session);
      throw error;
    });
    session.users += 1;
    let succeeded = false;
    try {
      const result = await work(client);
      succeeded = true;
      return result;
    } catch (error) {
      throw redactError(error, mailbox);
    } finally {
      session.users -= 1;
      // After one refusal a server may refuse everything in the session, so the next caller gets a
      // new one.
      if (client.usable && (succeeded || session.users > 0)) session.timer.refresh();
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
    const client = connectImap(mailbox, this.#network);
    const onIdle = () => (opened.users ? opened.timer.refresh() : this.#drop(accountId, opened));
    const opened: Session = {
      fingerprint: mailbox.fingerprint,
      client,
      timer: setTimeout(onIdle, idleMs).unref(),
      users: 0,
    };
    this.#sessions.set(accountId, opened);
    return opened;
  }

  #drop(accountId: string, session: Session): void {
    clearTimeout(session.timer);
    if (this.#sessions.get(accountId) === session) this.#sessions.delete(accountId);
    session.client.then(
      (client) => client.close(),
      () => {},
    );
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
    return await work(client.mailbox);
  } finally {
    lock.release();
  }
}

export type Folders = {
  inbox: string;
  junk: string | null;
  sent: string | null;
  all: string | null;
};

/** Finds the folders by their special use (RFC 6154), or by a common name for it. */
export async function listFolders(client: ImapFlow): Promise<Folders> {
  // A \Noselect folder only contains others and cannot be opened (RFC 3501).
  const list = (await client.list()).filter(({ flags }) => !flags.has('\\Noselect'));
  const find = (use: string) =>
    list.find((folder: ListResponse) => folder.specialUse === use)?.path ?? null;
  return { inbox: 'INBOX', junk: find('\\Junk'), sent: find('\\Sent'), all: find('\\All') };
}
