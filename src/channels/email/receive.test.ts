import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { mailboxAt } from '../../../test/fixtures/mails.ts';
import { type ScriptedImap, startScriptedImap } from '../../../test/peers/scripted-imap.ts';
import { createEmailChannel } from './index.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

const from = (name: string) =>
  `From: ${name}@people.test\r\nSubject: Re: Hello\r\nMessage-ID: <${name}@people.test>\r\n\r\nYes, gladly.\r\n`;
const messages = { 1: from('ann'), 2: from('bob'), 3: from('cyd') };
const fromTheFirst = {
  folders: { INBOX: { uidValidity: '7', uidNext: 1, lastDate: '2026-11-19T10:00:00.000Z' } },
};

async function meet(script: Parameters<typeof startScriptedImap>[0]) {
  const server: ScriptedImap = await startScriptedImap(script);
  const channel = createEmailChannel(
    { mailCa: null, mailHosts: 'any', sendMs: 10_000 },
    pino({ level: 'silent' }),
  );
  stops.push(server.stop, () => channel.close());
  const account = mailboxAt({ smtp: server.port, imap: server.port });
  /** As the engine does it: the cursor comes back from the database. */
  const receive = async (cursor: unknown) => {
    const { received, cursor: next } = await channel.receive(account, cursor);
    return { received, cursor: JSON.parse(JSON.stringify(next)) as unknown };
  };
  return { receive };
}

const envelope = (name: string) =>
  `ENVELOPE ("Fri, 20 Nov 2026 10:00:00 +0000" "Re: Gr=?utf-8?Q?=C3=BC?=n" ((NIL NIL "${name}" "people.test")) NIL NIL NIL NIL NIL "<m1@sender.test>" "<${name}@people.test>")`;

test.each([
  ['is refused', ['TAG NO [SERVERBUG] UID FETCH Server error while fetching messages']],
  ['is left out', ['TAG OK Done']],
])(
  'a message that the server does not hand out keeps no other from being read, and is told by its envelope: its text %s',
  async (_how, lines) => {
    const act = (command: string) => {
      if (!/^UID FETCH [\d,]*\b2\b/.test(command)) return undefined;
      if (command.includes('ENVELOPE'))
        return [
          `* 2 FETCH (UID 2 INTERNALDATE "20-Nov-2026 10:00:00 +0000" ${envelope('bob')})`,
          'TAG OK Done',
        ];
      return lines;
    };
    const { receive } = await meet({ messages, act });
    const { received, cursor } = await receive(fromTheFirst);
    expect(received.map(({ from: who }) => who).sort()).toEqual([
      'ann@people.test',
      'bob@people.test',
      'cyd@people.test',
    ]);
    expect(received.find(({ key }) => key === 'bob@people.test')).toMatchObject({
      sourceKey: 'INBOX/7/2',
      subject: 'Re: Grün',
      facts: { references: ['m1@sender.test'] },
      receivedAt: new Date('2026-11-20T10:00:00Z'),
    });
    expect((await receive(cursor)).received).toEqual([]);
  },
);

test('a message that is gone by the time it is fetched is nothing', async () => {
  const act = (command: string) => (/^UID FETCH 2 /.test(command) ? ['TAG OK Done'] : undefined);
  const { receive } = await meet({ messages: { 2: from('bob') }, act });
  expect((await receive(fromTheFirst)).received).toEqual([]);
});

test('a server that refuses everything is not read, and what it holds is not passed over', async () => {
  const act = (command: string) =>
    command.startsWith('UID FETCH') ? ['TAG NO [UNAVAILABLE] Later'] : undefined;
  const { receive } = await meet({ messages, act });
  await expect(receive(fromTheFirst)).rejects.toThrow();
});

test.each(['" 0-Jan-0000 00:00:00 +0000"', '""', 'NIL'])(
  'a message with %s for a date is read, and what comes after it',
  async (date) => {
    const act = (command: string) =>
      /^UID FETCH 1,2,3 /.test(command)
        ? [1, 2, 3]
            .map((uid) => {
              const source = messages[uid as 1 | 2 | 3];
              const said = uid === 2 ? date : '"20-Nov-2026 10:00:00 +0000"';
              return `* ${uid} FETCH (UID ${uid} INTERNALDATE ${said} BODY[]<0> {${source.length}}\r\n${source})`;
            })
            .concat('TAG OK Done')
        : undefined;
    const { receive } = await meet({ messages, act });
    const { received, cursor } = await receive(fromTheFirst);
    expect(received.map(({ from: who }) => who)).toEqual([
      'ann@people.test',
      'bob@people.test',
      'cyd@people.test',
    ]);
    expect(received[1]?.receivedAt).toEqual(new Date('2026-11-20T10:00:00Z'));
    expect((await receive(cursor)).received).toEqual([]);
  },
);

test('a server that does not say which UID comes next (RFC 3501 6.3.1) is read', async () => {
  const act = (command: string) =>
    command.startsWith('EXAMINE')
      ? ['* 0 EXISTS', '* OK [UIDVALIDITY 7] x', '* FLAGS ()', 'TAG OK [READ-ONLY] Done']
      : undefined;
  const { receive } = await meet({ act });
  const { cursor } = await receive(null);
  expect(await receive(cursor)).toEqual({ received: [], cursor });
});

test.each(['" 0-Jan-0000 00:00:00 +0000"', 'NIL'])(
  'a mailbox whose newest message has %s for a date is begun',
  async (date) => {
    const act = (command: string) =>
      command.startsWith('FETCH')
        ? [`* 3 FETCH (UID 3 INTERNALDATE ${date})`, 'TAG OK Done']
        : undefined;
    const { receive } = await meet({ messages, act });
    expect(await receive(null)).toMatchObject({
      received: [],
      cursor: { folders: { INBOX: { uidNext: 4, lastDate: null } } },
    });
  },
);

test('a Junk folder that is a name only keeps no reply from being read', async () => {
  const act = (command: string) => {
    if (command.startsWith('LIST'))
      return ['* LIST () "/" INBOX', '* LIST (\\Noselect \\Junk) "/" Junk', 'TAG OK Done'];
    return /^EXAMINE "?Junk/.test(command) ? ['TAG NO No such mailbox'] : undefined;
  };
  const { receive } = await meet({ messages, act });
  expect((await receive(fromTheFirst)).received).toHaveLength(3);
});

test('a mail that the server has no date for was received when its writer says', async () => {
  const source = `Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n${from('ann')}`;
  const act = (command: string) =>
    /^UID FETCH 1 /.test(command)
      ? [
          `* 1 FETCH (UID 1 INTERNALDATE NIL BODY[]<0> {${source.length}}\r\n${source})`,
          'TAG OK Done',
        ]
      : undefined;
  const { receive } = await meet({ messages: { 1: source }, act });
  const { received } = await receive({
    folders: { INBOX: { uidValidity: '7', uidNext: 1, lastDate: null } },
  });
  expect(received).toMatchObject([{ receivedAt: new Date('2026-11-20T10:00:00Z') }]);
});
