import { domainToASCII } from 'node:url';

const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
const localPart = new RegExp(`^${atom}(?:\\.${atom})*$`);
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])';
const domainName = new RegExp(`^(?:${label}?\\.)+(?=[a-z0-9-]*[a-z])${label}$`);
const hostCharacters = /^[a-z0-9.\u0080-\u{10ffff}-]+$/u;
const ascii = /^[\x21-\x7e]+$/;

/**
 * The form in which an address is stored and compared: trimmed, lower-cased, an international
 * domain in its ASCII form (RFC 5890). Null when no mail server would take it: practical syntax, so
 * no quoted or non-ASCII local parts (RFC 5321 4.1.2).
 */
export function normaliseEmail(text: string): string | null {
  const address = text.trim().toLowerCase();
  const at = address.lastIndexOf('@');
  if (at < 1 || at > 64) return null;
  const domain = normaliseDomain(address.slice(at + 1));
  if (domain === null || at + 1 + domain.length > 254) return null;
  const local = address.slice(0, at);
  return localPart.test(local) ? `${local}@${domain}` : null;
}

/**
 * A label that begins or ends with a hyphen (RFC 5891 4.2.3.1), behind any of the dots of UTS 46.
 */
const hyphenAtEnd = /(^|[.。．｡])-|-([.。．｡]|$)/;

/** A domain name in lower-cased ASCII form with at least two labels, or null. */
export function normaliseDomain(text: string): string | null {
  const trimmed = text.trim().toLowerCase();
  if (trimmed.length > 253) return null;
  if (ascii.test(trimmed)) return domainName.test(trimmed) ? trimmed : null;
  if (!hostCharacters.test(trimmed) || !trimmed.isWellFormed() || hyphenAtEnd.test(trimmed))
    return null;
  const converted = domainToASCII(trimmed);
  return converted.length <= 253 && domainName.test(converted) ? converted : null;
}

/**
 * The form in which a LinkedIn address is stored and compared: https, lower-cased host and path, no
 * query, hash or trailing slash. Opaque member ids (/in/ACoA…) keep their case, because it carries
 * meaning. Null when it is not a page of linkedin.com.
 */
export function normaliseLinkedInUrl(url: string): string | null {
  const address = withoutTail(url.trim()).replace(/^https?:\/\//i, '');
  const slash = address.indexOf('/');
  if (slash < 0 || address.length > 1000) return null;
  const host = address.slice(0, slash).toLowerCase();
  if (host !== 'linkedin.com' && !/^[a-z0-9-]{1,63}\.linkedin\.com$/.test(host)) return null;
  const path = asciiPath(address.slice(slash));
  if (path === null || path.length < 2 || path.includes('/imported-')) return null;
  return `https://${host}${path.startsWith('/in/ACoA') ? path : path.toLowerCase()}`;
}

/** Without query, hash and trailing slashes. */
function withoutTail(url: string): string {
  let end = url.search(/[?#]/);
  if (end < 0) end = url.length;
  while (end > 0 && url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}

function asciiPath(path: string): string | null {
  if (ascii.test(path)) return path;
  return /[\s\p{Cc}]/u.test(path) || !path.isWellFormed()
    ? null
    : encodeURI(path).replaceAll('%25', '%');
}

const xPages =
  /^(?:https?:\/\/)?(?:(?:www|mobile)\.)?(?:x|twitter)\.com\/(i\/user\/)?@?(\w+)(?:[/?#].*)?$/i;
/** First parts of x.com's paths that are pages of X itself, not handles. */
const xPaths = new Set([
  'i',
  'home',
  'explore',
  'search',
  'hashtag',
  'intent',
  'settings',
  'messages',
  'notifications',
  'login',
  'share',
]);

/**
 * The form in which a person on X is stored and compared: the handle without @, lower-cased, from a
 * handle or a profile's URL; or the numeric user id, when digits stand alone. Null when it is
 * neither. A handle has 1 to 15 letters, digits and underscores.
 */
export function normaliseXHandle(text: string): string | null {
  const given = text.trim();
  const page = xPages.exec(given);
  const name = (page ? page[2]! : given.replace(/^@/, '')).toLowerCase();
  if (/^\d+$/.test(name))
    return (page ? page[1] : name === given) && /^[1-9]\d{0,18}$/.test(name) ? name : null;
  if (page && (page[1] || xPaths.has(name))) return null;
  return /^[a-z0-9_]{1,15}$/.test(name) ? name : null;
}

/** The fields that can identify a person. */
export type Identifiable = Partial<
  Record<'email' | 'linkedin_url' | 'x_handle', string | null | undefined>
>;

/** By channel: the field that identifies people there, and its normalisation. */
export const identityFields: Readonly<
  Record<string, { field: keyof Identifiable; normalise: (text: string) => string | null }>
> = {
  email: { field: 'email', normalise: normaliseEmail },
  linkedin: { field: 'linkedin_url', normalise: normaliseLinkedInUrl },
  x: { field: 'x_handle', normalise: normaliseXHandle },
};

/**
 * The value that identifies a prospect within a campaign of this channel; null when its field is
 * missing or not valid.
 */
export function identityOf(channel: string, prospect: Identifiable): string | null {
  const identity = identityFields[channel];
  const given = identity && prospect[identity.field];
  return given ? identity.normalise(given) : null;
}

/**
 * The identities that a channel's name for a person may stand for: the name, and its normal forms.
 */
export function identityForms(name: string): string[] {
  const normalised = Object.values(identityFields).flatMap(
    ({ normalise }) => normalise(name) ?? [],
  );
  return [...new Set([name, ...normalised])];
}
