import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createCertificates } from './certificates.ts';
import { beforeSieve, type DovecotPorts, dovecotConfig, vacationSieve } from './dovecot.ts';
import { freePorts } from './ports.ts';
import { mainConfig, masterConfig, type PostfixPorts, sentCopies } from './postfix.ts';

export { startSink } from './sink.ts';

export type StoredMessage = { folder: string; raw: string };

export type MailPeers = {
  host: '127.0.0.1';
  /**
   * `relay` takes any mail from this machine; `submission` (STARTTLS offered) and `submissions`
   * (TLS) require a login.
   */
  ports: DovecotPorts & PostfixPorts;
  /** PEM file of the authority that signed the servers' certificate (for `localhost`). */
  caFile: string;
  /**
   * Makes a mailbox in a local domain: sender.test, filing.test (files sent copies by itself),
   * people.test or company.test.
   */
  addMailbox: (address: string, password: string) => void;
  /** Makes the mailbox send vacation replies from now on. */
  setVacation: (address: string, text?: string) => void;
  /** Maildir of one of the mailbox's folders, to put messages into as a provider does. */
  folder: (address: string, name: string) => string;
  /** Puts a raw message into the inbox without SMTP. */
  drop: (address: string, raw: string) => void;
  /** Gives the inbox a new UIDVALIDITY and new UIDs. */
  renumber: (address: string) => void;
  /** All messages in the mailbox, of all folders, in the order of arrival. */
  messages: (address: string) => Promise<StoredMessage[]>;
  /** Waits until at least `count` messages are there. @throws after 20 s, with the servers' logs */
  arrived: (address: string, count: number) => Promise<StoredMessage[]>;
  /** The logs of both servers so far. */
  logs: () => string;
  stop: () => Promise<void>;
};

/**
 * Starts a real Postfix and a real Dovecot on free ports, in a temporary folder. Needs root and
 * their Debian packages.
 */
export async function startMailPeers(): Promise<MailPeers> {
  const base = mkdtempSync(path.join(tmpdir(), 'peers-'));
  chmodSync(base, 0o755);
  for (const folder of ['etc', 'queue', 'data', 'mail', 'sieve', 'users', 'run', 'state'])
    mkdirSync(path.join(base, folder));
  const [imap, imaps, lmtp, sasl, relay, submission, submissions] = (await freePorts(7)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ports = { imap, imaps, lmtp, sasl, relay, submission, submissions };
  const tls = createCertificates(base);
  const file = (name: string) => path.join(base, name);
  writeFileSync(file('sieve/before.sieve'), beforeSieve);
  writeFileSync(file('dovecot.conf'), dovecotConfig(base, ports, tls, relay));
  writeFileSync(file('etc/main.cf'), mainConfig(base, ports, tls));
  writeFileSync(file('etc/master.cf'), masterConfig(ports));
  writeFileSync(file('etc/sent-copies'), sentCopies);
  execFileSync('chown', ['-R', 'nobody:nogroup', file('mail'), file('sieve')]);
  createQueue(file('queue'), file('data'));
  const servers = [
    start('dovecot', '-F', '-c', file('dovecot.conf')),
    start('/usr/lib/postfix/sbin/master', '-c', file('etc')),
  ];
  const logs = () =>
    [file('dovecot.log'), file('postfix.log')]
      .map((log) => (existsSync(log) ? readFileSync(log, 'utf8') : ''))
      .join('\n');
  const messages = (address: string) => readMaildir(path.join(base, 'mail', address));
  const peers: MailPeers = {
    host: '127.0.0.1',
    ports,
    caFile: tls.ca,
    addMailbox: (address, password) =>
      writeFileSync(
        file(`users/${address}`),
        `${address}:{PLAIN}${password}::::${file('mail')}/${address}::\n`,
      ),
    setVacation: (address, text = 'I am away.') =>
      writeFileSync(file(`sieve/${address}.sieve`), vacationSieve(text)),
    folder: (address, name) => path.join(base, 'mail', address, `.${name}`),
    drop: (address, raw) => dropMessage(path.join(base, 'mail', address), raw),
    renumber: (address) => forgetUids(path.join(base, 'mail', address)),
    messages,
    arrived: (address, count) =>
      waitFor(() => messages(address), count, `messages of ${address}`, logs),
    logs,
    stop: async () => {
      await Promise.all(servers.map(stopServer));
      rmSync(base, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  const answers = async () =>
    (await Promise.all([submission, relay, imap].map(isListening))).filter(Boolean);
  await waitFor(answers, 3, 'listening ports', logs).catch(async (error: unknown) => {
    await peers.stop();
    throw error;
  });
  return peers;
}

async function waitFor<T>(
  look: () => Promise<T[]>,
  count: number,
  what: string,
  logs: () => string,
): Promise<T[]> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const seen = await look();
    if (seen.length >= count) return seen;
    if (performance.now() > deadline)
      throw new Error(`${seen.length} of ${count} ${what} after 20 s\n${logs()}`);
    await pause(25);
  }
}

/**
 * Starts a server that ends with this process, also when the process is killed: a shell waits for
 * the end of its input, then stops the server and the rest of its process group.
 */
function start(...command: string[]): ChildProcess {
  const script = '"$@" & server=$!; cat; kill "$server"; wait "$server"; kill -9 0';
  const options: SpawnOptions = {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  };
  return spawn('sh', ['-c', script, 'sh', ...command], options);
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.stdin?.end();
  await once(server, 'exit');
}

/** Makes the folders that `postfix start` makes, with the owners that its daemons require. */
function createQueue(queue: string, data: string): void {
  const own = [
    'active',
    'bounce',
    'corrupt',
    'defer',
    'deferred',
    'flush',
    'hold',
    'incoming',
    'private',
    'saved',
    'trace',
  ];
  for (const name of [...own, 'maildrop', 'public', 'pid'])
    mkdirSync(path.join(queue, name), { mode: name === 'pid' ? 0o755 : 0o700 });
  execFileSync('chown', ['postfix', data, ...own.map((name) => path.join(queue, name))]);
  const shared = ['maildrop', 'public'].map((name) => path.join(queue, name));
  execFileSync('chown', ['postfix:postdrop', ...shared]);
  chmodSync(path.join(queue, 'maildrop'), 0o1730);
  chmodSync(path.join(queue, 'public'), 0o710);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const nobody = 65_534;
let dropped = 0;

function dropMessage(dir: string, raw: string): void {
  for (const part of ['', 'tmp', 'new', 'cur'].map((name) => path.join(dir, name))) {
    mkdirSync(part, { recursive: true });
    chownSync(part, nobody, nobody);
  }
  dropped += 1;
  const name = `${Math.floor(performance.timeOrigin / 1000)}.M${dropped}P1.drop`;
  const written = path.join(dir, 'tmp', name);
  writeFileSync(written, raw.replace(/\r?\n/g, '\n'));
  chownSync(written, nobody, nobody);
  renameSync(written, path.join(dir, 'new', name));
}

/** Dovecot keeps UIDs in its list and its indexes; without both it assigns new ones. */
function forgetUids(dir: string): void {
  const known = readdirSync(dir).filter((name) => /^dovecot(-uidlist|\.index)/.test(name));
  for (const name of known) rmSync(path.join(dir, name));
}

/** Maildir++: a folder is `.Name`, a file name begins with the second it was delivered in. */
async function readMaildir(dir: string): Promise<StoredMessage[]> {
  const top = await readdir(dir).catch(() => []);
  const folders = ['', ...top.filter((name) => name.startsWith('.'))];
  const found: { name: string; folder: string; raw: string }[] = [];
  for (const folder of folders) {
    for (const part of ['new', 'cur']) {
      const at = path.join(dir, folder, part);
      for (const name of await readdir(at).catch(() => [])) {
        const raw = await readFile(path.join(at, name), 'utf8').catch(() => null);
        if (raw !== null) found.push({ name, folder: folder.slice(1) || 'INBOX', raw });
      }
    }
  }
  return found
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .map(({ folder, raw }) => ({ folder, raw }));
}
