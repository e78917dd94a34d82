import type { ImapFlow } from 'imapflow';
import { minuteMs } from '../../domain/time.ts';
import type { Log } from '../../log.ts';
import type { Mailbox } from './connection.ts';
import type { Network } from './hosts.ts';
import { connectImap } from './imap-session.ts';
import { redactError } from './redact.ts';

const firstPauseMs = 1000;
const maxPauseMs = 5 * minuteMs;

/**
 * Watches the inbox with IDLE (RFC 2177) over a connection of its own. Calls `onNews` when a
 * message arrives, and after every reconnect because messages may have arrived in between.
 * @returns a function that stops watching
 */
export function watchInbox(
  mailbox: Mailbox,
  network: Network,
  log: Log,
  onNews: () => void,
): () => void {
  let client: ImapFlow | null = null;
  let timer: NodeJS.Timeout | null = null;
  let pauseMs = firstPauseMs;
  let stopped = false;

  const reconnectLater = (error?: unknown) => {
    if (stopped || timer) return;
    if (error)
      log.debug(
        { err: error, username: mailbox.username },
        'lost the connection that watches the inbox; reconnecting',
      );
    timer = setTimeout(open, pauseMs).unref();
    pauseMs = Math.min(pauseMs * 2, maxPauseMs);
  };

  const open = async () => {
    timer = null;
    try {
      const opened = await connectImap(mailbox, network, { watching: true });
      client = opened;
      if (stopped) return opened.close();
      opened.once('close', () => reconnectLater());
      opened.on('exists', ({ count, prevCount }) => {
        if (count > prevCount) onNews();
      });
      await opened.mailboxOpen('INBOX', { readOnly: true });
      pauseMs = firstPauseMs;
      onNews();
    } catch (error) {
      client?.close();
      reconnectLater(redactError(error, mailbox));
    }
  };

  void open();
  return () => {
    stopped = true;
    if (timer) clearTimeout(timer);
    client?.close();
  };
}
