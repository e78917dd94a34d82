import type { Mailbox } from './connection.ts';

type Secrets = Pick<Mailbox, 'username' | 'password' | 'imapPassword'>;

const shown = '[password]';

/**
 * A server's words without the mailbox's password: some servers repeat a refused command, plain or
 * as a login encodes it (RFC 4616, RFC 9051).
 */
export function redact(text: string, { username, password, imapPassword }: Secrets): string {
  const passwords = [...new Set([password, imapPassword])]
    .filter(Boolean)
    .sort((a, b) => b.length - a.length);
  const said = passwords.flatMap((secret) => [secret.replace(/["\\]/g, '\\$&'), secret]);
  const coded = passwords.flatMap((secret) =>
    [secret, `\0${username}\0${secret}`, `${username}\0${username}\0${secret}`].map(base64),
  );
  // The repetition may be cut off.
  const isCoded = (word: string) =>
    coded.some((form) => form.startsWith(word) || word.includes(form.replace(/=+$/, '')));
  const decoded = text.replace(/[A-Za-z0-9+/]{6,}={0,2}/g, (word) =>
    isCoded(word) ? shown : word,
  );
  return said.reduce((words, secret) => words.replaceAll(secret, shown), decoded);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * The same error with the password removed from all its texts, so that it may be shown and logged.
 */
export function redactError<E>(error: E, secrets: Secrets): E {
  if (!(error instanceof Error)) return error;
  for (const name of Object.getOwnPropertyNames(error)) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string') Reflect.set(error, name, redact(value, secrets));
    // An IMAP answer as it was parsed: its words are in `responseText`.
    else if (name === 'response') Reflect.deleteProperty(error, name);
  }
  return error;
}
