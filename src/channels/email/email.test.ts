import { createTransport } from 'nodemailer';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  type MailPeers,
  type StoredMessage,
  startMailPeers,
  startSink,
} from '../../../test/peers/index.ts';
import { startProxy } from '../../../test/peers/proxy.ts';
import { readHeaders } from '../../../test/peers/sink.ts';
import { classify } from '../../domain/inbound/inbound.ts';
import { channelSuite, type Subject } from '../channel.suite.ts';
import type { Account, Channel, Outgoing, Received } from '../channel.ts';
import { createEmailChannel } from './index.ts';

const log = pino({ level: 'silent' });
let peers: MailPeers;
let channel: Channel;
let mailboxes = 0;

const start = async () => {
  const started = await startMailPeers();
  return {
    started,
    made: createEmailChannel({ mailCa: started.caFile, mailHosts: 'any', sendMs: 120_000 }, log),
  };
};

beforeAll(async () => {
  const { started, made } = await start();
  peers = started;
  channel = made;
}, 60_000);
afterAll(async () => {
  await channel?.close();
  await peers?.stop();
});

function accountAt(
  at: MailPeers,
  emailAddress: string,
  connection: Record<string, unknown> = {},
  password = 'secret',
): Account {
  const smtp = { host: 'localhost', port: at.ports.submission, tls: 'starttls' };
  const imap = { host: 'localhost', port: at.ports.imaps, tls: 'tls' };
  return {
    id: emailAddress,
    emailAddress,
    providerAccountId: null,
    isPremium: false,
    displayName: 'Änn Müller',
    firstName: 'Änn',
    lastName: 'Müller',
    connection: { smtp, imap, username: emailAddress, ...connection },
    secrets: { password },
  };
}

/** A new mailbox, and an account for it. */
function newAccount(connection: Record<string, unknown> = {}, domain = 'sender.test'): Account {
  mailboxes += 1;
  const address = `user${mailboxes}@${domain}`;
  peers.addMailbox(address, 'secret');
  return accountAt(peers, address, connection);
}

function newPerson(): string {
  mailboxes += 1;
  peers.addMailbox(`person${mailboxes}@people.test`, 'secret');
  return `person${mailboxes}@people.test`;
}

const outgoing = (key: string, to: string, more: Partial<Outgoing> = {}): Outgoing => ({
  key,
  to,
  toName: 'Bob',
  touch: 'email',
  subject: 'Hello',
  text: 'Hi Bob',
  html: null,
  date: new Date('2026-11-20T10:00:00Z'),
  thread: [],
  unsubscribeUrl: null,
  pixelUrl: null,
  ...more,
});

const soon = () => performance.now() + 10_000;

const relay = (message: {
  from: string;
  to: string;
  subject: string;
  headers?: Record<string, string>;
  text?: string;
}) =>
  createTransport({ host: '127.0.0.1', port: peers.ports.relay, ignoreTLS: true }).sendMail({
    text: 'Hi',
    ...message,
  });

/** Receives until `count` messages came since `cursor`. */
async function receiveSince(account: Account, cursor: unknown, count: number): Promise<Received[]> {
  await peers.arrived(account.emailAddress ?? '', count);
  return (await channel.receive(account, cursor)).received;
}

async function makeSubject(domain: string, connection: Record<string, unknown>): Promise<Subject> {
  const { started, made } = await start();
  for (const address of [`ann@${domain}`, 'bob@people.test']) started.addMailbox(address, 'secret');
  const account = accountAt(started, `ann@${domain}`, connection);
  let arrivals = 0;
  const inbox = async () =>
    (await started.messages(`ann@${domain}`)).filter(({ folder }) => folder === 'INBOX').length;
  return {
    channel: made,
    account,
    stranger: { ...account, id: 'stranger', secrets: { password: 'wrong' } },
    message: (key) => outgoing(key, 'bob@people.test'),
    async arrive(subject) {
      const before = await inbox();
      arrivals += 1;
      started.drop(
        `ann@${domain}`,
        `From: bob@people.test\nSubject: ${subject}\nMessage-ID: <in${arrivals}@people.test>\n\nHi\n`,
      );
      expect(await inbox()).toBe(before + 1);
    },
    tellsAbsence: connection.sent_copy === 'server',
    stop: started.stop,
  };
}

channelSuite('email at a server that files sent copies', () =>
  makeSubject('filing.test', { sent_copy: 'server' }),
);
channelSuite('email with copies we file', () => makeSubject('sender.test', {}));

test('the mail arrives as it was written', async () => {
  const [account, person] = [newAccount(), newPerson()];
  const more = {
    subject: 'Grüße an Söhne & Töchter',
    text: 'Hallo Bob,\n\nsiehe https://example.test/?a=1&b=2.\n.\nÄnn',
    thread: ['first@sender.test', 'second@sender.test'],
    unsubscribeUrl: 'https://postrider.test/u/abc',
    pixelUrl: 'https://postrider.test/o/abc',
    replyTo: 'Team <team@sender.test>',
  };
  expect(
    await channel.send(account, outgoing('third@sender.test', person, more), soon()),
  ).toMatchObject({ ok: true });
  const [stored] = (await peers.arrived(person, 1)) as [StoredMessage];
  expect(readHeaders(stored.raw)).toMatchObject({
    'message-id': '<third@sender.test>',
    date: 'Fri, 20 Nov 2026 10:00:00 +0000',
    to: `Bob <${person}>`,
    'reply-to': 'Team <team@sender.test>',
    'in-reply-to': '<second@sender.test>',
    references: '<first@sender.test> <second@sender.test>',
    'list-unsubscribe': '<https://postrider.test/u/abc>',
    'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
  });
  expect(stored.raw).toContain('src=3D"https://postrider.test/o/abc"');
  peers.drop(account.emailAddress ?? '', 'Subject: x\n\nx\n');
  const { cursor } = await channel.receive(account, null);
  peers.drop(account.emailAddress ?? '', stored.raw);
  const [read] = (await channel.receive(account, cursor)).received;
  expect(read).toMatchObject({
    from: account.emailAddress,
    subject: more.subject,
    key: 'third@sender.test',
  });
  expect(read?.text.trim()).toBe(more.text);
  expect(read?.facts.references).toEqual(['second@sender.test', 'first@sender.test']);
});

test("Postfix's own notification of an unknown person is a hard bounce of that very message", async () => {
  const account = newAccount({ sent_copy: 'none' });
  const { cursor } = await channel.receive(account, null);
  await channel.send(account, outgoing('gone@sender.test', 'nobody@people.test'), soon());
  const [bounce] = await receiveSince(account, cursor, 1);
  expect(bounce?.facts.delivery).toMatchObject({
    recipient: 'nobody@people.test',
    action: 'failed',
    status: '5.1.1',
    originalKey: 'gone@sender.test',
  });
  expect(bounce && classify(bounce)).toMatchObject({ kind: 'bounce', bounce: { type: 'hard' } });
});

test('a vacation answer of Dovecot is an automatic reply that names our message', async () => {
  const [account, person] = [newAccount({ sent_copy: 'none' }), newPerson()];
  peers.setVacation(person, 'I am back on 2027-01-07.');
  const { cursor } = await channel.receive(account, null);
  await channel.send(account, outgoing('hi@sender.test', person), soon());
  const [answer] = await receiveSince(account, cursor, 1);
  expect(answer?.facts.references).toContain('hi@sender.test');
  expect(
    answer && classify({ ...answer, receivedAt: new Date('2026-11-20T10:00:00Z') }),
  ).toMatchObject({
    kind: 'auto_reply',
    outOfOfficeUntil: '2027-01-07',
  });
});

test('what was sorted into Junk is received', async () => {
  const account = newAccount();
  const { cursor } = await channel.receive(account, null);
  await relay({
    from: 'bob@people.test',
    to: account.emailAddress ?? '',
    subject: 'Re: Hello',
    headers: { 'X-Spam-Flag': 'YES' },
  });
  const [message] = await receiveSince(account, cursor, 1);
  expect(message?.sourceKey).toMatch(/^Junk\/\d+\/1$/);
});

test('a changed UIDVALIDITY reads the folder again, and nothing is lost', async () => {
  const account = newAccount();
  const mine = account.emailAddress ?? '';
  const drop = (name: string) =>
    peers.drop(
      mine,
      `From: bob@people.test\nSubject: ${name}\nMessage-ID: <${name}@people.test>\n\nHi\n`,
    );
  drop('one');
  const first = await channel.receive(account, null);
  drop('two');
  const second = await channel.receive(account, first.cursor);
  expect(second.received.map(({ key }) => key)).toEqual(['two@people.test']);
  await channel.close(account.id);
  peers.renumber(mine);
  drop('three');
  const third = await channel.receive(account, second.cursor);
  expect(new Set(third.received.map(({ key }) => key))).toEqual(
    new Set(['one@people.test', 'two@people.test', 'three@people.test']),
  );
  expect(third.received).toHaveLength(3);
  expect(third.received.map(({ sourceKey }) => sourceKey)).not.toContain(
    second.received[0]?.sourceKey,
  );
  expect(third.received.every(({ sourceKey }) => /\/[123]$/.test(sourceKey))).toBe(true);
  expect((await channel.receive(account, third.cursor)).received).toEqual([]);
});

test('a call takes 200 messages at most, the next one the rest', async () => {
  const account = newAccount();
  const { cursor } = await channel.receive(account, null);
  for (let index = 0; index < 205; index += 1)
    peers.drop(account.emailAddress ?? '', `Subject: ${index}\n\nHi\n`);
  const first = await channel.receive(account, cursor);
  const rest = await channel.receive(account, first.cursor);
  expect([first.received.length, rest.received.length]).toEqual([200, 5]);
});

test('of a huge message the beginning is read', async () => {
  const account = newAccount();
  const { cursor } = await channel.receive(account, null);
  peers.drop(
    account.emailAddress ?? '',
    `From: bob@people.test\nSubject: Big\nIn-Reply-To: <m@sender.test>\n\nHi Ann\n${'x'.repeat(76).concat('\n').repeat(40_000)}`,
  );
  const [message] = (await channel.receive(account, cursor)).received;
  expect(message).toMatchObject({ subject: 'Big', facts: { references: ['m@sender.test'] } });
  expect(message?.text.startsWith('Hi Ann')).toBe(true);
  expect(message?.text.length).toBeLessThanOrEqual(65_536);
});

test('a copy goes into Sent when nobody else files it', async () => {
  const [account, person] = [newAccount(), newPerson()];
  await channel.send(account, outgoing('copied@sender.test', person), soon());
  const [copy] = await peers.arrived(account.emailAddress ?? '', 1);
  expect(copy?.folder).toBe('Sent');
  expect(copy?.raw).toContain('Message-ID: <copied@sender.test>');
});

test('a lost IMAP connection is opened again, for receiving and for watching', async () => {
  const proxy = await startProxy(peers.ports.imap);
  const account = newAccount({ imap: { host: '127.0.0.1', port: proxy.port, tls: 'none' } });
  const { cursor } = await channel.receive(account, null);
  const onNews = vi.fn();
  const stop = channel.watch?.(account, onNews);
  await vi.waitFor(() => expect(onNews).toHaveBeenCalledTimes(1), 10_000);
  expect(proxy.connections()).toBe(2);
  proxy.cut();
  await vi.waitFor(() => expect(onNews).toHaveBeenCalledTimes(2), 10_000);
  peers.drop(account.emailAddress ?? '', 'Subject: After\n\nHi\n');
  expect((await channel.receive(account, cursor)).received.map(({ subject }) => subject)).toEqual([
    'After',
  ]);
  stop?.();
  await proxy.stop();
});

const failingStep = async (connection: Record<string, unknown>, through = channel) => {
  const steps = await through.check(newAccount(connection));
  return steps.filter(({ ok }) => !ok).map(({ step }) => step);
};

test('check says which step failed', async () => {
  const { submission, submissions, imap, relay: open } = peers.ports;
  const smtp = { host: 'localhost', port: submission, tls: 'starttls' };
  expect(await failingStep({ smtp: { ...smtp, port: 1 } })).toEqual(['smtp_connect']);
  expect(await failingStep({ smtp: { ...smtp, tls: 'tls' } })).toEqual(['smtp_tls']);
  expect(await failingStep({ smtp: { ...smtp, port: submissions, tls: 'tls' } })).toEqual([]);
  expect(await failingStep({ smtp: { ...smtp, port: open } })).toEqual(['smtp_login']);
  expect(await failingStep({ smtp: { ...smtp, port: open }, username: null, imap: null })).toEqual(
    [],
  );
  expect(await failingStep({ imap: { host: 'localhost', port: 1, tls: 'tls' } })).toEqual([
    'imap_connect',
  ]);
  expect(await failingStep({ imap: { host: 'localhost', port: imap, tls: 'tls' } })).toEqual([
    'imap_tls',
  ]);
  expect(await failingStep({ imap: { host: 'localhost', port: imap, tls: 'starttls' } })).toEqual(
    [],
  );
  expect(await failingStep({ imap: { host: 'localhost', port: imap, tls: 'none' } })).toEqual([]);
});

test('the password of IMAP may be another', async () => {
  const account = newAccount();
  const steps = await channel.check({
    ...account,
    secrets: { password: 'secret', imap_password: 'wrong' },
  });
  expect(steps.at(-1)).toMatchObject({ step: 'imap_login', ok: false });
});

test('a certificate nobody vouches for, or of another name, is refused', async () => {
  const trusting = createEmailChannel({ mailCa: null, mailHosts: 'any', sendMs: 120_000 }, log);
  expect(await failingStep({}, trusting)).toEqual(['smtp_tls']);
  expect(
    await trusting.send(newAccount(), outgoing('m@sender.test', newPerson()), soon()),
  ).toMatchObject({ fault: { kind: 'temporary' } });
  await trusting.close();
  expect(
    await failingStep({
      smtp: { host: '127.0.0.2', port: peers.ports.submission, tls: 'starttls' },
    }),
  ).toEqual(['smtp_connect']);
});

test('STARTTLS that is not offered is not done without', async () => {
  const sink = await startSink();
  const account = newAccount({ smtp: { host: '127.0.0.1', port: sink.port, tls: 'starttls' } });
  expect((await channel.check(account)).at(-1)).toMatchObject({ step: 'smtp_tls', ok: false });
  expect(
    await channel.send(account, outgoing('m@sender.test', 'bob@people.test'), soon()),
  ).toMatchObject({ ok: false });
  expect(sink.messages).toEqual([]);
  await sink.stop();
});

test('servers at private addresses are refused when only public ones are allowed', async () => {
  const strict = createEmailChannel(
    { mailCa: peers.caFile, mailHosts: 'public', sendMs: 120_000 },
    log,
  );
  expect((await strict.check(newAccount())).at(-1)).toMatchObject({
    step: 'smtp_connect',
    ok: false,
    detail: expect.stringMatching(/not a mail port/),
  });
  const account = newAccount({ smtp: { host: 'localhost', port: 587, tls: 'starttls' } });
  expect((await strict.check(account)).at(-1)?.detail).toMatch(/not a public address/);
  expect(
    await strict.send(account, outgoing('m@sender.test', 'bob@people.test'), soon()),
  ).toMatchObject({ ok: false });
  await strict.close();
});
