import { expect, test } from 'vitest';
import { outgoingMail } from '../../../test/fixtures/mails.ts';
import { meetSmtp, soon } from '../../../test/fixtures/scripted-email.ts';
import type { Stage } from '../../../test/peers/scripted-smtp.ts';

/** Larger than the kernel's send buffer, so that the connection is cut in the middle. */
const largeText = 'A line of some length that stands in a large message.\n'.repeat(40_000);

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
    `a connection cut at %s is a fault of kind %s (${extensions.join(', ')})`,
    async (stage, kind) => {
      const { server, channel, account } = await meetSmtp(
        (at) => (at === stage ? 'cut' : undefined),
        { extensions },
      );
      const result = await channel.send(
        account,
        outgoingMail(stage === 'body' ? { text: largeText } : {}),
        soon(),
      );
      expect(result).toMatchObject({ ok: false, fault: { kind } });
      expect(server.taken).toEqual([]);
    },
  );
}

test('a message counts as sent when the connection is cut after the answer to it', async () => {
  const { server, channel, account } = await meetSmtp((at) => (at === 'after' ? 'cut' : undefined));
  expect(await channel.send(account, outgoingMail(), soon())).toEqual({
    ok: true,
    response: '250 2.0.0 Taken',
  });
  expect(server.taken).toHaveLength(1);
});

const answers: [stage: Stage, reply: string, kind: string, code: string][] = [
  ['banner', '554 5.7.1 go away', 'unready', '554 5.7.1'],
  ['banner', '421 4.3.2 too busy', 'unready', '421 4.3.2'],
  ['auth', '535 5.7.8 bad credentials', 'credentials', '535 5.7.8'],
  ['auth', '534 5.7.9 application-specific password required', 'credentials', '534 5.7.9'],
  ['auth', '454 4.7.0 Temporary authentication failure', 'unready', '454 4.7.0'],
  ['auth', '454 4.7.0 Too many login attempts, please try again later', 'unready', '454 4.7.0'],
  ['auth', '503 5.5.1 Bad sequence of commands', 'unready', '503 5.5.1'],
  ['auth', '504 5.7.4 Unrecognized authentication type', 'unready', '504 5.7.4'],
  ['auth', '550 5.7.1 Account disabled', 'credentials', '550 5.7.1'],
  ['mail', '503 5.5.1 Bad sequence of commands', 'unready', '503 5.5.1'],
  ['mail', '535 5.7.8 Log in again', 'credentials', '535 5.7.8'],
  ['mail', '550 5.1.1 Unknown sender', 'sender_refused', '550 5.1.1'],
  ['mail', '530 5.7.0 Authentication required', 'credentials', '530 5.7.0'],
  ['mail', '553 5.7.1 Sender address rejected: not owned by user', 'sender_barred', '553 5.7.1'],
  ['mail', '550 5.1.8 Sender rejected', 'sender_refused', '550 5.1.8'],
  ['mail', '421 4.7.0 Rate limit exceeded', 'rate_limited', '421 4.7.0'],
  ['rcpt', '550 5.1.1 No such user', 'bad_recipient', '550 5.1.1'],
  ['rcpt', '550 No such user here', 'bad_recipient', '550'],
  ['rcpt', '553 5.1.3 Bad address', 'bad_recipient', '553 5.1.3'],
  ['rcpt', '552 5.2.2 Mailbox full, quota exceeded', 'undeliverable', '552 5.2.2'],
  ['rcpt', '552 5.2.2 Quota exceeded, limit of messages reached', 'undeliverable', '552 5.2.2'],
  ['rcpt', '503 Bad sequence of commands', 'unready', '503'],
  ['rcpt', '550 5.1.7 Bad sender address', 'sender_refused', '550 5.1.7'],
  ['rcpt', '550 5.4.4 No route to the domain', 'undeliverable', '550 5.4.4'],
  ['rcpt', '550 5.5.0 No such user', 'bad_recipient', '550 5.5.0'],
  ['rcpt', '550 5.6.0 No such user', 'bad_recipient', '550 5.6.0'],
  ['rcpt', '521 No mail here', 'undeliverable', '521'],
  ['rcpt', '554 5.7.1 Relay access denied', 'sender_refused', '554 5.7.1'],
  ['rcpt', '550 blocked by spam policy', 'refused', '550'],
  ['rcpt', '450 4.7.1 Greylisted, come back in 5 minutes', 'temporary', '450 4.7.1'],
  ['rcpt', '452 4.2.2 Mailbox full', 'temporary', '452 4.2.2'],
  ['rcpt', '450 4.7.28 unusual rate of mail', 'rate_limited', '450 4.7.28'],
  ['rcpt', '421 4.4.5 Server busy', 'temporary', '421 4.4.5'],
  ['rcpt', '451 4.7.1 Greylisted, too many attempts', 'temporary', '451 4.7.1'],
  ['data', '503 5.5.1 Need RCPT first', 'unready', '503 5.5.1'],
  ['data', '451 4.3.0 try again', 'temporary', '451 4.3.0'],
  ['dot', '554 5.7.1 spam', 'refused', '554 5.7.1'],
  ['dot', '550 5.1.1 unknown after all', 'bad_recipient', '550 5.1.1'],
  ['dot', '451 4.3.0 no space', 'temporary', '451 4.3.0'],
  ['dot', '450 4.2.0 Greylisted', 'temporary', '450 4.2.0'],
  ['dot', '421 4.7.0 Try again later', 'temporary', '421 4.7.0'],
  ['dot', '421 4.7.28 unusual rate of mail', 'rate_limited', '421 4.7.28'],
  ['dot', '421 4.3.2 System is going down', 'ambiguous', '421 4.3.2'],
  ['dot', '421 Timeout', 'ambiguous', '421'],
  ['dot', '451 4.4.2 Timeout of the filter', 'ambiguous', '451 4.4.2'],
  ['dot', '550 5.4.5 Daily user sending limit exceeded', 'rate_limited', '550 5.4.5'],
  ['dot', '550 No such user', 'bad_recipient', '550'],
  ['dot', '552 5.3.4 Message too big', 'refused', '552 5.3.4'],
];

test.each(answers)('at %s the reply "%s" is a fault of kind %s', async (stage, say, kind, code) => {
  const { server, channel, account } = await meetSmtp((at) => (at === stage ? { say } : undefined));
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({
    ok: false,
    fault: { kind, code },
  });
  expect(server.taken).toEqual([]);
});

test('where PLAIN is refused, LOGIN is tried', async () => {
  const extensions = ['AUTH PLAIN LOGIN'];
  const said = (line: string) =>
    line.startsWith('AUTH PLAIN') ? { say: '535 5.7.8 Not by PLAIN' } : undefined;
  const { channel, account } = await meetSmtp(
    (at, line) => (at === 'auth' ? said(line) : undefined),
    {
      extensions,
    },
  );
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({ ok: true });
  const refused = await meetSmtp((at) => (at === 'auth' ? { say: '535 5.7.8 No' } : undefined), {
    extensions,
  });
  expect(await refused.channel.send(refused.account, outgoingMail(), soon())).toMatchObject({
    fault: { kind: 'credentials', code: '535 5.7.8' },
  });
});

test('a server that offers no login is a fault of the credentials', async () => {
  const { channel, account } = await meetSmtp(() => undefined, { extensions: ['PIPELINING'] });
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({
    ok: false,
    fault: { kind: 'credentials' },
  });
});

test('incomplete settings are a fault of the credentials', async () => {
  const { channel, account } = await meetSmtp(() => undefined);
  expect(await channel.send({ ...account, connection: {} }, outgoingMail(), soon())).toMatchObject({
    ok: false,
    fault: { kind: 'credentials' },
  });
});

test('silence after the end of the message is ambiguous', async () => {
  const { channel, account } = await meetSmtp((at) => (at === 'dot' ? 'silence' : undefined), {
    sendMs: 1000,
  });
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({
    ok: false,
    fault: { kind: 'ambiguous' },
  });
});

test('a refused connection is temporary', async () => {
  const { server, channel, account } = await meetSmtp(() => undefined);
  await server.stop();
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({
    fault: { kind: 'temporary', code: 'ECONNREFUSED' },
  });
});

test.each(['banner', 'auth', 'rcpt', 'data'] as const)(
  'silence at %s ends at the deadline and nothing is sent',
  async (stage) => {
    const { server, channel, account } = await meetSmtp((at) =>
      at === stage ? 'silence' : undefined,
    );
    const started = performance.now();
    expect(await channel.send(account, outgoingMail(), soon(300))).toMatchObject({
      fault: { kind: 'temporary' },
    });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(server.taken).toEqual([]);
  },
);

test('a message whose deadline has passed opens no connection', async () => {
  const { server, channel, account } = await meetSmtp(() => undefined);
  expect(await channel.send(account, outgoingMail(), performance.now() - 1)).toMatchObject({
    fault: { kind: 'temporary' },
  });
  expect(server.connections()).toBe(0);
});
