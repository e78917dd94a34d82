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

test.each(['append', 'none'])('an empty Sent tells nothing when copies are %s', async (copies) => {
  expect(await findIn([{ use: sent, holds: false }], copies)).toBe('unknown');
  expect(await findIn([{ use: sent, holds: true }], copies)).toBe('found');
});
