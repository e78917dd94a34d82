import { createHmac, timingSafeEqual } from 'node:crypto';
import { minuteMs } from '../../../domain/time.ts';

/** The header of a webhook of version 2: `t=<seconds>,v0=<hex>`. */
export const signatureHeader = 'unipile-signature';
/** A signature counts for so long, so that a webhook that somebody overheard is of no use later. */
const validMs = 5 * minuteMs;

export type Signature = { seconds: string; hash: string };

/** The signature in a header; null when there is none, or its time is over. */
export function readSignature(header: unknown, now: Date): Signature | null {
  const text = typeof header === 'string' ? header : '';
  const { seconds, hash } =
    /^t=(?<seconds>\d{1,12}),v0=(?<hash>[0-9a-f]{64})$/.exec(text)?.groups ?? {};
  if (!seconds || !hash) return null;
  return Math.abs(now.getTime() - Number(seconds) * 1000) <= validMs ? { seconds, hash } : null;
}

/** True for a body signed by one of these keys: HMAC-SHA256 of the seconds, a dot, the body. */
export function isSignedBy(
  keys: readonly string[],
  { seconds, hash }: Signature,
  body: string,
): boolean {
  const given = Buffer.from(hash, 'hex');
  return keys.some((key) =>
    timingSafeEqual(createHmac('sha256', key).update(`${seconds}.${body}`).digest(), given),
  );
}
