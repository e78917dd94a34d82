import { z } from 'zod';
import { normaliseEmail } from './identity.ts';

/** Whether PostgreSQL can keep it in text and jsonb: no NUL, no lone surrogates. */
export function isStorable(value: string): boolean {
  return !value.includes('\u0000') && value.isWellFormed();
}

/** What can be kept of a text that others wrote: without NUL and lone surrogates. */
export function storable(value: string): string {
  return value.replaceAll('\u0000', '').toWellFormed();
}

/** JSON that PostgreSQL can keep of what others wrote: a text that was cut may end in half a character, which jsonb refuses for good. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_name, item: unknown) =>
    typeof item === 'string' ? storable(item) : item,
  );
}

/** Whether any string inside a JSON value, keys included, could not be stored; depth is bounded by the caller's parser. */
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

/** One line of text that may become part of a mail header. */
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

/** An email address, given back normalised: trimmed, lower-cased, its domain in ASCII. */
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

/** An IANA time zone in its usual spelling, or null: fixed offsets such as +02:00 are not zones. */
export function normaliseTimeZone(name: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return null;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId;
  } catch {
    return null;
  }
}

/** An IANA time zone, given back in its usual spelling. */
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

/** RFC 9562 versions 1 to 8, nil and all-ones; given back in lower case. */
export const uuid = z.uuid().toLowerCase();
