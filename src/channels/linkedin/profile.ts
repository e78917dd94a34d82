import { z } from 'zod';
import type { Account, Fault } from '../channel.ts';
import { type Client, nameText } from './client.ts';

/** Somebody as LinkedIn knows them: `connected` null when it was not looked at. */
export type LinkedInPerson = { personKey: string; connected: boolean | null };

const memberId = /^ACo[A-Za-z0-9_-]{5,}$/;
const profile = z.object({
  provider_id: nameText,
  is_relationship: z.boolean().nullish(),
  network_distance: z.string().nullish(),
});

/**
 * The part of a profile's address that names the person; null when it is no profile of a member.
 */
export function slugOf(identity: string): string | null {
  const slug = /^https:\/\/[a-z-]*\.?linkedin\.com\/in\/([^/]+)(?:\/|$)/.exec(identity)?.[1];
  if (!slug) return null;
  try {
    return decodeURIComponent(slug);
  } catch {
    return null;
  }
}

/** A member's address as identities are written. */
export const profileUrl = (slug: string): string =>
  `https://www.linkedin.com/in/${memberId.test(slug) ? slug : encodeURI(slug.toLowerCase())}`;

/**
 * Finds the provider's name of a person. Reads a profile only when the name is not known yet,
 * because such reads are limited.
 * @throws UnipileError, Unanswered
 */
export async function resolvePerson(
  client: Client,
  account: Account,
  who: { to: string; personKey?: string | null | undefined },
): Promise<LinkedInPerson | Fault> {
  if (who.personKey) return { personKey: who.personKey, connected: null };
  const slug = slugOf(who.to);
  if (slug === null)
    return {
      kind: 'unreachable_person',
      code: null,
      detail: 'This is not the address of a member: it should be linkedin.com/in/…',
    };
  if (memberId.test(slug)) return { personKey: slug, connected: null };
  return readLinkedInPerson(client, account, slug);
}

/** Reads a profile. @throws UnipileError, Unanswered */
export async function readLinkedInPerson(
  client: Client,
  account: Account,
  identifier: string,
): Promise<LinkedInPerson> {
  const query = { account_id: account.providerAccountId ?? '' };
  const found = await client.call('GET', `/users/${encodeURIComponent(identifier)}`, {
    answer: profile,
    query,
  });
  return {
    personKey: found.provider_id,
    connected: found.is_relationship === true || found.network_distance === 'FIRST_DEGREE',
  };
}
