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

/** The kinds of entries: `erased` has the hash of an address or profile, and no personal data. */
export const storedKinds = [...suppressionKinds, 'erased'] as const;
export type StoredKind = (typeof storedKinds)[number];

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

/** In the order in which a cell is tried: a domain may be part of a profile's page. */
const guesses: readonly SuppressionKind[] = ['email', 'linkedin', 'x', 'domain'];

/** Every address, page and domain has one of these; most cells of a table have none. */
const signs = /[@＠./。．｡]/u;

/**
 * What a row of a list asks to suppress: of its cells the first that is an address, else a profile
 * or a domain. Null when there is none. A name on X counts only as a page, or with @, or when
 * `kind` asks for it.
 */
export function guessSuppression(
  cells: readonly string[],
  kind?: SuppressionKind,
): SuppressionKey | null {
  if (!kind && !cells.some((cell) => signs.test(cell))) return null;
  const isAlone = cells.filter((cell) => cell.trim() !== '').length === 1;
  for (const one of kind ? [kind] : guesses) {
    // Beside others it may be the site of the person's company.
    if (one === 'domain' && !kind && !isAlone) continue;
    for (const cell of cells) {
      const isPage = /^@|(?:x|twitter)\.com\//i.test(cell.trim());
      const value = one === 'x' && !kind && !isPage ? null : normaliseSuppression(one, cell);
      if (value !== null) return { kind: one, value };
    }
  }
  return null;
}
