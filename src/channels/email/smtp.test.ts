import { expect, test } from 'vitest';
import { outgoingMail } from '../../../test/fixtures/mails.ts';
import { meetSmtp, soon } from '../../../test/fixtures/scripted-email.ts';
import type { Act, Stage } from '../../../test/peers/scripted-smtp.ts';

/** Large enough that it takes a while to send. */
const largeText = 'A line of some length that stands in a large message.\n'.repeat(40_000);

test('many messages share at most three kept connections', async () => {
  const { server, channel, account } = await meetSmtp(() => undefined);
  const keys = Array.from({ length: 30 }, (_, index) => `m${index}@sender.test`);
  const results = await Promise.all(
    keys.map((key) => channel.send(account, outgoingMail({ key }), soon())),
  );
  expect(results.every(({ ok }) => ok)).toBe(true);
  expect(server.taken).toHaveLength(30);
  expect(server.connections()).toBe(3);
});

test('a connection takes the next message after a refusal', async () => {
  let refusals = 0;
  const { server, channel, account } = await meetSmtp((at) =>
    at === 'rcpt' && refusals++ === 0 ? { say: '550 5.1.1 no' } : undefined,
  );
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({ ok: false });
  expect(
    await channel.send(account, outgoingMail({ key: 'm2@sender.test' }), soon()),
  ).toMatchObject({ ok: true });
  expect(server.taken).toHaveLength(1);
});

test('a kept connection that the server dropped is replaced and sends once', async () => {
  let sent = 0;
  const { server, channel, account } = await meetSmtp((at, _line, connection) => {
    if (at === 'after') sent += 1;
    return at === 'mail' && connection === 1 && sent > 0 ? 'cut' : undefined;
  });
  for (const key of ['m1@sender.test', 'm2@sender.test'])
    expect(await channel.send(account, outgoingMail({ key }), soon())).toMatchObject({ ok: true });
  expect(server.connections()).toBe(2);
  expect(server.taken).toHaveLength(2);
});

/** Sends two mails; the server acts in the second one, on the first connection alone. */
async function sendSecond(at: Stage, act: Act, more: Parameters<typeof outgoingMail>[0] = {}) {
  let isSecond = false;
  const { server, channel, account } = await meetSmtp((stage, _line, connection) =>
    isSecond && connection === 1 && stage === at ? act : undefined,
  );
  await channel.send(account, outgoingMail(), soon());
  isSecond = true;
  const second = outgoingMail({ key: 'm2@sender.test', ...more });
  return { server, result: await channel.send(account, second, soon()) };
}

test.each(['mail', 'rcpt', 'data'] as const)(
  'a mail whose kept connection is cut at %s goes out once, on a new one',
  async (stage) => {
    const { server, result } = await sendSecond(stage, 'cut');
    expect(result).toMatchObject({ ok: true });
    expect([server.connections(), server.taken.length]).toEqual([2, 2]);
  },
);

test('a mail cut at its end on a kept connection is ambiguous', async () => {
  const { server, result } = await sendSecond('dot', 'cut');
  expect(result).toMatchObject({ ok: false, fault: { kind: 'ambiguous' } });
  expect([server.connections(), server.taken.length]).toEqual([1, 1]);
});

test('a mail whose kept connection is cut in its middle is not sent again at once', async () => {
  const { server, result } = await sendSecond('body', 'cut', { text: largeText });
  expect(result).toMatchObject({ ok: false, fault: { kind: 'temporary' } });
  expect([server.connections(), server.taken.length]).toEqual([1, 1]);
});

test.each(['mail', 'rcpt', 'data', 'dot'] as const)(
  'a mail that a kept connection refuses at %s is not tried again at once',
  async (stage) => {
    const { server, result } = await sendSecond(stage, { say: '451 4.3.0 Later' });
    const kind = stage === 'mail' ? 'unready' : 'temporary';
    expect(result).toMatchObject({ ok: false, fault: { kind } });
    expect([server.connections(), server.taken.length]).toEqual([1, 1]);
  },
);

test('a connection is kept no longer after a 421, nor after a hundred mails', async () => {
  let refusals = 0;
  const { server, channel, account } = await meetSmtp((at) =>
    at === 'mail' && refusals++ === 0 ? { say: '421 4.3.2 Closing' } : undefined,
  );
  const send = (n: number) =>
    channel.send(account, outgoingMail({ key: `m${n}@sender.test` }), soon());
  expect(await send(0)).toMatchObject({ ok: false, fault: { code: '421 4.3.2' } });
  for (let n = 1; n <= 100; n += 1) expect(await send(n)).toMatchObject({ ok: true });
  expect(server.connections()).toBe(2);
  await send(101);
  expect(server.connections()).toBe(3);
});

test('a copy does not go out when the server refuses the prospect', async () => {
  const { server, channel, account } = await meetSmtp((at, line) =>
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
  'when all recipients are refused the reply about the prospect counts (%s)',
  async (...extensions) => {
    const replies = (bob: string, boss: string) => (at: Stage, line: string) =>
      at === 'rcpt' ? { say: line.includes('bob@') ? bob : boss } : undefined;
    const sendTo = async (bob: string, boss: string) => {
      const { channel, account } = await meetSmtp(replies(bob, boss), { extensions });
      return channel.send(account, outgoingMail({ cc: 'boss@sender.test' }), soon());
    };
    const [blocked, unknown, later] = [
      '550 5.7.1 Blocked by policy',
      '550 5.1.1 No such user',
      '450 4.2.0 Later',
    ];
    expect(await sendTo(blocked, unknown)).toMatchObject({
      fault: { kind: 'refused', code: '550 5.7.1' },
    });
    expect(await sendTo(unknown, later)).toMatchObject({
      fault: { kind: 'bad_recipient', code: '550 5.1.1' },
    });
    expect(await sendTo(later, unknown)).toMatchObject({
      fault: { kind: 'temporary', code: '450 4.2.0' },
    });
  },
);

test('a changed password uses no kept connection', async () => {
  const { server, channel, account } = await meetSmtp(() => undefined);
  await channel.send(account, outgoingMail(), soon());
  await channel.send(
    { ...account, secrets: { password: 'new' } },
    outgoingMail({ key: 'm2@sender.test' }),
    soon(),
  );
  expect(server.connections()).toBe(2);
});

test('close waits for the message under way', async () => {
  const { server, channel, account } = await meetSmtp(() => undefined);
  const sending = channel.send(account, outgoingMail({ text: largeText }), soon());
  await channel.close('a1');
  expect(await sending).toMatchObject({ ok: true });
  await channel.close('a1');
  await channel.close();
  expect(server.taken).toHaveLength(1);
});

test.each([{ replyTo: 'a@b.test\r\nX: y' }, { thread: ['a\r\nb@x'] }, { key: 'a\nb' }])(
  'a value cannot add header fields: %j',
  async (more) => {
    const { server, channel, account } = await meetSmtp(() => undefined);
    expect(await channel.send(account, outgoingMail(more), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'refused' },
    });
    expect(server.connections()).toBe(0);
  },
);

test.each([
  { subject: 'Hi\r\nBcc: eve@evil.test' },
  { fromName: 'Ann\nBcc: eve@evil.test' },
  { toName: 'Bob\0\rBcc: eve@evil.test' },
])('a value of a header field becomes one line: %j', async (more) => {
  const { server, channel, account } = await meetSmtp(() => undefined);
  expect(await channel.send(account, outgoingMail(more), soon())).toMatchObject({ ok: true });
  expect(server.taken).toHaveLength(1);
  expect(server.taken[0]).not.toMatch(/^Bcc:/m);
});

test.each([
  '',
  'bob',
  'bob@',
  '@people.test',
  'bob@people test',
  'bob>@people.test',
  'bob@people.test\r\nRCPT TO:<eve@evil.test>',
])('%j is refused as a recipient', async (to) => {
  const { channel, account } = await meetSmtp(() => undefined);
  expect(await channel.send(account, outgoingMail({ to }), soon())).toMatchObject({
    ok: false,
    fault: { kind: 'bad_recipient' },
  });
});
