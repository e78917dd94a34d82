import { type Account, AccountFailure, type Channel, InboxRest } from '../../channels/channel.ts';
import { addReading } from '../../db/accounts/readings.ts';
import { runTransaction } from '../../db/database.ts';
import {
  advanceInbox,
  changedSenders,
  type DueInbox,
  failInbox,
  storeReceived,
  takeInboxes,
} from '../../db/inbound/inboxes.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { dayMs, minuteMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { setHealth } from '../accounts/health.ts';
import { closeConnections, withDeadline } from '../channel-calls.ts';
import { UnderWay } from '../under-way.ts';
import { applyReceived } from './inbound.ts';

const batchSize = 20;
/**
 * Looks at the same time. Those that failed the last time have places of their own, so that
 * mailboxes whose servers hang take none of the others'.
 */
const places = {
  healthy: { all: 60, workspace: 40 },
  failing: { all: 40, workspace: 20 },
};
/** How long a failed account rests before its inbox is tried again, for channels with `heals`. */
const healingMs = 10 * minuteMs;
const maxWatched = 500;
/** A watch that lived shorter is begun anew only at the next look that is due. */
const shortWatchMs = minuteMs;
/** How often senders are compared with their rows. */
const sweepMs = 5_000;
/** How long looks may go on when the process stops. */
const stopMs = 3_000;

/** A sender that this process may be connected for. */
type Held = {
  channel: Channel;
  /** When its row was changed last, as of the look that opened its account. */
  updatedAt: Date;
  unwatch?: () => void;
};

/** Reads the senders' inboxes: when due, and at once when a provider hints at a new message. */
export class Inboxes {
  readonly #services: Services;
  readonly #workerId: string;
  /** Senders with an inbox that the next poll reads, due or not. */
  readonly #poked = new Set<string>();
  readonly #held = new Map<string, Held>();
  readonly #looks: { healthy: UnderWay; failing: UnderWay };
  readonly #isThorough: boolean;
  #sweptAt = 0;

  /** `isThorough`: each look is as thorough as its channel can make it (`Channel.receive`). */
  constructor(services: Services, workerId: string, { isThorough = false } = {}) {
    this.#isThorough = isThorough;
    this.#services = services;
    this.#workerId = workerId;
    this.#looks = {
      healthy: new UnderWay(services.log, places.healthy),
      failing: new UnderWay(services.log, places.failing),
    };
  }

  /** Reads the inboxes that are due. Returns how many. */
  async poll(): Promise<number> {
    const begun = await this.begin();
    await this.#looks.healthy.completed();
    await this.#looks.failing.completed();
    return begun;
  }

  /** Begins to read the inboxes that are due, without waiting for any. Returns how many. */
  async begin(): Promise<number> {
    if (performance.now() - this.#sweptAt >= sweepMs) await this.#sweep();
    return (await this.#beginSome('healthy')) + (await this.#beginSome('failing'));
  }

  async stop(): Promise<void> {
    for (const { unwatch } of this.#held.values()) unwatch?.();
    this.#held.clear();
    await Promise.race([
      this.#settled(),
      new Promise((resolve) => setTimeout(resolve, stopMs).unref()),
    ]);
  }

  async #settled(): Promise<void> {
    await this.#looks.healthy.settled();
    await this.#looks.failing.settled();
  }

  async #beginSome(which: 'healthy' | 'failing'): Promise<number> {
    const looks = this.#looks[which];
    const limit = Math.min(batchSize, looks.free);
    if (limit === 0) return 0;
    const { db, config, channels, clock } = this.#services;
    const types = [...channels.values()].flatMap(({ type, isRepairedAtProvider: heals }) =>
      heals ? [type] : [],
    );
    const pauses = (of: 'pollMs' | 'idlePollMs') =>
      Object.fromEntries(
        [...channels.values()].flatMap(({ type, [of]: ms }) => (ms ? [[type, ms]] : [])),
      );
    const { healthy, failing } = this.#looks;
    const due = await takeInboxes(db, {
      workerId: this.#workerId,
      poked: [...this.#poked],
      pollMs: config.pollMs,
      minMs: pauses('pollMs'),
      idleMs: pauses('idlePollMs'),
      failing: which === 'failing',
      busy: { senders: [...healthy.senders, ...failing.senders], workspaces: looks.crowded },
      limit,
      healing: { types, before: new Date(clock.now().getTime() - healingMs) },
    });
    for (const inbox of due) {
      this.#poked.delete(inbox.senderId);
      looks.start(inbox, () => this.look(inbox));
    }
    return due.length;
  }

  /** Reads one inbox: stores its new messages and applies them. */
  async look(inbox: DueInbox): Promise<void> {
    const { workspaceId, senderId } = inbox;
    const { db, channels, clock, newId, config, log } = this.#services;
    const account = (await openAccounts(this.#services, workspaceId, [senderId])).get(senderId);
    const channel = channels.get(inbox.type);
    if (!account || !channel) return;
    const held = this.#hold(inbox, channel);
    try {
      const limit = { channel, accountId: senderId, ms: config.sendMs };
      const {
        received,
        cursor,
        cost = 0,
      } = await withDeadline(limit, () =>
        channel.receive(account, inbox.cursor, { isThorough: this.#isThorough }),
      );
      await runTransaction(db, async (transaction) => {
        await storeReceived(transaction, { workspaceId, senderId, received, newId });
        await advanceInbox(transaction, { workspaceId, senderId, cursor, now: clock.now() });
        await addReading(transaction, { workspaceId, senderId, at: clock.now(), mills: cost });
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
      // The code that closed the connections knows why the look ended.
      if (this.#held.get(senderId) !== held) return;
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ senderId, reason }, 'an inbox could not be read');
      const restMs = error instanceof InboxRest ? Math.min(error.ms, dayMs) : 0;
      await failInbox(db, { workspaceId, senderId, error: reason, restMs, now: clock.now() });
      if (error instanceof AccountFailure)
        await setHealth(this.#services, { workspaceId, senderId }, error.health);
      return;
    }
    await applyReceived(this.#services, { workspaceId, senderId });
    if (!inbox.paused) this.#watch(senderId, held, account);
  }

  /** The sender's state as this look takes it; older connections are told apart by it. */
  #hold({ senderId, updatedAt = new Date(0) }: DueInbox, channel: Channel): Held {
    const before = this.#held.get(senderId);
    if (before?.updatedAt.getTime() === updatedAt.getTime()) return before;
    before?.unwatch?.();
    const held = { channel, updatedAt };
    this.#held.set(senderId, held);
    return held;
  }

  #watch(senderId: string, held: Held, account: Account): void {
    const watched = [...this.#held.values()].filter(({ unwatch }) => unwatch).length;
    const isHeld = this.#held.get(senderId) === held;
    if (!held.channel.watch || held.unwatch || !isHeld || watched >= maxWatched) return;
    const begunAt = performance.now();
    held.unwatch = held.channel.watch(account, {
      onNews: () => this.#poked.add(senderId),
      onEnd: () => {
        delete held.unwatch;
        if (performance.now() - begunAt >= shortWatchMs) this.#poked.add(senderId);
      },
    });
  }

  /**
   * Closes the connections of senders that were changed, paused, deleted or taken over by another
   * worker, which another process may have been asked to do: no login outlives its row.
   */
  async #sweep(): Promise<void> {
    this.#sweptAt = performance.now();
    if (this.#held.size === 0) return;
    const since = new Map([...this.#held].map(([id, { updatedAt }]) => [id, updatedAt]));
    const { db, log } = this.#services;
    for (const id of await changedSenders(db, { workerId: this.#workerId, since })) {
      const held = this.#held.get(id);
      if (!held || held.updatedAt !== since.get(id)) continue;
      this.#held.delete(id);
      this.#poked.delete(id);
      held.unwatch?.();
      void closeConnections({ channel: held.channel, log }, id);
    }
  }
}
