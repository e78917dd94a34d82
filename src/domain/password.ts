import { z } from 'zod';

export const minPasswordLength = 12;
const maxLength = 1024;

/**
 * A password, in one form for all ways to type the same characters (Unicode NFC, as NIST SP 800-63B
 * asks). It is never stored as it is.
 */
export function password(): z.ZodString {
  return z
    .string()
    .min(1, 'Must not be empty.')
    .max(maxLength)
    .overwrite((value) => value.normalize('NFC'));
}

/** Whether somebody may choose it: it is long enough, and of any characters. */
export const isLongEnough = (value: string): boolean => [...value].length >= minPasswordLength;
