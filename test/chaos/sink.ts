import { once } from 'node:events';
import { chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { readHeaders } from '../peers/sink.ts';

/** What the provider took, by recipient: the Message-IDs in the order they were accepted. */
export type Provider = { port: number; accepted: Map<string, string[]>; count: () => number; stop: () => Promise<void> };

type Wish = {
  random: () => number;
  /** Maildir of a sender's Sent folder: the provider files what it accepts there before it says so, as Gmail does. */
  sentFolder?: (sender: string) => string;
};

/** An SMTP provider that thinks for 10 to 70 ms before it accepts, like the ones on the net. */
export async function startProvider({ random, sentFolder }: Wish): Promise<Provider> {
  const accepted = new Map<string, string[]>();
  let count = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? '' }),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        await pause(10 + random() * 60);
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo[0]?.address ?? '';
        count += 1;
        if (sentFolder && mailFrom) deliver(sentFolder(mailFrom.address), `${count}.${process.pid}.provider`, raw);
        accepted.set(to, [...(accepted.get(to) ?? []), readHeaders(raw)['message-id'] ?? '']);
        // Half of the time is before the acceptance, half between it and the answer: a kill may fall into either.
        await pause(random() * 30);
        done();
      });
    },
  });
  // A killed client resets its connections.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as { port: number };
  return { port, accepted, count: () => count, stop: () => new Promise((resolve) => server.close(resolve)) };
}

const nobody = 65534;

/** Puts a message into a Maildir folder in one step, as the IMAP server's user. */
function deliver(folder: string, name: string, raw: string): void {
  for (const part of ['tmp', 'new', 'cur']) {
    const made = mkdirSync(path.join(folder, part), { recursive: true });
    if (made !== undefined) for (const dir of [path.dirname(folder), folder, path.join(folder, part)]) chownSync(dir, nobody, nobody);
  }
  const file = path.join(folder, 'tmp', name);
  writeFileSync(file, raw);
  chownSync(file, nobody, nobody);
  renameSync(file, path.join(folder, 'cur', `${name}:2,S`));
}
