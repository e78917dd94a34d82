import type { SendResult } from '../channel.ts';
import type { ComposedMail } from './compose.ts';
import type { Mailbox } from './connection.ts';
import { mapFault, type SmtpError } from './fault.ts';
import type { Network } from './hosts.ts';
import { openSession, type SmtpSession } from './smtp-session.ts';

const maxSessions = 3;
/** Messages of one session. */
const maxMessages = 100;
const idleMs = 30_000;

type Waiter = (session: SmtpSession | null) => void;

/** Keeps the SMTP sessions of one account: up to `maxSessions`, each until unused for `idleMs`. */
export class SmtpPool {
  readonly mailbox: Mailbox;
  readonly #network: Network;
  readonly #idle: { session: SmtpSession; timer: NodeJS.Timeout }[] = [];
  readonly #busy = new Set<SmtpSession>();
  readonly #waiting: Waiter[] = [];
  #open = 0;
  #closed = false;
  #onEmpty: () => void = () => {};

  constructor(mailbox: Mailbox, network: Network) {
    this.mailbox = mailbox;
    this.#network = network;
  }

  get isIdle(): boolean {
    return this.#open === this.#idle.length && !this.#waiting.length;
  }

  /** Hands one message over before `deadline` (by `performance.now()`). Never throws. */
  async send(message: ComposedMail, deadline: number): Promise<SendResult> {
    try {
      for (;;) {
        const session = await this.#acquire(deadline);
        const reused = session.sent > 0;
        const outcome = await session.send(message, deadline);
        if ('response' in outcome) {
          this.#release(session);
          return { ok: true, response: outcome.response };
        }
        void this.#recycle(session, outcome.error);
        // The server closed a kept connection before we began the message, so a try on a new
        // connection cannot send twice.
        if (reused && !outcome.begun && !outcome.error.responseCode && performance.now() < deadline)
          continue;
        return { ok: false, fault: mapFault(outcome.error, this.mailbox, outcome) };
      }
    } catch (error) {
      return {
        ok: false,
        fault: mapFault(error as SmtpError, this.mailbox, { dotWritten: false }),
      };
    }
  }

  /** Takes no new messages and finishes those under way. Resolves when all sessions are closed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { session, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      session.quit();
    }
    for (const waiter of this.#waiting.splice(0)) waiter(null);
    if (this.#busy.size) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  async #acquire(deadline: number): Promise<SmtpSession> {
    for (let kept = this.#idle.pop(); kept; kept = this.#idle.pop()) {
      clearTimeout(kept.timer);
      if (!kept.session.gone) return this.#use(kept.session);
      this.#open -= 1;
    }
    const limitMs = deadline - performance.now();
    if (limitMs <= 0) throw noConnectionInTime();
    if (this.#closed)
      throw Object.assign(new Error('The account is being closed'), { code: 'ECONNECTION' });
    if (this.#open >= maxSessions) {
      const handed = await this.#wait(limitMs);
      if (handed) return this.#use(handed);
      return this.#acquire(deadline);
    }
    this.#open += 1;
    try {
      return this.#use(await openSession(this.mailbox, this.#network, limitMs));
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #use(session: SmtpSession): SmtpSession {
    this.#busy.add(session);
    return session;
  }

  /** A session, or null when there is room for a new one. @throws SmtpError after `limitMs` */
  #wait(limitMs: number): Promise<SmtpSession | null> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(noConnectionInTime());
      }, limitMs);
      const waiter: Waiter = (session) => {
        clearTimeout(timer);
        resolve(session);
      };
      this.#waiting.push(waiter);
    });
  }

  #forget(): void {
    this.#open -= 1;
    this.#waiting.shift()?.(null);
  }

  async #recycle(session: SmtpSession, error: SmtpError): Promise<void> {
    const usable =
      error.responseCode !== undefined &&
      error.responseCode !== 421 &&
      !session.gone &&
      (await session.reset());
    if (!usable) session.close();
    this.#release(session);
  }

  #release(session: SmtpSession): void {
    this.#busy.delete(session);
    if (session.sent >= maxMessages || this.#closed) session.quit();
    if (!this.#busy.size) this.#onEmpty();
    if (session.gone) this.#forget();
    else if (this.#waiting[0]) this.#waiting.shift()?.(session);
    else this.#idle.push({ session, timer: setTimeout(() => this.#drop(session), idleMs).unref() });
  }

  #drop(session: SmtpSession): void {
    const at = this.#idle.findIndex((kept) => kept.session === session);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    session.quit();
    this.#forget();
  }
}

const noConnectionInTime = (): SmtpError =>
  Object.assign(new Error('No connection was free in time'), { code: 'ETIMEDOUT' });
