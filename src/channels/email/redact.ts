import type { Mailbox } from './connection.ts';

type Secrets = Pick<Mailbox, 'username' | 'password' | 'imapPassword'>;

const mask = '[password]';

/**
 * Removes the mailbox's passwords from a server's text, because some servers repeat a refused
 * command: as plain text, or in the encoding of a login (RFC 4616, RFC 9051).
 */
export function redact(text: string, { username, password, imapPassword }: Secrets): string {
  const passwords = [...new Set([password, imapPassword])]
    .filter(Boolean)
    .sort((a, b) => b.length - a.length);
  const plainForms = passwords.flatMap((secret) => [secret.replace(/["\\]/g, '\\$&'), secret]);
  const encodedForms = passwords.flatMap((secret) =>
    [secret, `\0${username}\0${secret}`, `${username}\0${username}\0${secret}`].map(base64),
  );
  // The server may repeat only the beginning.
  const isEncoded = (word: string) =>
    encodedForms.some((form) => form.startsWith(word) || word.includes(form.replace(/=+$/, '')));
  const masked = text.replace(/[A-Za-z0-9+/]{6,}={0,2}/g, (word) =>
    isEncoded(word) ? mask : word,
  );
  return plainForms.reduce((rest, form) => rest.replaceAll(asWord(form), mask), masked);
}

const shortLength = 8;

/** A short password is found only where it stands alone, so that it does not garble other words. */
function asWord(form: string): string | RegExp {
  if (form.length >= shortLength) return form;
  const [before, after] = ['(?<![\\w.:-])', '(?![\\w-]|[.:]\\w)'];
  return new RegExp(`${before}${RegExp.escape(form)}${after}`, 'g');
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Removes the passwords from all texts of an error, so that it can be shown and logged. */
export function redactError<E>(error: E, secrets: Secrets): E {
  if (!(error instanceof Error)) return error;
  for (const name of Object.getOwnPropertyNames(error)) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string') Reflect.set(error, name, redact(value, secrets));
    // The parsed IMAP answer goes, because its text is in `responseText` too.
    else if (name === 'response') Reflect.deleteProperty(error, name);
  }
  return error;
}
