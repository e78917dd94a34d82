import type { WordedRefusal } from '../client.ts';

/**
 * The words of version 1 for the error types of version 2 ("Error responses" in its reference),
 * where those say as much.
 */
const typesOfV1: Record<string, string> = {
  'api/missing_authorization': 'missing_credentials',
  'api/expired_authorization': 'missing_credentials',
  'api/invalid_auth_format': 'missing_credentials',
  'api/insufficient_permissions': 'missing_credentials',
  'api/inactive_subscription': 'inactive_subscription',
  'api/account_restricted': 'account_locked',
  'provider/invalid_authorization': 'disconnected_account',
  'provider/invalid_credentials': 'invalid_credentials',
  'provider/account_mismatch': 'account_mismatch',
  'provider/unknown_authentication_context': 'unknown_authentication_context',
  'provider/insufficient_permissions': 'insufficient_permissions',
  'api/resource_not_found': 'resource_not_found',
  'provider/resource_not_found': 'resource_not_found',
  'api/too_many_requests': 'too_many_requests',
  'provider/too_many_requests': 'too_many_requests',
};

type Words = readonly (readonly [RegExp, string])[];

/**
 * Version 2 says only that LinkedIn refused, so the detail is searched. Which words LinkedIn uses
 * is not documented: the last row of each list is the refusal that is looked into before anything
 * follows from it.
 */
const invitationWords: Words = [
  [/already (connected|a connection|in (your|the) (network|relations))/i, 'already_connected'],
  [/already (been )?(invited|sent|pending)/i, 'already_invited_recently'],
  [/limit/i, 'limit_exceeded'],
  [/character|too long/i, 'too_many_characters'],
  [/./s, 'cannot_resend_yet'],
];
const inmailWords: Words = [
  [/credit/i, 'insufficient_credits'],
  [/already (connected|a connection)|first.degree/i, 'not_allowed_inmail'],
  [/./s, 'user_unreachable'],
];
const messageWords: Words = [[/./s, 'invalid_recipient']];

const wordsByPath: readonly (readonly [RegExp, Words])[] = [
  [/\/users\/me\/relation-requests$/, invitationWords],
  [/\/inboxes\/[^/]+\/chats\/send$/, messageWords],
  [/\/chats\/[^/]+\/messages\/send$/, messageWords],
];

/** Refusals of LinkedIn that do not say more. */
const isVague = ({ type }: WordedRefusal): boolean =>
  /^provider\/(unprocessable_entity|conflict|method_not_allowed)$/.test(type);

/** The word of version 1 for a refusal; the bare word of version 2 where that has none. */
export function typeOf(refusal: WordedRefusal): string {
  if (Object.hasOwn(typesOfV1, refusal.type)) return typesOfV1[refusal.type]!;
  const bare = refusal.type.replace(/^(api|provider)\//, '');
  if (refusal.method !== 'POST' || !isVague(refusal)) return bare;
  const words = wordsByPath.find(([path]) => path.test(refusal.path))?.[1] ?? [];
  return wordIn(words, refusal.detail) ?? bare;
}

/** The word for a refused InMail. */
export const inmailTypeOf = (detail: string): string => wordIn(inmailWords, detail)!;

const wordIn = (words: Words, detail: string): string | null =>
  words.find(([pattern]) => pattern.test(detail))?.[1] ?? null;
