import type { Channel } from '../channels/channel.ts';
import type { Log } from '../log.ts';

/** How long the connections of an account may take to close before nobody waits any longer. */
const closeMs = 3_000;

/** A call of a channel that its peer did not let end. */
export class Overdue extends Error {
  constructor(ms: number) {
    super(`The provider did not finish its answer within ${ms / 1000} seconds.`);
  }
}

/**
 * Calls a channel for an account, for at most `ms`, whatever the peer does meanwhile: a timeout of
 * silence alone never ends a call whose answer trickles in.
 * @throws the error of the call; `Overdue` once the time is over, and the account's connections are
 * closed so that the call ends as well
 */
export async function withDeadline<T>(
  { channel, accountId, ms }: { channel: Channel; accountId: string; ms: number },
  call: () => Promise<T>,
): Promise<T> {
  const over = overdue(ms);
  try {
    return await Promise.race([call(), over.promise]);
  } catch (error) {
    if (error instanceof Overdue) void channel.close(accountId).catch(() => {});
    throw error;
  } finally {
    over.cancel();
  }
}

/** Closes an account's connections, or all of a channel. Waits a few seconds at most. */
export async function closeConnections(
  { channel, log }: { channel: Channel; log: Log },
  accountId?: string,
): Promise<void> {
  const over = overdue(closeMs);
  try {
    await Promise.race([channel.close(accountId), over.promise]);
  } catch (err) {
    log.warn({ err, accountId }, 'connections are left to close by themselves');
  } finally {
    over.cancel();
  }
}

function overdue(ms: number): { promise: Promise<never>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Overdue(ms)), ms);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}
