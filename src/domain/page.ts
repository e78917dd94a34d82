import { z } from 'zod';
import { AppError } from '../errors.ts';

/**
 * How far pages go by number, and how far a search counts, in rows. Up to here the largest table
 * answers as fast as a small one.
 */
export const maxPageDepth = 50_000;

/**
 * Rows before a page; null when the page lies behind the last row. `total` may stop counting at
 * `deepest`.
 * @throws request.invalid for a page of a large table beyond `deepest`
 */
export function offsetOf(
  { page, limit }: { page: number; limit: number },
  total: number,
): number | null {
  const offset = (page - 1) * limit;
  if (offset >= total && total < maxPageDepth) return null;
  if (offset <= maxPageDepth) return offset;
  const message =
    `Pages by number go ${maxPageDepth} rows deep: ` +
    'go on by cursor where there is one, or narrow the filter.';
  throw new AppError('request.invalid', message, {
    errors: [{ pointer: '/page', code: 'too_deep', message }],
  });
}

/** The warning about a page that its bytes end before its limit. */
export const pageEnds = (rows: number): string =>
  `The page ends after ${rows} rows, because more would have over 8 MB. ` +
  'Go on by cursor, or with a smaller limit.';

/** The size of a page as callers send it: 1 to `max`; a number outside is clamped, as in Puffle. */
export function pageLimit(max: number, usual: number) {
  return z
    .int()
    .default(usual)
    .transform((limit) => Math.min(Math.max(limit, 1), max))
    .meta({ minimum: 1, maximum: max })
    .describe(`Page size, 1 to ${max} (clamped).`);
}
