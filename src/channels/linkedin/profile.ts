import { z } from 'zod';
import type { Account, Fault } from '../channel.ts';
import { type Client, nameText } from './client.ts';

/** A person on LinkedIn. `connected` is null when the profile was not read. */
export type LinkedInPerson = { personKey: string; connected: boolean | null };
/** What a profile says of a person and this account. */
export type Standing = LinkedInPerson & {
  connected: boolean;
  /** The state of the account's invitation to the person: PENDING, IGNORED or WITHDRAWN. */
  invitation: string | null;
  /** InMails to the person cost no credit. */
  isOpen: boolean;
  slug: string | null;
};

/** Ids of the usual LinkedIn; in Sales Navigator and Recruiter people have others (ACw…, AE…). */
const memberId = /^ACo[A-Za-z0-9_-]{5,}$/;
const profile = z.object({
  provider_id: nameText,
  is_relationship: z.boolean().nullish(),
  network_distance: z.string().nullish(),
  public_identifier: z.string().nullish().catch(null),
  is_open_profile: z.boolean().nullish().catch(null),
  invitation: z.object({ type: z.string(), status: z.string() }).nullish().catch(null),
});

/** The part of a profile's URL that names the person; null when the URL is no profile. */
export function slugOf(identity: string): string | null {
  const slug = /^https:\/\/[a-z-]*\.?linkedin\.com\/in\/([^/]+)(?:\/|$)/.exec(identity)?.[1];
  if (!slug) return null;
  try {
    return decodeURIComponent(slug);
  } catch {
    return null;
  }
}

/** The profile's URL, in the form of an identity. */
export const profileUrl = (slug: string): string =>
  `https://www.linkedin.com/in/${memberId.test(slug) ? slug : encodeURI(slug.toLowerCase())}`;

/** Whether people are known by such an id wherever we store one. */
export const isMemberId = (id: string): boolean => memberId.test(id);

/**
 * Finds the provider identity of a person, or the fault that there is none. Reads the profile only
 * when the identity is not known yet, because LinkedIn limits such reads.
 * @throws UnipileError, Unanswered
 */
export async function resolvePerson(
  client: Client,
  account: Account,
  person: { to: string; personKey?: string | null | undefined },
): Promise<LinkedInPerson | Fault> {
  if (person.personKey) return { personKey: person.personKey, connected: null };
  const slug = slugOf(person.to);
  if (slug === null)
    return {
      kind: 'unreachable_person',
      code: null,
      detail: 'This is not the address of a member: it should be linkedin.com/in/…',
    };
  if (memberId.test(slug)) return { personKey: slug, connected: null };
  return readLinkedInPerson(client, account, slug);
}

/**
 * Reads a profile; `visit`: openly, so that LinkedIn tells the person.
 * @throws UnipileError, Unanswered
 */
export async function readLinkedInPerson(
  client: Client,
  account: Account,
  identifier: string,
  { visit = false }: { visit?: boolean } = {},
): Promise<Standing> {
  const query = {
    account_id: account.providerAccountId ?? '',
    ...(visit ? { notify: 'true' } : {}),
  };
  const found = await client.call('GET', `/users/${encodeURIComponent(identifier)}`, {
    answer: profile,
    query,
  });
  const { invitation } = found;
  return {
    personKey: found.provider_id,
    connected: found.is_relationship === true || found.network_distance === 'FIRST_DEGREE',
    invitation: invitation?.type === 'SENT' ? invitation.status : null,
    isOpen: found.is_open_profile === true,
    slug: found.public_identifier ?? null,
  };
}
