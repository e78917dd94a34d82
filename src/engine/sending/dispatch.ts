import type {
  Account,
  Channel,
  Fault,
  FoundTouch,
  Outgoing,
  SendResult,
} from '../../channels/channel.ts';
import { storable } from '../../domain/text.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { withDeadline } from '../channel-calls.ts';
import { HandOvers } from '../hand-overs.ts';
import { createIdentityCheck } from './provider-identity.ts';
import type { Recorder } from './recorder.ts';
import type { SendOutcome } from './results.ts';
import type { Reserved, Tick } from './tick.ts';

const credentialsUnreadable: Fault = {
  kind: 'credentials',
  code: null,
  detail: "The sender's credentials cannot be opened.",
};
const senderUnreadable: Fault = {
  kind: 'absent',
  code: null,
  detail: 'It was not handed over: the sender could not be read from the database.',
};

/** How much longer than its own deadlines a channel may take for a result. */
const graceMs = 2_000;

const notLookedFor: Fault = {
  kind: 'temporary',
  code: null,
  detail: 'An earlier try may have gone out, and the provider cannot be asked about it now.',
};

/** The channel's answer that the ledger keeps for a touch of a dry run. */
export const notDelivered = 'dry run: not delivered';

/** Hands reserved messages to their channels, all lanes at once, and results to the recorder. */
export class Dispatcher {
  readonly #services: Services;
  readonly #recorder: Recorder;
  readonly #underWay = new Set<Promise<void>>();
  readonly #handOvers = new HandOvers();

  constructor(services: Services, recorder: Recorder) {
    this.#services = services;
    this.#recorder = recorder;
  }

  /** Whether channels are sending as much as they may, of all workspaces or of one. */
  isFull(workspaceId?: string): boolean {
    const now = performance.now();
    return workspaceId === undefined
      ? this.#handOvers.isFull(now)
      : this.#handOvers.isFullFor(workspaceId, now);
  }

  /**
   * Sends the messages that a tick reserved. `startedAt` is `performance.now()` from before the
   * reservation. Half of `sendMs` is for handing over, the other half for the answer; recovery may
   * ask whether the message went out only when both are over.
   */
  dispatch(workspaceId: string, { reserved, skipped }: Tick, startedAt: number): void {
    for (const prospect of skipped) this.#recorder.skip(prospect);
    if (reserved.length === 0) return;
    const ends = new Map(
      reserved.map((message) => [message, this.#handOvers.begin(workspaceId, startedAt)]),
    );
    const deadline = startedAt + this.#services.config.sendMs / 2;
    const run = this.#send(workspaceId, ends, deadline).finally(() => this.#underWay.delete(run));
    this.#underWay.add(run);
  }

  /** Resolves when no channel is sending any more. */
  async drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #send(
    workspaceId: string,
    ends: ReadonlyMap<Reserved, () => void>,
    deadline: number,
  ): Promise<void> {
    const lanes = Map.groupBy(ends.keys(), (message) => message.senderId);
    let accounts: Map<string, Account> | null;
    try {
      accounts = await openAccounts(this.#services, workspaceId, [...lanes.keys()]);
    } catch (error) {
      this.#services.log.error(
        { err: error },
        'accounts could not be read from the database; their messages are given back',
      );
      accounts = null;
    }
    await Promise.all(
      [...lanes].map(async ([senderId, messages]) => {
        const missing = accounts ? credentialsUnreadable : senderUnreadable;
        const account = accounts?.get(senderId) ?? missing;
        await Promise.all(
          messages.map((message) =>
            this.#sendOne(account, message, deadline).finally(ends.get(message)),
          ),
        );
        this.#recorder.release(workspaceId, senderId);
      }),
    );
  }

  async #sendOne(account: Account | Fault, message: Reserved, deadline: number): Promise<void> {
    const result = await this.#handOver(account, message, deadline);
    const { clock } = this.#services;
    // Lanes that were planned ahead of the clock (a rehearsal) send at their own instants.
    this.#recorder.add({
      reserved: message,
      result,
      at: new Date(Math.max(clock.now().getTime(), message.outgoing.date.getTime())),
    });
  }

  async #handOver(
    account: Account | Fault,
    message: Reserved,
    deadline: number,
  ): Promise<SendOutcome['result']> {
    if (message.dryRun) return { ok: true, response: notDelivered };
    const channel = this.#services.channels.get(message.channel);
    if ('kind' in account) return { ok: false, fault: account };
    if (!channel) return { ok: false, fault: credentialsUnreadable };
    const answerMs = this.#services.config.sendMs / 2;
    const leftMs = () => Math.max(0, deadline - performance.now());
    const within = <T>(ms: number, run: () => Promise<T>) =>
      withDeadline({ channel, accountId: account.id, ms }, run);
    try {
      const known =
        message.doubtedAt && (await within(leftMs(), () => lookBefore(channel, account, message)));
      if (known) return known;
      const outgoing = this.#withIdentityCheck(message);
      const send = () => channel.send(account, outgoing, deadline);
      return toStorable(await within(leftMs() + answerMs + graceMs, send));
    } catch (error) {
      // A channel must not throw. When one does, or never answers, the message may have gone out:
      // recovery asks about it, and it is not sent again by guess.
      this.#services.log.error(
        { err: error, messageId: message.messageId },
        'a channel gave no result; recovery asks whether the message went out',
      );
      return {
        ok: false,
        fault: {
          kind: 'ambiguous',
          code: null,
          detail: error instanceof Error ? error.message : 'unknown',
        },
      };
    }
  }

  /** A first touch needs the check, because the provider may know the person by another name. */
  #withIdentityCheck(message: Reserved): Outgoing {
    const { outgoing } = message;
    return outgoing.threadKey || outgoing.earlierKey
      ? outgoing
      : { ...outgoing, refuse: createIdentityCheck(this.#services, message) };
  }
}

/**
 * The result of a message whose earlier attempt went out after all, or may have; null when the
 * provider still shows no such message. A list can lag for longer than anybody has said.
 */
async function lookBefore(
  channel: Channel,
  account: Account,
  { outgoing, doubtedAt }: Reserved,
): Promise<SendOutcome['result'] | null> {
  const { key, to, touch, text, date, threadKey = null, personKey = null } = outgoing;
  const found = await channel.find(account, {
    key,
    to,
    touch,
    text,
    reservedAt: doubtedAt ?? date,
    providerKey: null,
    threadKey,
    personKey,
  });
  if (found === 'absent') return null;
  if (found === 'unknown') return { ok: 'unknown' };
  if (found === 'unreachable') return { ok: false, fault: notLookedFor };
  return { ok: true, response: 'found at the provider before a second try', ...keysIn(found) };
}

const keysIn = (found: 'found' | FoundTouch) => (found === 'found' ? {} : found);

/**
 * A provider may answer anything. Text that the database refuses would keep every result of the
 * batch from being recorded.
 */
function toStorable(result: SendResult): SendResult {
  if (result.ok) return { ...result, response: storable(result.response) };
  const { fault } = result;
  return {
    ...result,
    fault: { ...fault, code: fault.code && storable(fault.code), detail: storable(fault.detail) },
  };
}
