import { type AddressInfo, createServer } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { startSink } from '../../../test/peers/sink.ts';
import { checkMailbox } from './check.ts';
import type { Mailbox } from './connection.ts';
import { createNetwork } from './hosts.ts';

const network = createNetwork({ mailCa: null, mailHosts: 'any', sendMs: 10_000 });
/** Waits for the client to begin, like a server that speaks TLS from the first byte. */
const silent = createServer();
await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
const sink = await startSink();
afterAll(async () => {
  silent.close();
  await sink.stop();
});

const at = (port: number, tls: 'none' | 'starttls') => ({ host: '127.0.0.1', port, tls });
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
