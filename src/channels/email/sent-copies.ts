import type { ImapFlow } from 'imapflow';
import type { Log } from '../../log.ts';
import type { Mailbox } from './connection.ts';
import { type ImapSessions, listFolders } from './imap-session.ts';
import { findSent } from './sent-folder.ts';

/**
 * Copies on their way into Sent folders, of one account and of all; beyond it a copy is left out,
 * so that none pile up.
 */
const maxWaiting = { account: 20, all: 200 };
/** How long closing an account waits for its copies. */
const settleMs = 2_000;

type Copy = { body: Buffer; date: Date; key: string | null };

/** Files copies of sent mail in the background. A copy that cannot be filed is logged. */
export class SentCopies {
  readonly #sessions: ImapSessions;
  readonly #log: Log;
  readonly #limitMs: number;
  readonly #waiting = new Map<Promise<void>, string>();

  /** `limitMs`: how long one copy may take. */
  constructor(sessions: ImapSessions, log: Log, limitMs: number) {
    this.#sessions = sessions;
    this.#log = log;
    this.#limitMs = limitMs;
  }

  add(accountId: string, mailbox: Mailbox, copy: Copy): void {
    const own = this.#of(accountId).length;
    if (own >= maxWaiting.account || this.#waiting.size >= maxWaiting.all) {
      this.#log.warn({ accountId }, 'no copy in Sent: too many copies are waiting');
      return;
    }
    const done = this.#sessions
      .use(accountId, mailbox, (client) => this.#file(client, copy))
      .catch((err: unknown) => this.#log.warn({ err, accountId }, 'no copy in Sent'))
      .finally(() => this.#waiting.delete(done));
    this.#waiting.set(done, accountId);
  }

  /** Resolves when the copies of one account, or of all, are filed, and after two seconds. */
  async settled(accountId?: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, settleMs);
    });
    await Promise.race([Promise.all(this.#of(accountId)), patience]);
    clearTimeout(timer);
  }

  #of(accountId?: string): Promise<void>[] {
    return [...this.#waiting].flatMap(([done, id]) =>
      accountId === undefined || id === accountId ? [done] : [],
    );
  }

  async #file(client: ImapFlow, copy: Copy): Promise<void> {
    const timer = setTimeout(() => client.close(), this.#limitMs);
    await fileSent(client, copy).finally(() => clearTimeout(timer));
  }
}

/**
 * Files a sent message in Sent, marked as read, unless it is there. Creates a missing folder.
 * @throws when the message cannot be filed
 */
async function fileSent(client: ImapFlow, { body, date, key }: Copy): Promise<void> {
  // Where the server files sent mail by itself, a second copy would stand beside it.
  if (key !== null && (await findSent(client, { key, reservedAt: date })) === 'found') return;
  const path = (await listFolders(client)).sent ?? (await client.mailboxCreate('Sent')).path;
  if (!(await client.append(path, body, ['\\Seen'], date)))
    throw new Error(`The server did not take the copy into ${path}`);
}
