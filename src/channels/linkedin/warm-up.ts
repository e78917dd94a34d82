import { dayMs } from '../../domain/time.ts';
import type { Fault, SendResult } from '../channel.ts';
import { faultOfReading } from './fault.ts';
import { faultOfSeat } from './seat.ts';
import type { TouchUnderWay } from './touch.ts';
import type { Unipile } from './unipile.ts';

/** Older posts are not liked, because nobody looks at them any more. */
const longestAgeMs = 60 * dayMs;

/** `skipped`: there was nothing to do, for this reason. */
type Done = { response: string; skipped?: string };
type WarmUp = (client: Unipile, touch: TouchUnderWay) => Promise<Done>;

/** Touches without words, each by the calls of the versions of Unipile that document one. */
const warmUps: Record<string, WarmUp> = {
  async profile_visit(client, { account, personKey }) {
    await client.visit(account.providerAccountId ?? '', personKey);
    return { response: 'the profile was visited' };
  },
  async follow(client, { account, personKey }) {
    if (!client.follow) return notSupported(client);
    await client.follow(account.providerAccountId ?? '', personKey);
    return { response: 'the person is followed' };
  },
  async like(client, { account, personKey, message }) {
    if (!client.posts) return notSupported(client);
    const accountId = account.providerAccountId ?? '';
    const since = message.date.getTime() - longestAgeMs;
    const posts = await client.posts.list(accountId, personKey);
    const latest = posts.find(({ at, isRepost }) => !isRepost && at !== null && at >= since);
    if (!latest) return { skipped: 'no_post', response: 'the person has no post of late' };
    await client.posts.like(accountId, latest.id);
    return { response: `the post ${latest.id} is liked` };
  },
};

const notSupported = ({ version }: Unipile): Done => ({
  skipped: 'not_supported',
  response: `${version.toUpperCase()} of Unipile documents no call for it`,
});

/** True for a touch without words: done twice, it looks the same. */
export const isWarmUp = (touch: string): boolean => Object.hasOwn(warmUps, touch);

/** Does a touch without words. A lost answer is no doubt, because it may be done again. */
export async function warmUp(client: Unipile, touch: TouchUnderWay): Promise<SendResult> {
  const { account, personKey, message } = touch;
  try {
    const done = await warmUps[message.touch]!(client, touch);
    return { ok: true, personKey, ...done };
  } catch (error) {
    const fault: Fault = (await faultOfSeat(client, account, error)) ?? faultOfReading(error);
    const { kind, detail: reason } = fault;
    if (kind !== 'rate_limited') return { ok: false, fault, personKey };
    const rest = { of: message.touch, ms: fault.retryAfterMs ?? dayMs, reason };
    return { ok: false, fault: { ...fault, rest }, personKey };
  }
}
