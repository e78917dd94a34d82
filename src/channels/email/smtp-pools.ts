import type { Account } from '../channel.ts';
import { fingerprint, type Mailbox, readMailbox } from './connection.ts';
import type { Network } from './hosts.ts';
import { SmtpPool } from './smtp-pool.ts';

/** Accounts that keep SMTP connections; beyond it the least recently used idle one is closed. */
const maxPools = 500;

/** The SMTP pools of all accounts. */
export class SmtpPools {
  readonly #network: Network;
  // A map keeps the order of insertion: the least recently used pool comes first.
  readonly #pools = new Map<string, SmtpPool>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** The account's pool, a new one after a change of settings; null when they are incomplete. */
  get(account: Account): SmtpPool | null {
    const kept = this.#pools.get(account.id);
    this.#pools.delete(account.id);
    if (kept?.mailbox.fingerprint === fingerprint(account)) {
      this.#pools.set(account.id, kept);
      return kept;
    }
    void kept?.close();
    const mailbox = tryReadMailbox(account);
    if (!mailbox) return null;
    const pool = new SmtpPool(mailbox, this.#network);
    this.#pools.set(account.id, pool);
    if (this.#pools.size > maxPools) this.#closeOldest(pool);
    return pool;
  }

  /** Closes the pool of one account, or all, once the messages under way are finished. */
  async close(accountId?: string): Promise<void> {
    const closing = [...this.#pools].filter(([id]) => accountId === undefined || id === accountId);
    for (const [id] of closing) this.#pools.delete(id);
    await Promise.all(closing.map(([, pool]) => pool.close()));
  }

  #closeOldest(newest: SmtpPool): void {
    const oldest = [...this.#pools].find(([, pool]) => pool.isIdle && pool !== newest);
    if (!oldest) return;
    const [id, pool] = oldest;
    this.#pools.delete(id);
    void pool.close();
  }
}

function tryReadMailbox(account: Account): Mailbox | null {
  try {
    return readMailbox(account);
  } catch {
    return null;
  }
}
