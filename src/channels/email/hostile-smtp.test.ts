import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { measureLoad } from '../../../test/fixtures/event-loop.ts';
import { outgoingMail } from '../../../test/fixtures/mails.ts';
import { openEmail, soon } from '../../../test/fixtures/scripted-email.ts';
import { dribble, flood } from '../../../test/peers/scripted-imap.ts';

// A server that takes mails may never end an answer, or never stop: at each stage the hand-over
// ends by the clock, and nobody else is held up.
type Stage = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'dot' | 'RSET';
const stages: Stage[] = ['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'dot'];

/** A server that does its worst at one stage. */
async function startServer(at: Stage, worst: (socket: Socket) => unknown, refuse = false) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    const say = (stage: string, usual: string) =>
      stage === at ? worst(socket) : socket.write(`${usual}\r\n`);
    let inBody = false;
    socket.setEncoding('latin1').on('data', (said: string) => {
      if (inBody) {
        if (!said.endsWith('\r\n.\r\n')) return;
        inBody = false;
        return void say('dot', '250 Taken');
      }
      const verb = said.slice(0, 4);
      inBody = verb === 'DATA';
      if (verb === 'EHLO') say('EHLO', '250-test\r\n250 AUTH PLAIN');
      else if (verb === 'AUTH') say('AUTH', '235 Hello');
      else if (verb === 'RCPT') say('RCPT', refuse ? '450 Later' : '250 Ok');
      else say(verb, inBody ? '354 Go on' : '250 Ok');
    });
    say('greeting', '220 test');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, open: () => sockets.size };
}

const talks = {
  'never ends an answer': (socket: Socket) => dribble(socket, '250-still here\r\n'),
  'never ends a line': (socket: Socket) => dribble(socket, '2'),
  'never stops an answer': (socket: Socket) => flood(socket, '250-on and on\r\n'),
  'never stops answering': (socket: Socket) => flood(socket, '250 Ok\r\n'),
};

test.each(
  Object.entries(talks).flatMap(([how, worst]) =>
    stages.map((stage) => [how, stage, worst] as const),
  ),
)('a server that %s at %s ends the hand-over in time', async (_how, stage, worst) => {
  const server = await startServer(stage, worst);
  const { channel, account } = openEmail({ smtp: server.port }, { sendMs: 1_600, password: 'p' });
  const stop = measureLoad();
  const begunAt = performance.now();
  const result = await channel.send(account, outgoingMail(), soon(800));
  const tookMs = performance.now() - begunAt;
  const { turnMs, heapBytes } = stop();
  if (!result.ok)
    expect(result.fault.kind).toBeOneOf(
      stage === 'dot' ? ['ambiguous'] : ['temporary', 'connection', 'credentials', 'policy'],
    );
  expect(tookMs).toBeLessThan(4_000);
  expect(turnMs).toBeLessThan(300);
  expect(heapBytes).toBeLessThan(64 * 1024 * 1024);
});

test('a reset that is never answered holds up neither the next mail nor the closing', async () => {
  const server = await startServer('RSET', (socket) => dribble(socket, '250-still\r\n'), true);
  const { channel, account } = openEmail({ smtp: server.port }, { sendMs: 8_000 });
  const first = await channel.send(account, outgoingMail(), soon(4_000));
  const second = await channel.send(account, outgoingMail({ key: 'm2@x.test' }), soon(4_000));
  expect([first.ok, second.ok]).toEqual([false, false]);
  await channel.close(account.id);
  await vi.waitFor(() => expect(server.open()).toBe(0));
}, 20_000);
