import { type AddressInfo, createServer } from 'node:net';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { startSink } from '../../../test/peers/sink.ts';
import { checkMailbox } from './check.ts';
import type { Mailbox, Server } from './connection.ts';
import { createNetwork } from './hosts.ts';

const network = createNetwork({
  mailCa: null,
  mailHosts: 'any',
  mailPorts: 'any',
  port: 4020,
  sendMs: 10_000,
});
/** Waits for the client to begin, like a server that speaks TLS from the first byte. */
const silent = createServer();
await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
const sink = await startSink();
afterAll(async () => {
  silent.close();
  await sink.stop();
});

const at = (port: number, tls: Server['tls']) => ({ host: '127.0.0.1', port, tls });
const quiet = at((silent.address() as AddressInfo).port, 'starttls');
const login = {
  username: 'ann',
  password: 'x',
  imapPassword: 'x',
  sentCopy: 'append',
  fingerprint: '',
} as const;

it('a check names a server that expects TLS from the first byte', async () => {
  const lastStep = async (servers: Pick<Mailbox, 'smtp' | 'imap'>) =>
    (await checkMailbox({ ...login, ...servers }, network)).at(-1);
  const [smtp, imap] = await Promise.all([
    lastStep({ smtp: quiet, imap: null }),
    lastStep({ smtp: at(sink.port, 'none'), imap: quiet }),
  ]);
  const nothing = `${quiet.host}:${quiet.port} takes the connection and says nothing`;
  const detail = expect.stringContaining(`${nothing}: it may speak tls from the first byte`);
  expect(smtp).toEqual({ step: 'smtp_connect', ok: false, detail });
  expect(imap).toEqual({ step: 'imap_connect', ok: false, detail });
}, 30_000);

const greetings = [
  'SSH-2.0-OpenSSH_9.6 inner-words\r\n',
  'HTTP/1.1 400 inner-words\r\n\r\n',
  '-ERR inner-words\r\n',
  '+OK inner-words\r\n',
  '+ inner-words\r\n',
  '* BYE inner-words\r\n',
  '* NO inner-words\r\n',
  '\u0000\u0001inner-words\r\n',
  '554 5.7.1 inner-words\r\n',
  '421 inner-words',
  '2200 inner-words\r\n',
  'inner-words',
];

it.each(greetings)('a check shows nothing of a peer that greets with %j', async (greeting) => {
  const peer = createServer((socket) => void socket.on('error', () => {}).end(greeting));
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void peer.close());
  const strange = at((peer.address() as AddressInfo).port, 'none');
  const { port } = sink;
  const bySmtp = await checkMailbox({ ...login, smtp: strange, imap: null }, network);
  const byImap = await checkMailbox({ ...login, smtp: at(port, 'none'), imap: strange }, network);
  expect(bySmtp).toMatchObject([{ step: 'smtp_connect', ok: false }]);
  expect(byImap.at(-1)).toMatchObject({ step: 'imap_connect', ok: false });
  expect(JSON.stringify([bySmtp, byImap])).not.toContain('inner-words');
});

it('a check shows the words of a server that has greeted', async () => {
  const peer = createServer((socket) => {
    socket.on('error', () => {}).on('data', () => socket.write('550 5.7.1 Your name is odd\r\n'));
    socket.write('220 mail.test\r\n');
  });
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void peer.close());
  const odd = at((peer.address() as AddressInfo).port, 'none');
  const [step] = await checkMailbox({ ...login, smtp: odd, imap: null }, network);
  expect(step?.detail).toContain('Your name is odd');
});

it('a check advises about a wrong password, and about the wrong way to speak TLS', async () => {
  const strict = await startSink({ lockOut: () => true });
  onTestFinished(strict.stop);
  const lastStep = async (smtp: Server) =>
    (await checkMailbox({ ...login, smtp, imap: null }, network)).at(-1);
  expect(await lastStep(at(strict.port, 'none'))).toMatchObject({
    step: 'smtp_login',
    detail: expect.stringMatching(/^535 .*Wrong password\. Check user name and password/),
  });
  expect(await lastStep(at(sink.port, 'tls'))).toMatchObject({
    step: 'smtp_tls',
    detail: expect.stringMatching(/does not speak tls on this port: try the other of starttls/),
  });
});
