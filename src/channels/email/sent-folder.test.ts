import { expect, test } from 'vitest';
import { outgoingMail } from '../../../test/fixtures/mails.ts';
import { openEmail, startImap } from '../../../test/fixtures/scripted-email.ts';
import { sought } from '../channel.suite.ts';

type Folder = { use: string; holds: boolean | 'unsearchable' };

/** The answer of a mailbox with these folders besides its inbox. */
async function findIn(folders: Folder[], sentCopy: string) {
  let open = '';
  const lines = folders.map(({ use }) => `* LIST (${use}) "/" "${use.slice(1)}"`);
  const act = (command: string) => {
    if (command === 'CAPABILITY') return ['* CAPABILITY IMAP4rev1 SPECIAL-USE', 'TAG OK Done'];
    if (command === 'LIST "" ""') return ['* LIST (\\Noselect) "/" ""', 'TAG OK Done'];
    if (command.startsWith('LIST')) return ['* LIST () "/" INBOX', ...lines, 'TAG OK Done'];
    open = /^(?:SELECT|EXAMINE) "?(\w+)/.exec(command)?.[1] ?? open;
    const folder = folders.find(({ use }) => use.slice(1) === open);
    if (!folder || !command.startsWith('UID SEARCH')) return undefined;
    if (folder.holds === 'unsearchable') return ['TAG NO Not now'];
    return [`* SEARCH${folder.holds ? ' 1' : ''}`, 'TAG OK Done'];
  };
  const imap = await startImap({ act });
  const { channel, account } = openEmail({ smtp: 1, imap: imap.port });
  const asked = {
    ...account,
    connection: { ...(account.connection as object), sent_copy: sentCopy },
  };
  return channel.find(asked, sought('m1@sender.test', outgoingMail()));
}

const [sent, all] = ['\\Sent', '\\All'];

test.each([
  ['neither Sent nor All', [], 'unknown'],
  ['an empty Sent', [{ use: sent, holds: false }], 'absent'],
  ['the mail in Sent', [{ use: sent, holds: true }], 'found'],
  ['an All without the mail', [{ use: all, holds: false }], 'absent'],
  [
    'an empty Sent, and the mail in All',
    [
      { use: sent, holds: false },
      { use: all, holds: true },
    ],
    'found',
  ],
  ['a Sent that cannot be searched', [{ use: sent, holds: 'unsearchable' }], 'unknown'],
  [
    'a Sent that cannot be searched, and an All without the mail',
    [
      { use: sent, holds: 'unsearchable' },
      { use: all, holds: false },
    ],
    'unknown',
  ],
  [
    'an empty Sent, and an All that cannot be searched',
    [
      { use: sent, holds: false },
      { use: all, holds: 'unsearchable' },
    ],
    'unknown',
  ],
] as [string, Folder[], string][])(
  'a mailbox that files by itself and has %s',
  async (_has, folders, answer) => {
    expect(await findIn(folders, 'server')).toBe(answer);
  },
);

test('a mail that the search does not find is found among the newest', async () => {
  const act = (command: string) => {
    if (command === 'CAPABILITY') return ['* CAPABILITY IMAP4rev1 SPECIAL-USE', 'TAG OK Done'];
    if (command.startsWith('LIST'))
      return ['* LIST () "/" INBOX', '* LIST (\\Sent) "/" "Sent"', 'TAG OK Done'];
    if (command.startsWith('UID SEARCH')) return ['* SEARCH', 'TAG OK Done'];
    if (!command.startsWith('FETCH')) return undefined;
    const nothing = Array(8).fill('NIL').join(' ');
    const envelope = `ENVELOPE ("x" ${nothing} "<m1@sender.test>")`;
    return [`* 1 FETCH (UID 1 INTERNALDATE "20-Nov-2026 10:00:00 +0000" ${envelope})`, 'TAG OK x'];
  };
  const imap = await startImap({ act, messages: { 1: 'Subject: x\r\n\r\n' } });
  const { channel, account } = openEmail({ smtp: 1, imap: imap.port });
  const connection = { ...(account.connection as object), sent_copy: 'server' };
  const find = (key: string) =>
    channel.find({ ...account, connection }, sought(key, outgoingMail({ key })));
  expect(await find('m1@sender.test')).toBe('found');
  expect(await find('m2@sender.test')).toBe('absent');
});

const reserved = '20-Nov-2026 10:00:00 +0000';
test.each([
  [200, reserved, '1:*', 'absent'],
  [201, reserved, '2:*', 'unknown'],
  [201, '19-Nov-2026 10:00:00 +0000', '2:*', 'unknown'],
  [201, '19-Nov-2026 09:59:59 +0000', '2:*', 'absent'],
  [201, null, '2:*', 'unknown'],
])('of %i mails the newest 200 tell, if they reach back to a day before: %s', async (...given) => {
  const [count, at, range, answer] = given;
  let asked = '';
  const act = (command: string) => {
    if (command === 'CAPABILITY') return ['* CAPABILITY IMAP4rev1 SPECIAL-USE', 'TAG OK Done'];
    if (command.startsWith('LIST'))
      return ['* LIST () "/" INBOX', '* LIST (\\Sent) "/" "Sent"', 'TAG OK Done'];
    if (command.startsWith('UID SEARCH')) return ['* SEARCH', 'TAG OK Done'];
    if (!command.startsWith('FETCH')) return undefined;
    asked = command.split(' ')[1]!;
    const date = at === null ? '' : `INTERNALDATE "${at}" `;
    const envelope = `ENVELOPE ("x" ${Array(8).fill('NIL').join(' ')} "<other@sender.test>")`;
    return [`* ${count} FETCH (UID ${count} ${date}${envelope})`, 'TAG OK Done'];
  };
  const messages = Object.fromEntries(Array.from({ length: count }, (_, i) => [i + 1, '']));
  const imap = await startImap({ act, messages });
  const { channel, account } = openEmail({ smtp: 1, imap: imap.port });
  const connection = { ...(account.connection as object), sent_copy: 'server' };
  const date = new Date('2026-11-20T10:00:00Z');
  const touch = sought('m1@sender.test', outgoingMail({ date }));
  expect(await channel.find({ ...account, connection }, touch)).toBe(answer);
  expect(asked).toBe(range);
});

test.each(['append', 'none'])('an empty Sent tells nothing when copies are %s', async (copies) => {
  expect(await findIn([{ use: sent, holds: false }], copies)).toBe('unknown');
  expect(await findIn([{ use: sent, holds: true }], copies)).toBe('found');
});
