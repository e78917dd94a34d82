import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { ComposedMail } from './compose.ts';
import type { Mailbox } from './connection.ts';
import type { SmtpError } from './fault.ts';
import type { Network } from './hosts.ts';

const connectMs = 10_000;
/** Time for a RSET or QUIT. */
const endingMs = 5_000;
/** Bytes of one answer. */
const maxResponseSize = 64 * 1024;
/** Messages are written in pieces, so that the end is written only after all but the last left. */
const pieceBytes = 65_536;

/**
 * The server's answer to a message; or the error, whether the content was begun (DATA accepted) and
 * whether its end was written (from then on the server may have taken it).
 */
export type SmtpOutcome =
  | { response: string }
  | { error: SmtpError; begun: boolean; dotWritten: boolean };

const timeout = (message: string): SmtpError =>
  Object.assign(new Error(message), { code: 'ETIMEDOUT' });

/** An SMTP connection, logged in, that hands over one message at a time. */
export class SmtpSession {
  readonly #connection: SMTPConnection;
  readonly #answerMs: number;
  sent = 0;
  gone = false;
  #onGone: ((error: SmtpError) => void) | null = null;

  /** `answerMs`: how long after the deadline of a message its answer may come. */
  constructor(connection: SMTPConnection, answerMs: number) {
    this.#connection = connection;
    this.#answerMs = answerMs;
    connection.on('error', (error: SmtpError) => this.#leave(error));
    connection.once('end', () =>
      this.#leave(
        Object.assign(new Error('The server closed the connection'), { code: 'ECONNECTION' }),
      ),
    );
  }

  #leave(error: SmtpError): void {
    this.gone = true;
    // When a refusal ends the connection, its callback comes right after this event. It tells more,
    // so it may settle the message first.
    queueMicrotask(() => this.#onGone?.(error));
  }

  /**
   * Hands a message over. Its end is not written once `performance.now()` passes `deadline`. An
   * answer that trickles in ends with the time for it.
   */
  send({ envelope, body }: ComposedMail, deadline: number): Promise<SmtpOutcome> {
    return new Promise((resolve) => {
      const draft = new OutgoingBody(envelope, body, deadline);
      const settle = (outcome: SmtpOutcome) => {
        clearTimeout(timer);
        clearTimeout(lastTimer);
        this.#onGone = null;
        resolve(outcome);
      };
      const fail = (error: SmtpError) =>
        settle({ error, begun: draft.begun, dotWritten: draft.dotWritten });
      const giveUp = (message: string) => {
        this.close();
        fail(timeout(message));
      };
      const leftMs = Math.max(0, deadline - performance.now());
      const timer = setTimeout(() => {
        if (!draft.dotWritten) giveUp('The message could not be handed over in time');
      }, leftMs);
      const lastTimer = setTimeout(
        () => giveUp('The server did not finish its answer'),
        leftMs + this.#answerMs,
      );
      this.#onGone = fail;
      this.#connection.send(draft.envelope, draft, (error, info) => {
        this.sent += 1;
        if (error || !info) {
          // Part of the content was written. Only closing tells the server that it is incomplete.
          fail(draft.refusal(error) ?? new Error('The connection gave no answer'));
          if (draft.begun && !draft.dotWritten) this.close();
          return;
        }
        settle({ response: info.response });
      });
    });
  }

  /** Resets the session after a refusal (RSET). Returns whether it can take the next message. */
  reset(): Promise<boolean> {
    if (this.gone) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (usable: boolean) => {
        clearTimeout(timer);
        this.#onGone = null;
        resolve(usable);
      };
      const timer = setTimeout(() => settle(false), endingMs);
      this.#onGone = () => settle(false);
      this.#connection.reset((error) => settle(!error));
    });
  }

  /** Ends the session with QUIT. Nothing may be under way. */
  quit(): void {
    if (!this.gone) {
      this.#connection.quit();
      setTimeout(() => this.#connection.close(), endingMs).unref();
    }
    this.gone = true;
  }

  close(): void {
    this.#connection.close();
    this.#leave(Object.assign(new Error('The connection was closed'), { code: 'ECONNECTION' }));
  }
}

/**
 * The bytes of a message. They are read from the moment the server accepts DATA (354), so this is
 * the last place to check the deadline and the refused recipients.
 */
class OutgoingBody extends Readable {
  begun = false;
  dotWritten = false;
  readonly envelope: ComposedMail['envelope'] & {
    rejected?: string[];
    rejectedErrors?: SmtpError[];
  };
  readonly #body: Buffer;
  readonly #deadline: number;
  #read = 0;

  constructor(envelope: ComposedMail['envelope'], body: Buffer, deadline: number) {
    super();
    this.envelope = { from: envelope.from, to: envelope.to };
    this.#body = body;
    this.#deadline = deadline;
  }

  /**
   * When the server refuses every recipient, returns the error of the prospect's own address,
   * because refused copies tell nothing about the prospect.
   */
  refusal(error: SmtpError | null): SmtpError | null {
    return error?.command === 'RCPT TO' ? (this.#refused() ?? error) : error;
  }

  #refused(): SmtpError | undefined {
    const index = this.envelope.rejected?.indexOf(this.envelope.to[0] ?? '') ?? -1;
    if (index < 0) return undefined;
    return this.envelope.rejectedErrors?.[index] ?? new Error('The recipient was refused');
  }

  override _read(): void {
    const refused = this.begun ? undefined : this.#refused();
    this.begun = true;
    if (performance.now() > this.#deadline)
      return void this.destroy(timeout('The message could not be handed over in time'));
    // No copy goes out when the server refuses the prospect's address.
    if (refused) return void this.destroy(refused);
    this.dotWritten = this.#read >= this.#body.length;
    this.push(this.dotWritten ? null : this.#body.subarray(this.#read, this.#read + pieceBytes));
    this.#read += pieceBytes;
  }
}

/** Connects and logs in. @throws SmtpError; `code` is EAUTH when the login failed */
export async function openSession(
  mailbox: Mailbox,
  network: Network,
  limitMs: number,
): Promise<SmtpSession> {
  const connection = await connectSmtp(mailbox, network, limitMs);
  const session = new SmtpSession(connection, network.answerMs);
  if (mailbox.username === null) return session;
  await logIn(connection, mailbox, limitMs).catch((error: unknown) => {
    session.close();
    throw error;
  });
  return session;
}

/** Connects up to EHLO, with the mailbox's TLS mode. @throws SmtpError */
export async function connectSmtp(
  mailbox: Mailbox,
  network: Network,
  limitMs: number,
): Promise<SMTPConnection> {
  const { tls } = mailbox.smtp;
  const target = await network.resolve(mailbox.smtp);
  const setupMs = Math.min(connectMs, limitMs);
  const connection = new SMTPConnection({
    host: target.host,
    port: target.port,
    servername: target.servername,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: network.tls,
    connectionTimeout: setupMs,
    greetingTimeout: setupMs,
    dnsTimeout: setupMs,
    socketTimeout: network.answerMs,
    socketCloseTimeout: 1000,
    maxResponseSize,
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => fail(timeout('The server did not finish its greeting')),
      2 * setupMs,
    );
    const fail = (error?: SmtpError) => {
      clearTimeout(timer);
      reject(error ? withoutBanner(error) : new Error('The server closed the connection'));
      connection.close();
    };
    // An `error` event without a listener would end the process, and one may come at any time.
    connection.on('error', () => {});
    connection.once('error', fail);
    connection.once('end', fail);
    connection.connect((error) => {
      if (error) return fail(error);
      clearTimeout(timer);
      connection.off('error', fail).off('end', fail);
      resolve(connection);
    });
  });
}

/**
 * The error without the words of a peer that has not greeted with 220: it need not be a mail
 * server. Of a refusal by SMTP the codes stay.
 */
function withoutBanner(error: SmtpError): SmtpError {
  if (error.command !== 'CONN' || error.response === undefined) return error;
  const [codes] = /^[45]\d\d(?:[ -][45]\.\d{1,3}\.\d{1,3})?(?=[ -]|$)/.exec(error.response) ?? [];
  error.response = codes?.replace('-', ' ');
  error.message = codes
    ? `The server refused the connection: ${error.response}`
    : 'The server does not greet as an SMTP server';
  return error;
}

/**
 * Logs in, also by LOGIN where PLAIN is refused: some servers offer both and take one.
 * @throws SmtpError; `code` is EAUTH also when it offers no login at all
 */
export async function logIn(
  connection: SMTPConnection,
  mailbox: Mailbox,
  limitMs: number,
): Promise<void> {
  if (!connection.allowsAuth)
    throw Object.assign(new Error('The server offers no login on this port and TLS mode'), {
      code: 'EAUTH',
    });
  try {
    await logInBy(connection, mailbox, { limitMs });
  } catch (error) {
    const { responseCode = 0, command } = error as SmtpError;
    if (command !== 'AUTH PLAIN' || responseCode < 500 || !offersLogin(connection)) throw error;
    // Refused as well, the first refusal says why.
    await logInBy(connection, mailbox, { limitMs, method: 'LOGIN' }).catch(() => {
      throw error;
    });
  }
}

const offersLogin = (connection: SMTPConnection): boolean =>
  String(Reflect.get(connection, '_supportedAuth')).split(',').includes('LOGIN');

function logInBy(
  connection: SMTPConnection,
  { username, password }: Mailbox,
  { limitMs, method }: { limitMs: number; method?: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(timeout('The login was not answered')),
      Math.min(connectMs, limitMs),
    );
    const ended = () => settle(new Error('The connection was closed at the login'));
    const settle = (error?: SmtpError | null) => {
      clearTimeout(timer);
      connection.off('error', settle).off('end', ended);
      if (error) reject(error);
      else resolve();
    };
    connection.once('error', settle).once('end', ended);
    const login = { credentials: { user: username ?? '', pass: password }, method: method ?? '' };
    connection.login(login, settle);
  });
}
