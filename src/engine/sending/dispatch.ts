import type { Account, Fault, Outgoing, SendResult } from '../../channels/channel.ts';
import { storable } from '../../domain/text.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { checkProviderIdentity } from './provider-identity.ts';
import type { Recorder } from './recorder.ts';
import type { Reserved, Tick } from './tick.ts';

const closed: Fault = {
  kind: 'credentials',
  code: null,
  detail: "The sender's credentials cannot be opened.",
};
const unread: Fault = {
  kind: 'absent',
  code: null,
  detail: 'It was not handed over: the sender could not be read from the database.',
};

/** What the ledger says of a touch of a dry run. */
export const notDelivered = 'dry run: not delivered';

/** Hands reserved messages to their channels, all lanes side by side, and tells the recorder what became of them. */
export class Dispatcher {
  readonly #services: Services;
  readonly #recorder: Recorder;
  readonly #underWay = new Set<Promise<void>>();
  #count = 0;

  constructor(services: Services, recorder: Recorder) {
    this.#services = services;
    this.#recorder = recorder;
  }

  /** Messages in the channels' hands now. */
  get count(): number {
    return this.#count;
  }

  /**
   * Sends what a tick reserved. `startedAt` is `performance.now()` from before the reservation. Half of the time is for handing
   * over, the other half for the answer; only when both are over may recovery ask whether the message went out.
   */
  dispatch(workspaceId: string, { reserved, passed }: Tick, startedAt: number): void {
    for (const person of passed) this.#recorder.pass(person);
    if (reserved.length === 0) return;
    this.#count += reserved.length;
    const run = this.#send(
      workspaceId,
      reserved,
      startedAt + this.#services.config.sendMs / 2,
    ).finally(() => this.#underWay.delete(run));
    this.#underWay.add(run);
  }

  /** Resolves when nothing is in the channels' hands. */
  async drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #send(workspaceId: string, reserved: readonly Reserved[], deadline: number): Promise<void> {
    const lanes = Map.groupBy(reserved, (message) => message.senderId);
    let accounts: Map<string, Account> | null;
    try {
      accounts = await openAccounts(this.#services, workspaceId, [...lanes.keys()]);
    } catch (error) {
      this.#services.log.error(
        { err: error },
        'accounts could not be read; their messages go back',
      );
      accounts = null;
    }
    await Promise.all(
      [...lanes].map(async ([senderId, messages]) => {
        const account = accounts?.get(senderId) ?? (accounts ? closed : unread);
        await Promise.all(messages.map((message) => this.#sendOne(account, message, deadline)));
        this.#recorder.release(workspaceId, senderId);
      }),
    );
  }

  async #sendOne(account: Account | Fault, message: Reserved, deadline: number): Promise<void> {
    const result = await this.#handOver(account, message, deadline);
    const { clock } = this.#services;
    this.#count -= 1;
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
  ): Promise<SendResult> {
    if (message.dryRun) return { ok: true, response: notDelivered };
    const channel = this.#services.channels.get(message.channel);
    if ('kind' in account || !channel)
      return { ok: false, fault: 'kind' in account ? account : closed };
    try {
      return toStorable(await channel.send(account, this.#introduced(message), deadline));
    } catch (error) {
      // A channel must not throw. When one does, the message may have gone out: it is asked about, not sent again.
      this.#services.log.error({ err: error, messageId: message.messageId }, 'a channel threw');
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

  /** A first touch is for somebody the provider may know by another name than we do. */
  #introduced(message: Reserved): Outgoing {
    const { outgoing } = message;
    return outgoing.threadKey || outgoing.earlierKey
      ? outgoing
      : { ...outgoing, refuse: checkProviderIdentity(this.#services, message) };
  }
}

/** A peer may answer anything; what cannot be stored would keep every result of the batch from being recorded. */
function toStorable(result: SendResult): SendResult {
  if (result.ok) return { ...result, response: storable(result.response) };
  const { fault } = result;
  return {
    ...result,
    fault: { ...fault, code: fault.code && storable(fault.code), detail: storable(fault.detail) },
  };
}
