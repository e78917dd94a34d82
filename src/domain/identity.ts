import { domainToASCII } from 'node:url';
import { withoutInvisible } from './invisible.ts';
import { normaliseLinkedInUrl } from './linkedin-url.ts';

export { normaliseLinkedInUrl } from './linkedin-url.ts';

const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
const localPart = new RegExp(`^${atom}(?:\\.${atom})*$`);
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])';
const domainName = new RegExp(`^(?:${label}?\\.)+(?=[a-z0-9-]*[a-z])${label}$`);
const hostCharacters = /^[a-z0-9.\u0080-\u{10ffff}-]+$/u;
const ascii = /^[\x21-\x7e]+$/;

/** Longer texts are no addresses, also with a name around. */
const maxTextLength = 1000;
/** Addresses that need no mending, as nearly all are. */
const plainAddress = /^[a-z0-9][a-z0-9._+-]*@[a-z0-9.-]+[a-z0-9]$/;
const quotes = '\'"`´‘’‚‛“”„‟«»‹›';
/** A text with more of them is no list of a person's addresses. */
const maxAddresses = 100;
/** Quotes of any kind and the signs that lists and spreadsheets put before a value. */
const before = new RegExp(`^[\\s${quotes}<([=*#/•·–—>-]+`);
const behind = new RegExp(`[\\s${quotes}>)\\].,;:*]+$`);

/**
 * The form in which an address is stored and compared: lower-cased, an international domain in its
 * ASCII form (RFC 5890), without signs surely not part of it: blanks, invisible characters,
 * quotes and list signs around it, "mailto:", a name before it (RFC 5322 3.4). An apostrophe inside
 * stays. Null when no mail server would take it: practical syntax, so no quoted or non-ASCII local
 * parts (RFC 5321 4.1.2), and one address only.
 */
export function normaliseEmail(text: string): string | null {
  if (text.length > maxTextLength) return null;
  const trimmed = text.trim().toLowerCase();
  const address = plainAddress.test(trimmed) ? trimmed : undecorated(trimmed);
  const at = address.lastIndexOf('@');
  if (at < 1 || at > 64) return null;
  const domain = asciiDomain(address.slice(at + 1));
  if (domain === null || at + 1 + domain.length > 254) return null;
  const local = address.slice(0, at).replace(/[‘’ʼ]/g, "'");
  return localPart.test(local) ? `${local}@${domain}` : null;
}

function undecorated(text: string): string {
  const address = bare(inner(withoutInvisible(text)));
  return address.startsWith('mailto:')
    ? bare(address.slice('mailto:'.length).replace(/\?.*$/s, ''))
    : address;
}

const bare = (address: string): string => address.replace(before, '').replace(behind, '');

/** An address behind a name, in a link of Markdown, or before a comment; else the text. */
function inner(text: string): string {
  if (text.includes('<')) {
    const [, name = '', named] = /^([^<>]*)<([^<>@]+@[^<>@]+)>\W*$/.exec(text) ?? [];
    if (named && (!name.includes('@') || bare(name) === bare(named))) return named;
  }
  if (!text.includes('(')) return text;
  const linked = /^\[[^\][]*\]\(([^()\s]+)\)\W*$/.exec(text)?.[1];
  return linked ?? /^([^\s()@]+@[^\s()@]+)\s+\([^()@]*\)$/.exec(text)?.[1] ?? text;
}

/** Tokens that may be addresses, as they stand between separators, brackets and quotes. */
const tokens = /[^\s<>()[\]{},;:|/"“”„«»\\]+@[^\s<>()[\]{},;:|/"“”„«»\\]+/g;

/** The addresses in a text that may hold several: "a; b", "Ann <a>, Bob <b>", "a ::: b". */
export function emailsIn(text: string): string[] {
  const one = normaliseEmail(text);
  if (one !== null) return [one];
  if (text.length > 10 * maxTextLength || text.split('@').length > maxAddresses) return [];
  const found = (text.match(tokens) ?? []).flatMap((token) => normaliseEmail(token) ?? []);
  return [...new Set(found)];
}

/**
 * A label that begins or ends with a hyphen (RFC 5891 4.2.3.1), behind any of the dots of UTS 46.
 */
const hyphenAtEnd = /(^|[.。．｡])-|-([.。．｡]|$)/;

/** A domain name in lower-cased ASCII form with at least two labels, or null. */
function asciiDomain(text: string): string | null {
  if (text.length > 253) return null;
  if (ascii.test(text)) return domainName.test(text) ? text : null;
  if (!hostCharacters.test(text) || !text.isWellFormed() || hyphenAtEnd.test(text)) return null;
  const converted = domainToASCII(text);
  return converted.length <= 253 && domainName.test(converted) ? converted : null;
}

/**
 * A domain in the form in which it is stored and compared: lower-cased ASCII with at least two
 * labels, without scheme, path, "@", "*.", "www." and the last dot. Null when it is none.
 */
export function normaliseDomain(text: string): string | null {
  if (text.length > maxTextLength) return null;
  const given = withoutInvisible(text).trim().toLowerCase();
  const name = given
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/?#:].*$/s, '')
    .replace(before, '')
    .replace(/^(?:[*@]?\.|@)+/, '')
    .replace(behind, '');
  const domain = asciiDomain(name);
  const bare = domain?.startsWith('www.') ? asciiDomain(domain.slice(4)) : null;
  return bare ?? domain;
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
