import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { measureLoad } from '../../../test/fixtures/event-loop.ts';
import { openEmail, startImap } from '../../../test/fixtures/scripted-email.ts';
import { flood } from '../../../test/peers/scripted-imap.ts';

// A caller chooses the server of a mailbox. Nothing that the server says may hold the
// process up nor fill its memory.
const mebibyte = 1024 * 1024;
const mail = 'From: ann@people.test\r\nSubject: Re: Hello\r\n\r\nSounds good.\r\n';
const cursor = {
  folders: { INBOX: { uidValidity: '7', uidNext: 1, lastDate: '2026-11-19T10:00:00.000Z' } },
};

type Act = (command: string, socket: Socket) => string[] | undefined;
const at =
  (verb: string, answer: (socket: Socket) => string[]): Act =>
  (command, socket) =>
    command.startsWith(verb) ? answer(socket) : undefined;
const literal = (uid: number, size: number) =>
  `* ${uid} FETCH (UID ${uid} INTERNALDATE "20-Nov-2026 10:00:00 +0000" BODY[]<0> {${size}}\r\n`;
const pour = (line: string) => (socket: Socket) => flood(socket, `${line}\r\n`);

const lies: Record<string, Act> = {
  'a line of 8 MiB of numbers': at('UID SEARCH', () => [
    `* SEARCH${' 1'.repeat(4 * mebibyte)}`,
    'TAG OK Done',
  ]),
  'a line of 8 MiB of lists': at('LIST', () => [`* LIST ${'('.repeat(8 * mebibyte)}`, 'TAG OK x']),
  'a line that never ends': at('LIST', (socket) => flood(socket, '* LIST () "/" a')),
  'a line of tokens within the limit, again and again': at(
    'UID SEARCH',
    pour(`* LIST (${'a '.repeat(110_000)}) "/" a`),
  ),
  'a line of empty literals': at('LIST', (socket) => flood(socket, '* LIST () "/" {0}\r\n')),
  'folders without end': at('LIST', pour('* LIST () "/" a')),
  'numbers without end': at('UID SEARCH', pour(`* SEARCH${' 4294967295'.repeat(5_000)}`)),
  'a range of all numbers': at('UID SEARCH', () => [
    '* 4294967295 EXISTS',
    '* ESEARCH (TAG "x") UID ALL 1:4294967295',
    'TAG OK Done',
  ]),
  'an inbox of four thousand million mails': at('EXAMINE', () => [
    '* 4294967295 EXISTS',
    '* OK [UIDVALIDITY 7] x',
    'TAG OK [READ-ONLY] Done',
  ]),
  'mails that nobody asked for, without end': at('UID FETCH', pour('* 9 FETCH (UID 9 FLAGS ())')),
  'a mail of 16 MiB where one was asked for': at('UID FETCH', () => [
    `${literal(1, 16 * mebibyte)}${'x'.repeat(16 * mebibyte)})`,
    'TAG OK Done',
  ]),
  'the same mail of a mebibyte without end': at('UID FETCH', (socket) =>
    flood(socket, `${literal(1, mebibyte)}${'QQ=='.repeat(mebibyte / 4)})\r\n`),
  ),
  'flags without end': at('EXAMINE', pour(`* FLAGS (${'\\Seen '.repeat(5_000)})`)),
  'news without end': at('EXAMINE', pour('* 3 EXISTS')),
  'capabilities without end': at('CAPABILITY', pour(`* CAPABILITY ${'AUTH=X '.repeat(5_000)}`)),
  'a greeting without end': at('', pour(`* OK ${'x'.repeat(1_000)}`)),
  'a long refusal of the login': at('LOGIN', () => [`TAG NO ${'no '.repeat(80_000)}`]),
  'an envelope of 2 MB': (command) => {
    if (!/^UID FETCH/.test(command)) return undefined;
    if (!command.includes('ENVELOPE')) return ['TAG NO Later'];
    const subject = '=?utf-8?Q?=00?= '.repeat(60_000);
    const people = '(NIL NIL "a" "b.test")'.repeat(5_000);
    const head = `* 1 FETCH (UID 1 ENVELOPE ("x" {${subject.length}}\r\n${subject}`;
    return [`${head} (${people}) NIL NIL (${people}) NIL NIL NIL NIL))`, 'TAG OK Done'];
  },
};

test.each(Object.entries(lies))(
  'a server that says %s holds nobody up, and is not kept in memory',
  async (_what, act) => {
    const bad = await startImap({ messages: { 1: mail }, act });
    const good = await startImap({ messages: { 1: mail } });
    const hostile = openEmail({ smtp: 1, imap: bad.port }, { password: 'secret' });
    const { channel, account } = openEmail({ smtp: 1, imap: good.port }, { password: 'secret' });
    await channel.receive(account, cursor);
    const stop = measureLoad();
    const looking = hostile.channel.receive(hostile.account, cursor).catch((error) => error);
    const limit = setTimeout(() => void hostile.channel.close('a1'), 5_000);
    await channel.receive(account, cursor);
    const result = await looking;
    clearTimeout(limit);
    const { turnMs, heapBytes } = stop();
    expect(result).toBeInstanceOf(Error);
    expect(turnMs).toBeLessThan(300);
    expect(heapBytes).toBeLessThan(128 * mebibyte);
  },
  20_000,
);

const list = (names: readonly string[], flags = '') => [
  '* LIST () "/" INBOX',
  ...names.map((name) => `* LIST (${flags}) "/" ${name}`),
  'TAG OK Done',
];

test.each([
  ['a thousand folders', Array.from({ length: 1_000 }, (_, i) => `f${i}`), 'lists 1001 folders'],
  ['a folder with a name of a kilobyte', ['a'.repeat(1_001)], 'whose name is over 1000 bytes'],
])('%s are more than is read', async (_what, names, message) => {
  const { port } = await startImap({ act: at('LIST', () => list(names)) });
  const { channel, account } = openEmail({ smtp: 1, imap: port });
  await expect(channel.receive(account, cursor)).rejects.toThrow(message);
});

test('a junk folder of another name at each look leaves one place in the cursor', async () => {
  let looks = 0;
  const act = (command: string) => {
    if (command === '') return ['* OK Ready'];
    if (command === 'CAPABILITY') return ['* CAPABILITY IMAP4rev1 SPECIAL-USE', 'TAG OK Done'];
    return /^LIST .*\*/.test(command) ? list([`Junk${looks++}`], '\\Junk') : undefined;
  };
  const { port } = await startImap({ messages: { 1: mail }, act });
  const { channel, account } = openEmail({ smtp: 1, imap: port });
  let kept: unknown = cursor;
  for (let look = 0; look < 5; look += 1) kept = (await channel.receive(account, kept)).cursor;
  expect(Object.keys((kept as typeof cursor).folders)).toEqual([
    'INBOX',
    expect.stringContaining('Junk4'),
  ]);
});

test('of a mail that is longer than was asked for, the first mebibyte is read', async () => {
  const long = `${mail}${'a line\r\n'.repeat(2_000)}`;
  const source = `${long}${'x'.repeat(mebibyte + 10_000 - long.length)}`;
  const { port } = await startImap({ messages: { 1: source } });
  const { channel, account } = openEmail({ smtp: 1, imap: port }, { password: 'secret' });
  const { received } = await channel.receive(account, cursor);
  expect(received).toMatchObject([{ from: 'ann@people.test' }]);
});

test('many great mails are read in several calls', async () => {
  const great = `${mail}${'x'.repeat(900_000)}`;
  const messages = Object.fromEntries(Array.from({ length: 41 }, (_, i) => [i + 1, great]));
  const { port } = await startImap({ messages });
  const { channel, account } = openEmail({ smtp: 1, imap: port }, { password: 'secret' });
  const first = await channel.receive(account, cursor);
  const rest = await channel.receive(account, first.cursor);
  expect([first.received.length, rest.received.length]).toEqual([40, 1]);
}, 30_000);
