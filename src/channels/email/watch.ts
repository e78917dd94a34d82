import type { Log } from '../../log.ts';
import type { Mailbox } from './connection.ts';
import type { Network } from './hosts.ts';
import { connectImap } from './imap-session.ts';
import { redactError } from './redact.ts';

const intakeCheckMs = 1_000;
/** Bytes between two checks: news of a message has some twenty. */
const maxIntakeBytes = 256 * 1024;

export type Watcher = { onNews: () => void; onEnd: () => void };

/**
 * Watches the inbox with IDLE (RFC 2177) over a connection of its own. Calls `onNews` when a
 * message arrives, and once at the start because messages may have arrived just before; `onEnd`
 * once, when the connection is lost.
 * @returns a function that stops watching
 */
export function watchInbox(
  mailbox: Mailbox,
  { network, log }: { network: Network; log: Log },
  { onNews, onEnd }: Watcher,
): () => void {
  const closing = new AbortController();
  let intake: NodeJS.Timeout | null = null;

  const stop = () => {
    if (intake) clearInterval(intake);
    closing.abort();
  };
  const end = (err?: unknown) => {
    if (closing.signal.aborted) return;
    log.debug({ err, username: mailbox.username }, 'the connection that watches an inbox is over');
    stop();
    onEnd();
  };
  const begin = async () => {
    const options = { watching: true, signal: closing.signal };
    const opened = await connectImap(mailbox, network, options);
    opened.once('close', () => end());
    opened.on('exists', ({ count, prevCount }) => {
      if (count > prevCount) onNews();
    });
    intake = setInterval(() => {
      if (opened.stats(true).received > maxIntakeBytes) end(new Error('The server floods.'));
    }, intakeCheckMs).unref();
    await opened.mailboxOpen('INBOX', { readOnly: true });
    onNews();
  };

  begin().catch((error: unknown) => end(redactError(error, mailbox)));
  return stop;
}

type Watch = { accountId: string; end: () => void };

/** The watches of all accounts, so that an account's can be ended with its other connections. */
export class Watches {
  readonly #watches = new Set<Watch>();

  /** Begins a watch. Returns a function that stops it, without `onEnd`. */
  add(accountId: string, watcher: Watcher, begin: (watcher: Watcher) => () => void): () => void {
    const onEnd = () => {
      if (this.#watches.delete(watch)) watcher.onEnd();
    };
    const stop = begin({ onNews: watcher.onNews, onEnd });
    const watch = {
      accountId,
      end: () => {
        stop();
        onEnd();
      },
    };
    this.#watches.add(watch);
    return () => {
      this.#watches.delete(watch);
      stop();
    };
  }

  /** Ends the watches of one account, or all. */
  close(accountId?: string): void {
    for (const watch of this.#watches)
      if (accountId === undefined || watch.accountId === accountId) watch.end();
  }
}
