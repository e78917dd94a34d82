import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

export type SunkMessage = {
  from: string;
  to: string[] /** Lower-cased names, first value of each. */;
  headers: Record<string, string>;
  raw: string;
};

export type Sink = {
  host: '127.0.0.1';
  port: number;
  messages: SunkMessage[];
  stop: () => Promise<void>;
};

/** An SMTP server in this process that takes everything (any login, no TLS) and remembers it. `port` 0 takes a free one. */
export async function startSink(options: { port?: number; onMessage?: (message: SunkMessage) => void } = {}): Promise<Sink> {
  const messages: SunkMessage[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? '' }),
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
        done();
      });
    },
  });
  const listening = server.listen(options.port ?? 0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as { port: number };
  return { host: '127.0.0.1', port, messages, stop: () => new Promise((resolve) => server.close(resolve)) };
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
