import { AccountFailure } from '../../channels/channel.ts';
import { runTransaction } from '../../db/database.ts';
import {
  advanceInbox,
  type DueInbox,
  failInbox,
  storeReceived,
  takeInboxes,
} from '../../db/inbound/inboxes.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { minuteMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { setHealth } from '../accounts/health.ts';
import { applyReceived } from './inbound.ts';

const batchSize = 20;
/** How long a failed account rests before its inbox is tried again, for channels with `heals`. */
const healingMs = 10 * minuteMs;
const maxWatched = 500;

/** Reads the senders' inboxes: when due, and at once when a provider hints at a new message. */
export class Inboxes {
  readonly #services: Services;
  readonly #workerId: string;
  /** Senders with an inbox that the next poll reads, due or not. */
  readonly #poked = new Set<string>();
  /** How to stop the watch of each sender's inbox. */
  readonly #watches = new Map<string, () => void>();

  constructor(services: Services, workerId: string) {
    this.#services = services;
    this.#workerId = workerId;
  }

  /** Reads the inboxes that are due. Returns how many. */
  async poll(): Promise<number> {
    const poked = [...this.#poked];
    this.#poked.clear();
    const { db, config, channels, clock } = this.#services;
    const types = [...channels.values()].flatMap(({ type, isRepairedAtProvider: heals }) =>
      heals ? [type] : [],
    );
    const healing = { types, before: new Date(clock.now().getTime() - healingMs) };
    const minMs = Object.fromEntries(
      [...channels.values()].flatMap(({ type, pollMs }) => (pollMs ? [[type, pollMs]] : [])),
    );
    const due = await takeInboxes(db, {
      workerId: this.#workerId,
      poked,
      pollMs: config.pollMs,
      minMs,
      limit: batchSize,
      healing,
    });
    await Promise.all(due.map((inbox) => this.look(inbox)));
    return due.length;
  }

  async stop(): Promise<void> {
    for (const unwatch of this.#watches.values()) unwatch();
    this.#watches.clear();
  }

  /** Reads one inbox: stores its new messages and applies them. */
  async look(inbox: DueInbox): Promise<void> {
    const { workspaceId, senderId } = inbox;
    const { db, channels, clock, newId, log } = this.#services;
    const account = (await openAccounts(this.#services, workspaceId, [senderId])).get(senderId);
    const channel = channels.get(inbox.type);
    if (!account || !channel) return;
    try {
      const { received, cursor } = await channel.receive(account, inbox.cursor);
      await runTransaction(db, async (transaction) => {
        await storeReceived(transaction, { workspaceId, senderId, received, newId });
        await advanceInbox(transaction, { workspaceId, senderId, cursor, now: clock.now() });
        if (inbox.failing)
          await wakeSender(transaction, { workspaceId, senderId, now: clock.now() });
      });
      if (received.length > 0) this.#poked.add(senderId);
      if (inbox.ailing)
        await setHealth(
          this.#services,
          { workspaceId, senderId },
          { status: 'active', reason: null },
        );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ senderId, reason }, 'an inbox could not be read');
      await failInbox(db, { workspaceId, senderId, error: reason, now: clock.now() });
      if (error instanceof AccountFailure)
        await setHealth(this.#services, { workspaceId, senderId }, error.health);
      return;
    }
    await applyReceived(this.#services, { workspaceId, senderId });
    if (channel.watch && !this.#watches.has(senderId) && this.#watches.size < maxWatched) {
      this.#watches.set(
        senderId,
        channel.watch(account, () => this.#poked.add(senderId)),
      );
    }
  }
}
