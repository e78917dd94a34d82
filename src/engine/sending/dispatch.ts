import type { Account, Fault, Outgoing } from '../../channels/channel.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { credentialsUnreadable, handOver } from '../hand-over.ts';
import { HandOvers } from '../hand-overs.ts';
import { createIdentityCheck } from './provider-identity.ts';
import type { Recorder } from './recorder.ts';
import type { SendOutcome } from './results.ts';
import type { Reserved, Tick } from './tick.ts';

const senderUnreadable: Fault = {
  kind: 'absent',
  code: null,
  detail: 'It was not handed over: the sender could not be read from the database.',
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
    const outgoing = this.#withIdentityCheck(message);
    return handOver(this.#services, account, { message: { ...message, outgoing }, deadline });
  }

  /** A first touch needs the check, because the provider may know the person by another name. */
  #withIdentityCheck(message: Reserved): Outgoing {
    const { outgoing } = message;
    return outgoing.threadKey || outgoing.earlierKey
      ? outgoing
      : { ...outgoing, refuse: createIdentityCheck(this.#services, message) };
  }
}
