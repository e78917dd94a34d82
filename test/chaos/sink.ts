import { once } from 'node:events';
import { chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { readHeaders } from '../peers/sink.ts';

/** A message the provider took, and when (epoch ms). */
export type Acceptance = { to: string; messageId: string; at: number; raw: string };

export type Provider = {
  port: number;
  /** Accepted Message-IDs by recipient, in their order. */
  accepted: Map<string, string[]>;
  log: Acceptance[];
  count: () => number;
  stop: () => Promise<void>;
};

type SinkOptions = {
  random: () => number;
  /**
   * Maildir of a sender's Sent folder: the provider files a message there before it accepts it, as
   * Gmail does.
   */
  sentFolder?: (sender: string) => string;
  /** Least and most time before an answer, in ms; 10 to 70 unless given, like real providers. */
  thinks?: readonly [least: number, max: number];
};

/** An SMTP provider that takes some time before it accepts a message. */
export async function startProvider({
  random,
  sentFolder,
  thinks = [10, 70],
}: SinkOptions): Promise<Provider> {
  const accepted = new Map<string, string[]>();
  const log: Acceptance[] = [];
  const [least, max] = thinks;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? '' }),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        await pause(least + random() * (max - least));
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo[0]?.address ?? '';
        const messageId = readHeaders(raw)['message-id'] ?? '';
        log.push({ to, messageId, at: performance.timeOrigin + performance.now(), raw });
        if (sentFolder && mailFrom) deliver(sentFolder(mailFrom.address), raw);
        accepted.set(to, [...(accepted.get(to) ?? []), messageId]);
        // Some of the time is before the acceptance, some between it and the answer: a kill may
        // fall into either.
        await pause((random() * (max - least)) / 2);
        done();
      });
    },
  });
  // A killed client resets its connections.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as { port: number };
  return {
    port,
    accepted,
    log,
    count: () => log.length,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

const nobody = 65534;
let delivered = 0;

/** Puts a message into a Maildir folder in one step, as the IMAP server's user. */
export function deliver(folder: string, raw: string): void {
  delivered += 1;
  const name = `${delivered}.${process.pid}.provider`;
  for (const part of ['tmp', 'new', 'cur']) {
    const made = mkdirSync(path.join(folder, part), { recursive: true });
    if (made !== undefined)
      for (const dir of [path.dirname(folder), folder, path.join(folder, part)])
        chownSync(dir, nobody, nobody);
  }
  const file = path.join(folder, 'tmp', name);
  writeFileSync(file, raw);
  chownSync(file, nobody, nobody);
  renameSync(file, path.join(folder, 'cur', `${name}:2,S`));
}

/** The reply of a recipient to a message, and the mailbox it goes to. */
export function replyTo({ to, messageId, raw }: Acceptance): { to: string; raw: string } {
  const sender = /<([^>]+)>/.exec(readHeaders(raw).from ?? '')?.[1] ?? readHeaders(raw).from ?? '';
  const lines = [
    `From: ${to}`,
    `To: ${sender}`,
    'Subject: Re: Hello',
    `Message-ID: <reply-${to}>`,
    `In-Reply-To: ${messageId}`,
    `References: ${messageId}`,
    'Date: Mon, 02 Mar 2026 09:00:00 +0000',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Tell me more.',
    '',
  ];
  return { to: sender, raw: lines.join('\r\n') };
}
