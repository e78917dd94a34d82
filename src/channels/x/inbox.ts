import { dayMs } from '../../domain/time.ts';
import type { Account, Received } from '../channel.ts';
import type { XApi } from './api.ts';
import { readAtOf, receiveSince } from './events.ts';
import type { XHook } from './hook.ts';

/**
 * While X tells of messages by itself, an account is read once in this time all the same, in case
 * X could not deliver one: its newest messages.
 */
const safetyMs = dayMs;

/** Reads accounts: as often as it is asked, or seldom while X tells of their messages itself. */
export class XInbox {
  readonly #api: XApi;
  readonly #hook: XHook | null;
  readonly #now: () => Date;
  /** Accounts that X has told of without a break since this process read them. */
  readonly #told = new Set<string>();

  constructor(api: XApi, hook: XHook | null, now: () => Date) {
    this.#api = api;
    this.#hook = hook;
    this.#now = now;
  }

  /** @throws XFault, ZodError */
  async receive(
    account: Account,
    cursor: unknown,
  ): Promise<{ received: Received[]; cursor: unknown; cost?: number }> {
    const now = this.#now();
    const isTold = (await this.#hook?.tellsOf(this.#api, account)) ?? false;
    if (!isTold) this.#told.delete(account.id);
    const wasTold = this.#told.has(account.id);
    const readAt = readAtOf(cursor);
    if (wasTold && readAt !== null && now.getTime() - readAt < safetyMs)
      return { received: [], cursor };
    const pages = wasTold && readAt !== null ? { pages: 1 } : {};
    const read = await receiveSince(this.#api, account, cursor, { now, ...pages });
    if (isTold && read.cursor.rest === null) this.#told.add(account.id);
    return read;
  }
}
