import { z } from 'zod';
import { text } from '../../domain/text.ts';
import type { Account } from '../channel.ts';

const host = text({ min: 1, max: 253 }).regex(
  /^[a-z0-9]([a-z0-9._:-]*[a-z0-9])?$/i,
  'Must be a host name or an IP address.',
);
const port = z.int().min(1).max(65535);

/** `starttls` gives up when the server does not offer it; `none` is for relays on this network. */
const tls = z.enum(['none', 'starttls', 'tls']);
const server = z.strictObject({ host, port, tls });

/**
 * How to reach a mailbox. `imap` null: nothing is received or looked up. `username` null: a relay
 * without login. `sent_copy` tells how a copy of a sent mail gets into the Sent folder: the server
 * files it (`server`; only then can "not in Sent" mean "not sent"), we file it (`append`), or there
 * is no copy (`none`). Null means: as this host is known to do.
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

/** `imap_password` when IMAP has another password than SMTP. */
export const secretsSchema = z.strictObject({
  password: text({ max: 1000 }).nullable().default(null),
  imap_password: text({ max: 1000 }).nullable().default(null),
});

export type Server = z.output<typeof server>;
export type SentCopy = 'server' | 'append' | 'none';

/** An account's settings, parsed, with every default filled in. */
export type Mailbox = {
  smtp: Server;
  imap: Server | null;
  username: string | null;
  sentCopy: SentCopy;
  password: string;
  imapPassword: string;
  /** Equal for equal settings: a changed password must not use a connection that was kept. */
  fingerprint: string;
};

/** Hosts that file a copy of a sent mail in Sent by themselves. */
const filingHosts = /(^|\.)(gmail|google|googlemail|outlook|office365|hotmail|live)\.com$/i;
/** Hosts that replace the Message-ID of a sent mail (Microsoft 365, Amazon SES). */
const renamingHosts = /(^|\.)(outlook|office365|hotmail|live|amazonaws|awsapps)\.com$/i;

/** Parses an account's connection and secrets. @throws ZodError when they do not match */
export function readMailbox(account: Account): Mailbox {
  const connection = connectionSchema.parse(account.connection);
  const secrets = secretsSchema.parse(account.secrets);
  return {
    smtp: connection.smtp,
    imap: connection.imap,
    username: connection.username,
    sentCopy: connection.sent_copy ?? defaultSentCopy(connection),
    password: secrets.password ?? '',
    imapPassword: secrets.imap_password ?? secrets.password ?? '',
    fingerprint: fingerprint(account),
  };
}

function defaultSentCopy({ smtp, imap }: z.output<typeof connectionSchema>): SentCopy {
  if (filingHosts.test(smtp.host)) return 'server';
  return imap ? 'append' : 'none';
}

export const fingerprint = ({ connection, secrets }: Account): string =>
  JSON.stringify([connection, secrets]);

/**
 * Whether a message that is not in Sent has certainly not gone out. Never with hosts that replace
 * the Message-ID, because there we cannot find a sent message by ours.
 */
export function provesAbsence(mailbox: Mailbox): boolean {
  return mailbox.sentCopy === 'server' && !renamingHosts.test(mailbox.smtp.host);
}
