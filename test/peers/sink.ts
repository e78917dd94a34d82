import { once } from 'node:events';
import type { Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type SunkMessage = {
  from: string;
  to: string[];
  /** Lower-cased names, first value of each. */
  headers: Record<string, string>;
  raw: string;
};

export type Sink = {
  host: '127.0.0.1';
  port: number;
  messages: SunkMessage[];
  stop: () => Promise<void>;
};

export type SinkOptions = {
  port?: number;
  onMessage?: (message: SunkMessage) => void;
  /** The answer to RCPT in place of 250, for example '550 5.1.1 No such user'. */
  refuse?: (to: string) => string | undefined;
  /** Whether a login is refused. */
  lockOut?: (user: string) => boolean;
  /**
   * Whether the connection is cut after the message was taken, so that the client gets no answer.
   */
  cut?: (message: SunkMessage) => boolean;
  /** The answer in place of 250 after the message was taken, such as '421 4.4.2 Timeout'. */
  answer?: (message: SunkMessage) => string | undefined;
  /** Whether no answer comes after the message was taken. */
  silent?: (message: SunkMessage) => boolean;
};

const refusal = (answer: string) =>
  Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) });

/**
 * An SMTP server in this process that takes every mail with any login, without TLS, and keeps it,
 * unless an option refuses it. `port` 0 takes a free one.
 */
export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const messages: SunkMessage[] = [];
  const sockets = new Map<number, Socket>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth(auth, _session, done) {
      if (options.lockOut?.(auth.username ?? '')) done(refusal('535 5.7.8 Wrong password'));
      else done(null, { user: auth.username ?? '' });
    },
    onRcptTo({ address }, _session, done) {
      const answer = options.refuse?.(address);
      done(answer ? refusal(answer) : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        const message = {
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          headers: readHeaders(raw),
          raw,
        };
        messages.push(message);
        options.onMessage?.(message);
        if (options.silent?.(message)) return;
        if (options.cut?.(message)) return void sockets.get(session.remotePort)?.destroy();
        const answer = options.answer?.(message);
        done(answer ? refusal(answer) : null);
      });
    },
  });
  server.on('error', () => {});
  const listening = server.listen(options.port ?? 0, '127.0.0.1');
  listening.on('connection', (socket: Socket) => sockets.set(socket.remotePort ?? 0, socket));
  await once(listening, 'listening');
  const { port } = listening.address() as { port: number };
  return {
    host: '127.0.0.1',
    port,
    messages,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Unfolded header fields of a raw message. */
export function readHeaders(raw: string): Record<string, string> {
  const block = raw.slice(0, raw.search(/\r?\n\r?\n/)).replace(/\r?\n[ \t]+/g, ' ');
  const headers: Record<string, string> = {};
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !(name in headers)) headers[name] = line.slice(colon + 1).trim();
  }
  return headers;
}
