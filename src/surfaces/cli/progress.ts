import type { Writable } from 'node:stream';
import type { Operation } from '../../operation.ts';
import type { Follow, Followed, Reply } from '../client.ts';

type Terminal = Writable & { isTTY?: boolean };

const clearLine = '\r\x1b[K';

/**
 * Prints the progress until the work is over. Returns the last answer. A stream that ends earlier
 * is requested again.
 */
export async function follow(
  openStream: Follow,
  { operation, input }: { operation: Operation; input: Record<string, unknown> },
  stderr: Terminal,
): Promise<Reply> {
  for (;;) {
    let last: Followed | null = null;
    for await (last of openStream(operation, input)) {
      if (!last.ok) return last;
      const line = operation.follow!.progress(last.body);
      // On a terminal the progress stays on one line.
      stderr.write(stderr.isTTY ? `${clearLine}${line}${last.isOver ? '\n' : ''}` : `${line}\n`);
    }
    if (last === null) throw new Error('the server ended the stream');
    if (last.isOver) return last;
  }
}

/**
 * Waits for an answer. Says how far the work is, when that is known; at a terminal also for how
 * long it has been waited for, from the second second on. The line is cleared at the end.
 */
export async function whileShowing<Result>(
  stderr: Terminal,
  progress: string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!stderr.isTTY) {
    if (progress) stderr.write(`${progress}\n`);
    return work();
  }
  let seconds = 0;
  const show = () => stderr.write(`${clearLine}${progress || 'working'} (${seconds} s)`);
  if (progress) show();
  const timer = setInterval(() => {
    seconds += 1;
    show();
  }, 1_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (progress || seconds > 0) stderr.write(clearLine);
  }
}
