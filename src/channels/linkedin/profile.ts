import { normaliseLinkedInUrl } from '../../domain/identity.ts';
import type { Account, Fault } from '../channel.ts';
import { UnipileError } from './client.ts';
import { faultOf } from './fault.ts';
import type { Unipile } from './unipile.ts';

/** A person on LinkedIn. `connected` is null when the profile was not read. */
export type LinkedInPerson = { personKey: string; connected: boolean | null };
/** The facts that a profile tells of a person and this account. */
export type Standing = LinkedInPerson & {
  connected: boolean;
  /**
   * The state of the account's invitation to the person: PENDING, IGNORED or WITHDRAWN; RECEIVED
   * when the person has invited the account.
   */
  invitation: string | null;
  /** InMails to the person cost no credit. */
  isOpen: boolean;
  slug: string | null;
};

/** Ids of the usual LinkedIn, by which people are written to. */
const memberId = /^ACo[A-Za-z0-9_-]{5,}$/;
/** Ids that people have in other products of LinkedIn, and the name of the product at Unipile. */
const productIds = [
  { id: /^ACw[A-Za-z0-9_-]{5,}$/, product: 'sales_navigator' },
  { id: /^AE[A-Za-z0-9_-]{5,}$/, product: 'recruiter' },
];
const productOf = (identifier: string): string | null =>
  productIds.find(({ id }) => id.test(identifier))?.product ?? null;
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
export function profileUrl(slug: string): string {
  const url = `https://www.linkedin.com/in/${isId(slug) ? slug : encodeURIComponent(slug)}`;
  return normaliseLinkedInUrl(url) ?? url;
}

const isId = (text: string): boolean => memberId.test(text) || productOf(text) !== null;

/** True for an id in the form under which people are stored. */
export const isMemberId = (id: string): boolean => memberId.test(id);

/**
 * Finds the provider identity of a person, or the fault that there is none. Reads the profile only
 * when the identity is not known yet, because LinkedIn limits such reads.
 * @throws UnipileError, NoAnswerError
 */
export async function resolvePerson(
  client: Unipile,
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
  return productOf(slug) === null
    ? client.readProfile(account.providerAccountId ?? '', slug)
    : readProductPerson(client, account, slug);
}

const productAddress: Fault = {
  kind: 'unreachable_person',
  code: null,
  detail:
    'This is an address in Sales Navigator or Recruiter, which this account cannot read: give ' +
    'the address linkedin.com/in/…',
};

/**
 * The person with an id of another product: its own profile tells the usual name, and the usual
 * profile the id to write to. @throws UnipileError, NoAnswerError
 */
export async function readProductPerson(
  client: Unipile,
  account: Account,
  id: string,
): Promise<Standing | Fault> {
  const accountId = account.providerAccountId ?? '';
  const product = productOf(id) ?? 'classic';
  try {
    const { slug } = await client.readProfile(accountId, id, { product });
    return slug === null ? productAddress : await client.readProfile(accountId, slug);
  } catch (error) {
    if (error instanceof UnipileError && lackOfProduct.includes(faultOf(error).kind))
      return { ...productAddress, code: `${error.type} ${error.status}` };
    throw error;
  }
}

/** An account without the product is refused, or told that there is no such person. */
const lackOfProduct: readonly string[] = ['refused', 'unreachable_person'];

/** True for the distance that LinkedIn gives a connection. */
export const isFirstDegree = (distance: string | null | undefined): boolean =>
  distance === 'FIRST_DEGREE';

/** The profile as LinkedIn shows it now, because a doubt hangs on it. @throws as `readProfile` */
export const readFresh = (
  client: Unipile,
  account: Account,
  personKey: string,
): Promise<Standing> =>
  client.readProfile(account.providerAccountId ?? '', personKey, { isFresh: true });
