import { z } from 'zod';
import { normaliseEmail } from './identity.ts';

/** Whether PostgreSQL can store the value as text and jsonb: no NUL, no lone surrogates. */
export function isStorable(value: string): boolean {
  return !value.includes('\u0000') && value.isWellFormed();
}

/** The value without NUL, and with U+FFFD for lone surrogates, so that PostgreSQL can store it. */
export function storable(value: string): string {
  return value.replaceAll('\u0000', '').toWellFormed();
}

/**
 * The text as one line of a header: line ends and other control characters are one blank, with the
 * blanks around them (RFC 5322 2.2 allows none of them in a field body).
 */
export function oneLine(value: string): string {
  return value.replace(/[\s\p{Cc}]*[\p{Cc}\u2028\u2029][\s\p{Cc}]*/gu, ' ').trim();
}

/**
 * JSON of a value that others wrote, with every string made storable. A text that was cut may end
 * in half a character, which jsonb refuses at every try.
 */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_name, item: unknown) =>
    typeof item === 'string' ? storable(item) : item,
  );
}

/**
 * Whether every string inside a JSON value, keys included, can be stored. Recursive: the caller's
 * parser bounds the depth.
 */
export function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorableJson(item));
}

/** Text that can be stored; `min` and `max` count UTF-16 units. */
export function text({ min = 0, max = 100_000 }: { min?: number; max?: number } = {}): z.ZodString {
  return z
    .string()
    .min(min, min === 1 ? 'Must not be empty.' : undefined)
    .max(max)
    .refine((value) => !value.includes('\u0000'), 'Must not contain a NUL character (U+0000).')
    .refine(
      (value) => value.isWellFormed(),
      'Must be well-formed Unicode: it contains a lone surrogate.',
    );
}

/** One line of text, safe as part of a mail header. 998 characters are RFC 5322's longest line. */
export function headerText({
  min = 0,
  max = 998,
}: {
  min?: number;
  max?: number;
} = {}): z.ZodString {
  return text({ min, max }).refine(
    (value) => !/[\r\n]/.test(value),
    'Must be one line: no CR or LF.',
  );
}

/** An email address, normalised: trimmed, lower-cased, its domain in ASCII. */
export function emailAddress(): z.ZodString {
  return z
    .string()
    .max(500)
    .refine(
      (value) => normaliseEmail(value) !== null,
      'Must be an email address such as jane@example.com.',
    )
    .overwrite((value) => normaliseEmail(value) ?? value);
}

/** An IANA time zone in its usual spelling; null for other names and for offsets such as +02:00. */
export function normaliseTimeZone(name: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return null;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId;
  } catch {
    return null;
  }
}

/** An IANA time zone, normalised to its usual spelling. */
export function timeZone(): z.ZodString {
  return z
    .string()
    .max(64)
    .refine(
      (value) => normaliseTimeZone(value) !== null,
      'Must be an IANA time zone such as Europe/Berlin.',
    )
    .overwrite((value) => normaliseTimeZone(value) ?? value);
}

/** RFC 9562 versions 1 to 8, nil and all-ones; normalised to lower case. */
export const uuid = z.uuid().toLowerCase();
