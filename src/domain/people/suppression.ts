import {
  type Identifiable,
  normaliseDomain,
  normaliseEmail,
  normaliseLinkedInUrl,
  normaliseXHandle,
} from '../identity.ts';

export const suppressionKinds = ['email', 'domain', 'linkedin', 'x'] as const;
export type SuppressionKind = (typeof suppressionKinds)[number];
export type SuppressionKey = { kind: SuppressionKind; value: string };

const normalisers: Record<SuppressionKind, (text: string) => string | null> = {
  email: normaliseEmail,
  domain: normaliseDomain,
  linkedin: normaliseLinkedInUrl,
  x: normaliseXHandle,
};

/**
 * The form in which a value is stored and compared; null when it is not valid for its kind. A
 * domain covers its subdomains.
 */
export function normaliseSuppression(kind: SuppressionKind, value: string): string | null {
  return normalisers[kind](value);
}

/**
 * Every entry that would suppress a person: the address, its domain and the domains above it, and
 * the profiles.
 */
export function suppressionKeys(person: Identifiable): SuppressionKey[] {
  const email = person.email ? normaliseEmail(person.email) : null;
  const profile = person.linkedin_url ? normaliseLinkedInUrl(person.linkedin_url) : null;
  const handle = person.x_handle ? normaliseXHandle(person.x_handle) : null;
  const labels = email?.slice(email.lastIndexOf('@') + 1).split('.') ?? [];
  const domains = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
  return [
    ...(email ? [{ kind: 'email' as const, value: email }] : []),
    ...domains.map((value) => ({ kind: 'domain' as const, value })),
    ...(profile ? [{ kind: 'linkedin' as const, value: profile }] : []),
    ...(handle ? [{ kind: 'x' as const, value: handle }] : []),
  ];
}
