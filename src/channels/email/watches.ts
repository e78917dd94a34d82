import type { Watcher } from './watch.ts';

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
