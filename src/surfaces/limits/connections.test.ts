import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { testApi } from '../../../test/fixtures/api.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import { stream, write } from '../../../test/fixtures/echo-operations.ts';
import { issueKey } from '../../engine/accounts/keys.ts';
import type { ConnectionLimits } from './connections.ts';

const database = await testDatabase();
const { services } = database;
const key = await issueKey(services.db, {
  ...database,
  name: 'test',
  scopes: ['admin'],
  at: services.clock.now(),
});
const headers = (length: number | 'chunked') =>
  [
    'host: localhost',
    `authorization: Bearer ${key.text}`,
    length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`,
  ].join('\r\n');

/** A server whose limits are far away but for the given ones. */
async function serve(limits: Partial<ConnectionLimits>) {
  const far = { headMs: 60_000, bodyMs: 60_000, silenceMs: 60_000, checkMs: 50 };
  const { app } = testApi(services, {
    operations: [write, stream],
    connections: { ...far, ...limits },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (said: string) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(said);
    // Not `once` of events: a reset is an end like another.
    const closed = new Promise<void>((resolve) => socket.resume().once('close', () => resolve()));
    return { socket, closed };
  };
}

it('a connection that says nothing, or half a head, is closed', async () => {
  const open = await serve({ headMs: 200 });
  await open('').closed;
  await open('POST /api/echo/1 HTTP/1.1\r\nhost: local').closed;
});

it('a body that trickles in without end is closed', async () => {
  const open = await serve({ bodyMs: 300 });
  const id = services.newId();
  const head = `POST /api/echo/${id} HTTP/1.1\r\n${headers(1_000)}`;
  const { socket, closed } = open(`${head}\r\ncontent-type: application/json\r\n\r\n{`);
  const trickle = setInterval(() => socket.write(' '), 20);
  await closed;
  clearInterval(trickle);
});

it('a connection without a byte is closed', async () => {
  const open = await serve({ silenceMs: 200 });
  const head = `POST /api/echo/${services.newId()} HTTP/1.1\r\n${headers(1_000)}`;
  await open(`${head}\r\ncontent-type: application/json\r\n\r\n{`).closed;
});

it('a streamed file may take longer than a body, but is closed when it falls silent', async () => {
  const open = await serve({ bodyMs: 100, silenceMs: 100, streamSilenceMs: 400 });
  const type = 'content-type: text/csv';
  const said = `POST /api/streams HTTP/1.1\r\n${headers('chunked')}\r\n${type}\r\n\r\n`;
  const { socket, closed } = open(said);
  const trickled = Promise.withResolvers<boolean>();
  let left = 10;
  const trickle = setInterval(() => {
    socket.write('1\r\nx\r\n');
    left -= 1;
    if (left === 0) trickled.resolve(socket.closed);
  }, 50);
  expect(await trickled.promise).toBe(false);
  clearInterval(trickle);
  await closed;
});

it('more connections than there may be are closed at once', async () => {
  const open = await serve({ max: 2 });
  const [first, second] = [open(''), open('')];
  await Promise.all([once(first.socket, 'connect'), once(second.socket, 'connect')]);
  await open('').closed;
  expect([first.socket.closed, second.socket.closed]).toEqual([false, false]);
  for (const { socket } of [first, second]) socket.destroy();
});
