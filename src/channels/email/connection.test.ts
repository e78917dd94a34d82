import { expect, test } from 'vitest';
import type { Account } from '../channel.ts';
import { connectionSchema, provesAbsence, readMailbox, secretsSchema } from './connection.ts';

const server = (host: string) => ({ host, port: 587, tls: 'starttls' });
const account = (
  connection: Record<string, unknown>,
  secrets: Record<string, unknown> = { password: 'x' },
): Account => ({
  id: 'a1',
  emailAddress: 'ann@sender.test',
  providerAccountId: null,
  isPremium: false,
  displayName: null,
  firstName: null,
  lastName: null,
  connection,
  secrets,
});

const copies: [host: string, imap: boolean, copy: string, proves: boolean][] = [
  ['smtp.gmail.com', true, 'server', true],
  ['smtp.office365.com', true, 'server', false],
  ['smtp-mail.outlook.com', true, 'server', false],
  ['mail.sender.test', true, 'append', false],
  ['mail.sender.test', false, 'none', false],
  ['notgmail.com.evil.test', true, 'append', false],
];

test.each(copies)(
  '%s (IMAP %s): sent copies by %s, proves absence %s',
  (host, imap, copy, proves) => {
    const mailbox = readMailbox(
      account({ smtp: server(host), imap: imap ? server(host) : null, username: 'ann' }),
    );
    expect([mailbox.sentCopy, provesAbsence(mailbox)]).toEqual([copy, proves]);
  },
);

test('sent_copy of the settings wins, but not over a host that replaces Message-IDs', () => {
  const mailboxAt = (host: string) =>
    readMailbox(
      account({ smtp: server(host), imap: server(host), username: 'ann', sent_copy: 'server' }),
    );
  expect(provesAbsence(mailboxAt('mail.sender.test'))).toBe(true);
  expect(provesAbsence(mailboxAt('email-smtp.eu-west-1.amazonaws.com'))).toBe(false);
});

test('IMAP uses the password of SMTP unless it has its own', () => {
  const connection = { smtp: server('a.test'), username: 'ann' };
  expect(readMailbox(account(connection)).imapPassword).toBe('x');
  expect(readMailbox(account(connection, { password: 'x', imap_password: 'y' })).imapPassword).toBe(
    'y',
  );
});

test.each([
  {},
  { smtp: server('') },
  { smtp: server('bad host') },
  { smtp: server('a\0.test') },
  { smtp: { ...server('a.test'), port: 0 } },
  { smtp: { ...server('a.test'), port: 65_536 } },
  { smtp: { ...server('a.test'), port: '587' } },
  { smtp: { ...server('a.test'), tls: true } },
  { smtp: server('a.test'), imap: server('a.test') },
  { smtp: server('a.test'), sent_copy: 'maybe' },
  { smtp: server('a.test'), extra: 1 },
  { smtp: { ...server('a.test'), verify: false } },
])('%j is refused', (connection) =>
  expect(connectionSchema.safeParse(connection).success).toBe(false),
);

test('an unknown secret is refused', () =>
  expect(secretsSchema.safeParse({ password: 'x', token: 'y' }).success).toBe(false));
