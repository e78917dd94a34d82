import { ImapFlow, type ListResponse, type MailboxObject } from 'imapflow';
import type { Mailbox } from './connection.ts';
import type { Network } from './hosts.ts';
import { redactError } from './redact.ts';

const connectMs = 10_000;
/** Silence after which a command counts as lost. */
export const silenceMs = 90_000;
/** A kept connection is let go before the silence would be taken for a fault. */
const idleMs = 75_000;
const mebibyte = 1024 * 1024;

/**
 * Connects and logs in. The caller closes it. @throws when the server cannot be reached or refuses
 */
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
  // Errors of a command reject its promise, and the next command finds the connection unusable;
  // without a listener they would end the process.
  client.on('error', () => {});
  await client.connect().catch((error: ImapError) => {
    // The library says only "Command failed"; the server's own words help.
    if (error.authenticationFailed)
      error.message = `The login was refused: ${error.responseText ?? error.message}`;
    throw redactError(error, mailbox);
  });
  return client;
}

/** Fields of imapflow's errors besides their message. */
export type ImapError = Error & {
  code?: string;
  authenticationFailed?: boolean;
  responseText?: string;
  responseStatus?: string;
};

type Kept = {
  fingerprint: string;
  client: Promise<ImapFlow>;
  timer: NodeJS.Timeout;
  users: number;
};

/** One kept IMAP connection an account, for looking up, filing and polling. */
export class ImapSessions {
  readonly #network: Network;
  readonly #kept = new Map<string, Kept>();

  constructor(network: Network) {
    this.#network = network;
  }

  /**
   * Runs `work` on the account's connection, which is opened when there is none. @throws the error
   * of `work`, or the reason why there is no connection
   */
  async use<T>(
    accountId: string,
    mailbox: Mailbox,
    work: (client: ImapFlow) => Promise<T>,
  ): Promise<T> {
    const kept = await this.#open(accountId, mailbox);
    const client = await kept.client.catch((error: unknown) => {
      this.#drop(accountId, kept);
      throw error;
    });
    kept.users += 1;
    let done = false;
    try {
      const result = await work(client);
      done = true;
      return result;
    } catch (error) {
      throw redactError(error, mailbox);
    } finally {
      kept.users -= 1;
      // After one refusal a server may refuse everything in the session, so the next caller gets a
      // new one.
      if (client.usable && (done || kept.users > 0)) kept.timer.refresh();
      else this.#drop(accountId, kept);
    }
  }

  async close(accountId?: string): Promise<void> {
    const all = [...this.#kept].filter(([id]) => accountId === undefined || id === accountId);
    await Promise.all(
      all.map(async ([id, kept]) => {
        this.#drop(id, kept);
        await kept.client.catch(() => {});
      }),
    );
  }

  async #open(accountId: string, mailbox: Mailbox): Promise<Kept> {
    const kept = this.#kept.get(accountId);
    if (kept?.fingerprint === mailbox.fingerprint) {
      const client = await kept.client.catch(() => null);
      if (client?.usable) return kept;
    }
    const newer = this.#kept.get(accountId);
    if (newer && newer !== kept) return newer;
    if (kept) this.#drop(accountId, kept);
    const client = connectImap(mailbox, this.#network);
    const rest = () => (opened.users ? opened.timer.refresh() : this.#drop(accountId, opened));
    const opened: Kept = {
      fingerprint: mailbox.fingerprint,
      client,
      timer: setTimeout(rest, idleMs).unref(),
      users: 0,
    };
    this.#kept.set(accountId, opened);
    return opened;
  }

  #drop(accountId: string, kept: Kept): void {
    clearTimeout(kept.timer);
    if (this.#kept.get(accountId) === kept) this.#kept.delete(accountId);
    kept.client.then(
      (client) => client.close(),
      () => {},
    );
  }
}

/** Runs `work` with a folder open for reading and its view of the server brought up to date. */
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

/** The folders with a special use (RFC 6154), or with a name that is common for it. */
export async function listFolders(client: ImapFlow): Promise<Folders> {
  // Some are names only, which hold others and cannot be opened.
  const list = (await client.list()).filter(({ flags }) => !flags.has('\\Noselect'));
  const find = (use: string) =>
    list.find((folder: ListResponse) => folder.specialUse === use)?.path ?? null;
  return { inbox: 'INBOX', junk: find('\\Junk'), sent: find('\\Sent'), all: find('\\All') };
}
