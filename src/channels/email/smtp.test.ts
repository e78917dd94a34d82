import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { mailboxAt, outgoingMail } from '../../../test/fixtures/mails.ts';
import {
  type Act,
  type ScriptedSmtp,
  type Stage,
  startScriptedSmtp,
} from '../../../test/peers/scripted-smtp.ts';
import type { Account, Channel } from '../channel.ts';
import { createEmailChannel } from './index.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

type Peer = { server: ScriptedSmtp; channel: Channel; account: Account };

async function meet(
  act: (stage: Stage, line: string, connection: number) => Act | undefined,
  extensions = ['PIPELINING', 'AUTH PLAIN'],
  sendMs = 120_000,
): Promise<Peer> {
  const server = await startScriptedSmtp({ act, extensions });
  const channel = createEmailChannel(
    { mailCa: null, mailHosts: 'any', sendMs },
    pino({ level: 'silent' }),
  );
  stops.push(server.stop, () => channel.close());
  return { server, channel, account: mailboxAt({ smtp: server.port }) };
}

const soon = (ms = 5000) => performance.now() + ms;
/** More than the kernel takes in one go, so that it is cut in the middle. */
const large = 'A line of some length that stands in a large message.\n'.repeat(40_000);

const cuts: [stage: Stage, kind: string][] = [
  ['banner', 'temporary'],
  ['ehlo', 'temporary'],
  ['auth', 'temporary'],
  ['mail', 'temporary'],
  ['rcpt', 'temporary'],
  ['data', 'temporary'],
  ['body', 'temporary'],
  ['dot', 'ambiguous'],
];

for (const extensions of [['PIPELINING', 'AUTH PLAIN'], ['AUTH PLAIN']]) {
  test.each(cuts)(
    `a connection cut at %s is %s (${extensions.join(', ')})`,
    async (stage, kind) => {
      const { server, channel, account } = await meet(
        (at) => (at === stage ? 'cut' : undefined),
        extensions,
      );
      const result = await channel.send(
        account,
        outgoingMail(stage === 'body' ? { text: large } : {}),
        soon(),
      );
      expect(result).toMatchObject({ ok: false, fault: { kind } });
      expect(server.taken).toEqual([]);
    },
  );
}

test('a connection cut after the answer to the message changes nothing', async () => {
  const { server, channel, account } = await meet((at) => (at === 'after' ? 'cut' : undefined));
  expect(await channel.send(account, outgoingMail(), soon())).toEqual({
    ok: true,
    response: '250 2.0.0 Taken',
  });
  expect(server.taken).toHaveLength(1);
});

const answers: [stage: Stage, reply: string, kind: string, code: string][] = [
  ['banner', '554 5.7.1 go away', 'refused', '554 5.7.1'],
  ['banner', '421 4.3.2 too busy', 'temporary', '421 4.3.2'],
  ['auth', '535 5.7.8 bad credentials', 'credentials', '535 5.7.8'],
  ['auth', '534 5.7.9 application-specific password required', 'credentials', '534 5.7.9'],
  ['auth', '454 4.7.0 Temporary authentication failure', 'temporary', '454 4.7.0'],
  [
    'auth',
    '454 4.7.0 Too many login attempts, please try again later',
    'rate_limited',
    '454 4.7.0',
  ],
  ['mail', '530 5.7.0 Authentication required', 'credentials', '530 5.7.0'],
  ['mail', '553 5.7.1 Sender address rejected: not owned by user', 'refused', '553 5.7.1'],
  ['mail', '550 5.1.8 Sender rejected', 'refused', '550 5.1.8'],
  ['mail', '421 4.7.0 Rate limit exceeded', 'rate_limited', '421 4.7.0'],
  ['rcpt', '550 5.1.1 No such user', 'bad_recipient', '550 5.1.1'],
  ['rcpt', '550 No such user here', 'bad_recipient', '550'],
  ['rcpt', '553 5.1.3 Bad address', 'bad_recipient', '553 5.1.3'],
  ['rcpt', '552 5.2.2 Mailbox full, quota exceeded', 'bad_recipient', '552 5.2.2'],
  ['rcpt', '554 5.7.1 Relay access denied', 'refused', '554 5.7.1'],
  ['rcpt', '550 blocked by spam policy', 'refused', '550'],
  ['rcpt', '450 4.7.1 Greylisted, come back in 5 minutes', 'temporary', '450 4.7.1'],
  ['rcpt', '452 4.2.2 Mailbox full', 'temporary', '452 4.2.2'],
  ['rcpt', '450 4.7.28 unusual rate of mail', 'rate_limited', '450 4.7.28'],
  ['rcpt', '421 4.4.5 Server busy', 'temporary', '421 4.4.5'],
  ['data', '451 4.3.0 try again', 'temporary', '451 4.3.0'],
  ['dot', '554 5.7.1 spam', 'refused', '554 5.7.1'],
  ['dot', '550 5.1.1 unknown after all', 'bad_recipient', '550 5.1.1'],
  ['dot', '451 4.3.0 no space', 'temporary', '451 4.3.0'],
  ['dot', '550 5.4.5 Daily user sending limit exceeded', 'rate_limited', '550 5.4.5'],
  ['dot', '552 5.3.4 Message too big', 'refused', '552 5.3.4'],
];

test.each(answers)('at %s, "%s" is %s', async (stage, say, kind, code) => {
  const { server, channel, account } = await meet((at) => (at === stage ? { say } : undefined));
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({
    ok: false,
    fault: { kind, code },
  });
  expect(server.taken).toEqual([]);
});

test('a server that offers no login although there is a user name is a matter of credentials', async () => {
  const { channel, account } = await meet(() => undefined, ['PIPELINING']);
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({
    ok: false,
    fault: { kind: 'credentials' },
  });
});

test('settings that are none are a matter of credentials', async () => {
  const { channel, account } = await meet(() => undefined);
  expect(await channel.send({ ...account, connection: {} }, outgoingMail(), soon())).toMatchObject({
    ok: false,
    fault: { kind: 'credentials' },
  });
});

test('silence after the end of the message is ambiguous', async () => {
  const { channel, account } = await meet(
    (at) => (at === 'dot' ? 'silence' : undefined),
    undefined,
    1000,
  );
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({
    ok: false,
    fault: { kind: 'ambiguous' },
  });
});

test('a refused connection is temporary', async () => {
  const { server, channel, account } = await meet(() => undefined);
  await server.stop();
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({
    fault: { kind: 'temporary', code: 'ECONNREFUSED' },
  });
});

test.each(['banner', 'auth', 'rcpt', 'data'] as const)(
  'silence at %s ends at the deadline, and nothing has gone out',
  async (stage) => {
    const { server, channel, account } = await meet((at) => (at === stage ? 'silence' : undefined));
    const started = performance.now();
    expect(await channel.send(account, outgoingMail(), soon(300))).toMatchObject({
      fault: { kind: 'temporary' },
    });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(server.taken).toEqual([]);
  },
);

test('a deadline that has passed already says nothing to anybody', async () => {
  const { server, channel, account } = await meet(() => undefined);
  expect(await channel.send(account, outgoingMail(), performance.now() - 1)).toMatchObject({
    fault: { kind: 'temporary' },
  });
  expect(server.connections()).toBe(0);
});

test('messages share kept connections, three at most', async () => {
  const { server, channel, account } = await meet(() => undefined);
  const keys = Array.from({ length: 30 }, (_, index) => `m${index}@sender.test`);
  const results = await Promise.all(
    keys.map((key) => channel.send(account, outgoingMail({ key }), soon())),
  );
  expect(results.every(({ ok }) => ok)).toBe(true);
  expect(server.taken).toHaveLength(30);
  expect(server.connections()).toBe(3);
});

test('after a refusal the connection serves the next message', async () => {
  let refusals = 0;
  const { server, channel, account } = await meet((at) =>
    at === 'rcpt' && refusals++ === 0 ? { say: '550 5.1.1 no' } : undefined,
  );
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({ ok: false });
  expect(
    await channel.send(account, outgoingMail({ key: 'm2@sender.test' }), soon()),
  ).toMatchObject({ ok: true });
  expect(server.taken).toHaveLength(1);
});

test('a kept connection that the server has dropped is replaced, and the message goes out once', async () => {
  let sent = 0;
  const { server, channel, account } = await meet((at, _line, connection) => {
    if (at === 'after') sent += 1;
    return at === 'mail' && connection === 1 && sent > 0 ? 'cut' : undefined;
  });
  for (const key of ['m1@sender.test', 'm2@sender.test'])
    expect(await channel.send(account, outgoingMail({ key }), soon())).toMatchObject({ ok: true });
  expect(server.connections()).toBe(2);
  expect(server.taken).toHaveLength(2);
});

test('a copy does not go out when the person is refused', async () => {
  const { server, channel, account } = await meet((at, line) =>
    at === 'rcpt' && line.includes('bob@') ? { say: '450 4.2.0 later' } : undefined,
  );
  const result = await channel.send(
    account,
    outgoingMail({ cc: 'Boss <boss@sender.test>' }),
    soon(),
  );
  expect(result).toMatchObject({ ok: false, fault: { kind: 'temporary', code: '450 4.2.0' } });
  expect(server.taken).toEqual([]);
});

test.each([['PIPELINING', 'AUTH PLAIN'], ['AUTH PLAIN']])(
  'where all are refused, what was said of the person counts (%s)',
  async (...extensions) => {
    const said = (bob: string, boss: string) => (at: Stage, line: string) =>
      at === 'rcpt' ? { say: line.includes('bob@') ? bob : boss } : undefined;
    const hand = async (bob: string, boss: string) => {
      const { channel, account } = await meet(said(bob, boss), extensions);
      return channel.send(account, outgoingMail({ cc: 'boss@sender.test' }), soon());
    };
    const [blocked, unknown, later] = [
      '550 5.7.1 Blocked by policy',
      '550 5.1.1 No such user',
      '450 4.2.0 Later',
    ];
    expect(await hand(blocked, unknown)).toMatchObject({
      fault: { kind: 'refused', code: '550 5.7.1' },
    });
    expect(await hand(unknown, later)).toMatchObject({
      fault: { kind: 'bad_recipient', code: '550 5.1.1' },
    });
    expect(await hand(later, unknown)).toMatchObject({
      fault: { kind: 'temporary', code: '450 4.2.0' },
    });
  },
);

test('another password does not meet a kept connection', async () => {
  const { server, channel, account } = await meet(() => undefined);
  await channel.send(account, outgoingMail(), soon());
  await channel.send(
    { ...account, secrets: { password: 'new' } },
    outgoingMail({ key: 'm2@sender.test' }),
    soon(),
  );
  expect(server.connections()).toBe(2);
});

test('close lets what is under way end and takes nothing more on those connections', async () => {
  const { server, channel, account } = await meet(() => undefined);
  const sending = channel.send(account, outgoingMail({ text: large }), soon());
  await channel.close('a1');
  expect(await sending).toMatchObject({ ok: true });
  await channel.close('a1');
  await channel.close();
  expect(server.taken).toHaveLength(1);
});

test.each([
  { subject: 'Hi\r\nBcc: eve@evil.test' },
  { fromName: 'Ann\nX: y' },
  { replyTo: 'a@b.test\r\nX: y' },
  { toName: 'Bob\0' },
  { thread: ['a\r\nb@x'] },
  { key: 'a\nb' },
])('a header cannot be broken out of: %j', async (more) => {
  const { server, channel, account } = await meet(() => undefined);
  expect(await channel.send(account, outgoingMail(more), soon())).toMatchObject({
    ok: false,
    fault: { kind: 'refused' },
  });
  expect(server.connections()).toBe(0);
});

test.each([
  '',
  'bob',
  'bob@',
  '@people.test',
  'bob@people test',
  'bob>@people.test',
  'bob@people.test\r\nRCPT TO:<eve@evil.test>',
])('%j is no recipient', async (to) => {
  const { channel, account } = await meet(() => undefined);
  expect(await channel.send(account, outgoingMail({ to }), soon())).toMatchObject({
    ok: false,
    fault: { kind: 'bad_recipient' },
  });
});
