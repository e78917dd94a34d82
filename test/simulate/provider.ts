import { z } from 'zod';
import type { Account, Channel, Found, Outgoing, SendResult } from '../../src/channels/channel.ts';
import { connectionSchema, secretsSchema } from '../../src/channels/email/connection.ts';
import { parseReceived } from '../../src/channels/email/parse.ts';
import type { Received } from '../../src/domain/inbound/received.ts';
import type { FaultKind } from '../../src/domain/sending/outcome.ts';
import { minuteMs } from '../../src/domain/time.ts';
import { Network } from './network.ts';

/**
 * Fates of a hand-over. `lost_*`: no answer after the end of the text. `error_*`: an error of the
 * provider's server, and `throws*` one of the channel. `hangs_*`: no answer until `letGo`. After
 * `*_accepted` the message went out.
 */
export const fates = [
  'accepted',
  'put_off',
  'unreachable',
  'rate_limited',
  'credentials',
  'bad_recipient',
  'refused',
  'lost_accepted',
  'lost_refused',
  'error_accepted',
  'error_refused',
  'throws',
  'throws_accepted',
  'hangs_accepted',
  'hangs_unsaid',
] as const;
export type Fate = (typeof fates)[number];

/**
 * A message in the provider's own record. `tag` is the mark in the text that names campaign and
 * node.
 */
export type Acceptance = {
  key: string;
  to: string;
  senderId: string;
  at: number;
  tag: string;
  touch: string;
};

/**
 * How far a Sent folder can be trusted: it shows all, it shows nothing, it cannot be reached now.
 */
export type Memory = 'proof' | 'blind' | 'away';

const answers: Partial<Record<Fate, [kind: FaultKind, code: string | null]>> = {
  put_off: ['temporary', '450'],
  unreachable: ['temporary', 'ECONNREFUSED'],
  rate_limited: ['rate_limited', '452'],
  credentials: ['credentials', '535'],
  bad_recipient: ['bad_recipient', '550'],
  refused: ['refused', '554'],
  lost_accepted: ['ambiguous', null],
  lost_refused: ['ambiguous', null],
  error_accepted: ['ambiguous', 'HTTP 504'],
  error_refused: ['ambiguous', 'HTTP 504'],
};

/** Fates in which the message went out, whether the worker hears so or not. */
const took: readonly Fate[] = fates.filter((fate) => fate.endsWith('accepted'));

const fault = (kind: FaultKind, code: string | null): SendResult => ({
  ok: false,
  fault: { kind, code, detail: kind, ...(code === 'HTTP 504' ? { retryAfterMs: minuteMs } : {}) },
});

const anything = z.looseObject({});

/**
 * A provider of every channel inside this process. It remembers every accepted message, and answers
 * as the simulation decides.
 */
export class Provider {
  readonly accepted: Acceptance[] = [];
  readonly network = new Network();
  readonly inboxes = new Map<string, Received[]>();
  readonly memory = new Map<string, Memory>();
  /** How far every list lags behind what was taken, in ms of wall time. */
  lagMs = 0;
  /** Ids of senders with an unreachable inbox. */
  readonly down = new Set<string>();
  /** Messages to people with a pending invitation: a line each. */
  readonly early: string[] = [];
  handedOver = 0;
  /** Runs once while the provider holds the next message. */
  during: (() => Promise<unknown>) | null = null;
  decide: (workerId: string) => Fate = () => 'accepted';
  judge: (acceptance: Acceptance) => void = () => {};
  /** Resolves when no connection to the database is in use. */
  idle: () => Promise<void> = async () => {};
  readonly #hanging: { workerId: string; go: () => void }[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #inHand = 0;
  #answering = new Map<string, Promise<void>>();
  /** Wall time that the simulation has let pass, in ms. */
  #passedMs = 0;
  /** When each message was taken, by `#passedMs`. */
  readonly #takenAt = new Map<string, number>();

  /** The channels as one worker has them. */
  channelsOf(workerId: string): Map<string, Channel> {
    const schemas = {
      email: [connectionSchema, secretsSchema],
      linkedin: [anything, anything],
      x: [anything, anything],
    } as const;
    return new Map(
      Object.entries(schemas).map(([type, [connection, secrets]]) => [
        type,
        this.#channel({ type, workerId, connection, secrets }),
      ]),
    );
  }

  #channel({
    type,
    workerId,
    connection,
    secrets,
  }: Pick<Channel, 'type' | 'connection' | 'secrets'> & { workerId: string }): Channel {
    const network = type === 'linkedin' ? this.network : null;
    return {
      type,
      connection,
      secrets,
      check: async () => [{ step: 'reached', ok: true, detail: '' }],
      send: (account, message, deadline) =>
        this.#send({ workerId, network, account, message, deadline: deadline + this.#passedMs }),
      find: async (account, { key }) => this.#find(account.id, key),
      ...(type === 'email' ? {} : { lagMs: minuteMs }),
      ...(network
        ? {
            withdraw: async ({ id }, { to }) => {
              const fate = this.decide(workerId);
              const done = took.includes(fate) && network.withdraw(id, to) ? 'withdrawn' : 'gone';
              return fate === 'accepted'
                ? done
                : { kind: 'temporary', code: 'ECONNREFUSED', detail: fate };
            },
          }
        : {}),
      receive: async ({ id }) => {
        if (this.down.has(id)) throw new Error('The server cannot be reached');
        const received = this.inboxes.get(id) ?? [];
        this.inboxes.delete(id);
        return { received, cursor: null };
      },
      // Owners reconnect mailboxes; seats heal by themselves.
      ...(type === 'email' ? {} : { isRepairedAtProvider: true }),
      close: async () => {},
    };
  }

  /** Lets wall time pass, so that a hanging message may continue after its deadline. */
  pass(ms: number): void {
    this.#passedMs += ms;
  }

  /** Lets a worker's messages go on that hang. */
  letGo(workerId: string): void {
    const own = this.#hanging.filter((one) => one.workerId === workerId);
    this.#hanging.splice(0, Infinity, ...this.#hanging.filter((one) => one.workerId !== workerId));
    for (const { go } of own) go();
  }

  /** Lays a mail into a sender's inbox, as it came over the wire. */
  async deliver(
    senderId: string,
    raw: string,
    { sourceKey, receivedAt }: { sourceKey: string; receivedAt: Date },
  ): Promise<void> {
    this.lay(senderId, await parseReceived(Buffer.from(raw), { sourceKey, receivedAt }));
  }

  /** Lays something that came in before a sender, as its channel hands it on. */
  lay(senderId: string, received: Received): void {
    this.inboxes.set(senderId, [...(this.inboxes.get(senderId) ?? []), received]);
  }

  /**
   * Takes one message after the other. Messages of one tick are answered together, so that a seed
   * gives the same batches every time.
   */
  async #send(handed: Handed): Promise<SendResult> {
    const { workerId } = handed;
    this.#inHand += 1;
    if (this.#inHand === 1) this.#answering = new Map();
    const turn = this.#turn.then(() => this.#take(handed));
    this.#turn = turn.catch(() => {});
    const answer = await turn.finally(() => {
      this.#inHand -= 1;
    });
    await this.taken();
    await this.#answers(workerId);
    return answer();
  }

  /** Workers that handed over side by side hear their answers one after the other. */
  #answers(workerId: string): Promise<void> {
    const known = this.#answering.get(workerId);
    if (known) return known;
    const last = [...this.#answering.values()].at(-1);
    const own = last ? last.then(() => this.idle()) : Promise.resolve();
    this.#answering.set(workerId, own);
    return own;
  }

  /** Resolves when everything that was handed over has been looked at. */
  async taken(): Promise<void> {
    for (let seen: unknown; seen !== this.#turn; ) {
      seen = this.#turn;
      await seen;
    }
  }

  /**
   * Keeps everything that is handed over from being looked at until the returned function is
   * called.
   */
  shut(): () => void {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#turn = this.#turn.then(() => opened);
    return open;
  }

  async #take({
    workerId,
    network,
    account,
    message,
    deadline,
  }: Handed): Promise<() => Promise<SendResult>> {
    const { during } = this;
    this.during = null;
    await during?.();
    this.handedOver += 1;
    const fate = this.decide(workerId);
    const taking = () => {
      if (network?.isEarly(account.id, message))
        this.early.push(`${message.to} was written to before they accepted: ${message.text}`);
      return network?.answerTo(account.id, message) ?? this.#accept(account, message);
    };
    const now = took.includes(fate) ? taking() : null;
    if (fate === 'accepted') return async () => now!;
    if (fate === 'throws' || fate === 'throws_accepted')
      return async () => {
        throw new Error('The channel broke');
      };
    const answer = answers[fate];
    if (answer) return async () => fault(...answer);
    const gone = new Promise<void>((go) => this.#hanging.push({ workerId, go }));
    return async () => {
      await gone;
      if (now) return now;
      return performance.now() + this.#passedMs > deadline
        ? fault('temporary', 'ETIMEDOUT')
        : taking();
    };
  }

  #accept(account: Account, message: Outgoing): SendResult {
    const { key, to, touch, date } = message;
    const tag = /\[(\w+)\]/.exec(message.text)?.[1] ?? '';
    const acceptance = { key, to, touch, senderId: account.id, at: date.getTime(), tag };
    this.network.take(account.id, message);
    this.accepted.push(acceptance);
    this.#takenAt.set(key, this.#passedMs);
    this.judge(acceptance);
    return { ok: true, response: '250' };
  }

  #find(senderId: string, key: string): Found {
    const memory = this.memory.get(senderId) ?? 'proof';
    if (memory === 'away') return 'unreachable';
    if (memory === 'blind') return 'unknown';
    const takenAt = this.#takenAt.get(key) ?? Infinity;
    return this.#passedMs - takenAt >= this.lagMs ? 'found' : 'absent';
  }
}

type Handed = {
  workerId: string;
  network: Network | null;
  account: Account;
  message: Outgoing;
  deadline: number;
};
