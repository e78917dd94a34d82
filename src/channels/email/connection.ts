import { z } from 'zod';
import { text } from '../../domain/text.ts';
import type { Account } from '../channel.ts';

const host = text({ min: 1, max: 253 }).regex(
  /^[a-z0-9]([a-z0-9._:-]*[a-z0-9])?$/i,
  'Must be a host name or an IP address.',
);
const port = z.int().min(1).max(65535);

/** `starttls` refuses to go on without it; `none` is for relays on this host or network. */
const tls = z.enum(['none', 'starttls', 'tls']);
const server = z.strictObject({ host, port, tls });

/**
 * How to reach a mailbox. `imap` null: nothing is received or looked up. `username` null: a relay
 * without login. `sent_copy` says how a copy comes into Sent: the `server` files it (only then can
 * "not there" mean "not sent"), we do (`append`), or nobody does; null takes the known habit of the
 * host.
 */
export const connectionSchema = z
  .strictObject({
    smtp: server,
    imap: server.nullable().default(null),
    username: text({ min: 1, max: 320 }).nullable().default(null),
    sent_copy: z.enum(['server', 'append', 'none']).nullable().default(null),
  })
  .refine(({ imap, username }) => !imap || username, {
    path: ['username'],
    message: 'IMAP needs a user name.',
  });

/** `imap_password` where it is not the one of SMTP. */
export const secretsSchema = z.strictObject({
  password: text({ max: 1000 }).nullable().default(null),
  imap_password: text({ max: 1000 }).nullable().default(null),
});

export type Server = z.output<typeof server>;
export type SentCopy = 'server' | 'append' | 'none';

/** An account's settings, checked and with every default filled in. */
export type Mailbox = {
  smtp: Server;
  imap: Server | null;
  username: string | null;
  sentCopy: SentCopy;
  password: string;
  imapPassword: string;
  /** Equal for equal settings: a changed password must not meet a kept connection. */
  fingerprint: string;
};

const filing = /(^|\.)(gmail|google|googlemail|outlook|office365|hotmail|live)\.com$/i;
const renaming = /(^|\.)(outlook|office365|hotmail|live|amazonaws|awsapps)\.com$/i;

/**
 * The connection and secrets of an account, parsed. @throws when they do not match their schemas
 */
export function readMailbox(account: Account): Mailbox {
  const connection = connectionSchema.parse(account.connection);
  const secrets = secretsSchema.parse(account.secrets);
  const byHost = filing.test(connection.smtp.host) ? 'server' : connection.imap ? 'append' : 'none';
  return {
    smtp: connection.smtp,
    imap: connection.imap,
    username: connection.username,
    sentCopy: connection.sent_copy ?? byHost,
    password: secrets.password ?? '',
    imapPassword: secrets.imap_password ?? secrets.password ?? '',
    fingerprint: fingerprint(account),
  };
}

export const fingerprint = ({ connection, secrets }: Account): string =>
  JSON.stringify([connection, secrets]);

/**
 * Whether a message that is not in Sent has surely not gone out. Servers that replace the
 * Message-ID (Microsoft 365, Amazon SES) never show the one we ask for.
 */
export function provesAbsence(mailbox: Mailbox): boolean {
  return mailbox.sentCopy === 'server' && !renaming.test(mailbox.smtp.host);
}
