import { expect, test } from 'vitest';
import { openEmail, startImap } from '../../../test/fixtures/scripted-email.ts';

const from = (name: string) => {
  const header = [`From: ${name}@people.test`, 'Subject: Re: Hello'];
  return [...header, `Message-ID: <${name}@people.test>`, '', 'Yes, gladly.', ''].join('\r\n');
};
const messages = { 1: from('ann'), 2: from('bob'), 3: from('cyd') };
const fromTheFirst = {
  folders: { INBOX: { uidValidity: '7', uidNext: 1, lastDate: '2026-11-19T10:00:00.000Z' } },
};

async function meet(script: Parameters<typeof startImap>[0]) {
  const { port } = await startImap(script);
  const { channel, account } = openEmail({ smtp: port, imap: port });
  /** As the engine does it, with a cursor that was stored in the database. */
  const receive = async (cursor: unknown) => {
    const { received, cursor: next } = await channel.receive(account, cursor);
    return { received, cursor: JSON.parse(JSON.stringify(next)) as unknown };
  };
  return { receive };
}

/** The ENVELOPE of RFC 3501: date, subject, from, four lists, In-Reply-To, Message-ID. */
const envelope = (name: string) => {
  const head = '"Fri, 20 Nov 2026 10:00:00 +0000" "Re: Gr=?utf-8?Q?=C3=BC?=n"';
  const author = `((NIL NIL "${name}" "people.test")) NIL NIL NIL NIL NIL`;
  return `ENVELOPE (${head} ${author} "<m1@sender.test>" "<${name}@people.test>")`;
};

test.each([
  ['is refused', ['TAG NO [SERVERBUG] UID FETCH Server error while fetching messages']],
  ['is left out', ['TAG OK Done']],
])(
  'a message whose text %s is read by its envelope, and all others are read too',
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
    expect(received.map(({ from: author }) => author).sort()).toEqual([
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

test('a message that is gone before it is fetched is left out', async () => {
  const act = (command: string) => (/^UID FETCH 2 /.test(command) ? ['TAG OK Done'] : undefined);
  const { receive } = await meet({ messages: { 2: from('bob') }, act });
  expect((await receive(fromTheFirst)).received).toEqual([]);
});

test('receiving throws when the server refuses everything, so no message is lost', async () => {
  const act = (command: string) =>
    command.startsWith('UID FETCH') ? ['TAG NO [UNAVAILABLE] Later'] : undefined;
  const { receive } = await meet({ messages, act });
  await expect(receive(fromTheFirst)).rejects.toThrow();
});

test.each(['" 0-Jan-0000 00:00:00 +0000"', '""', 'NIL'])(
  'a message with the date %s is read, and the messages after it',
  async (date) => {
    const act = (command: string) =>
      /^UID FETCH 1,2,3 /.test(command)
        ? [1, 2, 3]
            .map((uid) => {
              const source = messages[uid as 1 | 2 | 3];
              const internalDate = uid === 2 ? date : '"20-Nov-2026 10:00:00 +0000"';
              const body = `BODY[]<0> {${source.length}}\r\n${source}`;
              return `* ${uid} FETCH (UID ${uid} INTERNALDATE ${internalDate} ${body})`;
            })
            .concat('TAG OK Done')
        : undefined;
    const { receive } = await meet({ messages, act });
    const { received, cursor } = await receive(fromTheFirst);
    expect(received.map(({ from: author }) => author)).toEqual([
      'ann@people.test',
      'bob@people.test',
      'cyd@people.test',
    ]);
    expect(received[1]?.receivedAt).toEqual(new Date('2026-11-20T10:00:00Z'));
    expect((await receive(cursor)).received).toEqual([]);
  },
);

test('a server that does not tell UIDNEXT (RFC 3501 6.3.1) is read', async () => {
  const act = (command: string) =>
    command.startsWith('EXAMINE')
      ? ['* 0 EXISTS', '* OK [UIDVALIDITY 7] x', '* FLAGS ()', 'TAG OK [READ-ONLY] Done']
      : undefined;
  const { receive } = await meet({ act });
  const { cursor } = await receive(null);
  expect(await receive(cursor)).toEqual({ received: [], cursor });
});

test.each(['" 0-Jan-0000 00:00:00 +0000"', 'NIL'])(
  'receiving starts in a mailbox whose newest message has the date %s',
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

test('a Junk folder that cannot be opened is left out', async () => {
  const act = (command: string) => {
    if (command.startsWith('LIST'))
      return ['* LIST () "/" INBOX', '* LIST (\\Noselect \\Junk) "/" Junk', 'TAG OK Done'];
    return /^EXAMINE "?Junk/.test(command) ? ['TAG NO No such mailbox'] : undefined;
  };
  const { receive } = await meet({ messages, act });
  expect((await receive(fromTheFirst)).received).toHaveLength(3);
});

test('a mail without a date of the server gets that of its Date header', async () => {
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
