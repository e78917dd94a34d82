import { once } from 'node:events';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { expect, onTestFinished, test } from 'vitest';
import { startSmtp } from '../../../test/fixtures/scripted-email.ts';
import type { Stage } from '../../../test/peers/scripted-smtp.ts';
import { SmtpSession } from './smtp-session.ts';

const mail = {
  envelope: { from: 'ann@sender.test', to: ['bob@people.test'] },
  body: Buffer.from('Subject: Hello\r\n\r\nHi\r\n'),
};

/** Keeps the event loop busy until the instant (by `performance.now()`). */
function freezeUntil(instant: number): void {
  while (performance.now() <= instant);
}

/** A session whose connection calls `onReply` with each reply before it acts on it. */
async function openSession(
  onReply: (line: string) => void,
  act: (at: Stage) => undefined = () => undefined,
) {
  const server = await startSmtp({ act });
  const ignore = () => {};
  const debug = (entry: { tnx?: string }, line: unknown) => {
    if (entry.tnx === 'server') onReply(String(line));
  };
  const log = { trace: ignore, debug, info: ignore, warn: ignore, error: ignore, fatal: ignore };
  const connection = new SMTPConnection({
    host: '127.0.0.1',
    port: server.port,
    ignoreTLS: true,
    debug: true,
    logger: log,
  });
  onTestFinished(() => connection.close());
  connection.on('error', ignore);
  connection.connect();
  await once(connection, 'connect');
  return { server, session: new SmtpSession(connection, 5_000) };
}

test('nothing is said when the process froze past the deadline right after DATA', async () => {
  const deadline = performance.now() + 300;
  const { server, session } = await openSession((line) => {
    if (line.includes('354')) freezeUntil(deadline);
  });
  expect(await session.send(mail, deadline)).toMatchObject({
    error: { message: 'The message could not be handed over in time' },
    dotWritten: false,
  });
  expect(session.gone).toBe(true);
  expect(server.taken).toEqual([]);
});

test('an answer to the end of a message counts though the deadline has passed', async () => {
  const deadline = performance.now() + 300;
  const { server, session } = await openSession(
    () => {},
    (at) => (at === 'dot' ? void freezeUntil(deadline) : undefined),
  );
  expect(await session.send(mail, deadline)).toEqual({ response: '250 2.0.0 Taken' });
  expect(server.taken).toHaveLength(1);
});
