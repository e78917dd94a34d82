import { z } from 'zod';
import { uuid } from '../../domain/text.ts';
import { nilId } from '../../ids.ts';

/** Our id in Inbox's spelling: lower-case letters and digits. */
export function bare(id: string): string {
  return id.replaceAll('-', '');
}

export const idOutput = z.string().regex(/^[0-9a-z]+$/);

/** An id in our spelling, from either one; null when the text is no id. */
export function idOf(text: string): string | null {
  const dashed = /^[0-9a-f]{32}$/i.test(text)
    ? text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    : text;
  return uuid.safeParse(dashed).data ?? null;
}

/** An id in a path. Text that is no id becomes the nil id, so that the answer is 404. */
export const pathId = z.string().transform((text) => idOf(text) ?? nilId);

/** An id in a body or query. */
export const bodyId = z
  .string()
  .refine((text) => idOf(text) !== null, 'This is not an id.')
  .transform((text) => idOf(text) ?? nilId);
