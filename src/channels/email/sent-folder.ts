import type { ImapFlow } from 'imapflow';
import type { Log } from '../../log.ts';
import type { Found } from '../channel.ts';
import type { Mailbox } from './connection.ts';
import { type ImapSessions, inFolder, listFolders } from './imap-session.ts';

/** Copies on their way into Sent folders; beyond it a copy is left out, so that none pile up. */
const maxWaiting = 200;

type Copy = { body: Buffer; date: Date };

/** Files copies of sent mail in the background. A copy that cannot be filed is logged. */
export class SentCopies {
  readonly #sessions: ImapSessions;
  readonly #log: Log;
  readonly #waiting = new Set<Promise<void>>();

  constructor(sessions: ImapSessions, log: Log) {
    this.#sessions = sessions;
    this.#log = log;
  }

  add(accountId: string, mailbox: Mailbox, copy: Copy): void {
    if (this.#waiting.size >= maxWaiting) {
      this.#log.warn({ accountId }, 'no copy in Sent: too many copies are waiting');
      return;
    }
    const done = this.#sessions
      .use(accountId, mailbox, (client) => fileSent(client, copy))
      .catch((err: unknown) => this.#log.warn({ err, accountId }, 'no copy in Sent'))
      .finally(() => this.#waiting.delete(done));
    this.#waiting.add(done);
  }

  /** Resolves when the copies that are waiting now have been filed or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#waiting);
  }
}

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
      client.search({ header: { 'message-id': `<${key}>` } }, { uid: true }),
    );
    if (!Array.isArray(uids)) found = 'unknown';
    else if (uids.length) return 'found';
  }
  return found;
}

/**
 * Files a sent message in Sent, marked as read. Creates the folder when there is none.
 * @throws when the message cannot be filed
 */
async function fileSent(client: ImapFlow, { body, date }: Copy): Promise<void> {
  const path = (await listFolders(client)).sent ?? (await client.mailboxCreate('Sent')).path;
  if (!(await client.append(path, body, ['\\Seen'], date)))
    throw new Error(`The server did not take the copy into ${path}`);
}
