import { withoutInvisible } from './invisible.ts';

const maxLength = 1000;
/** Signs that spreadsheets, lists and texts put around an address. */
const signsAround = /^[\s'"`´‘’‚“”„«»‹›<>([=*#•·–—-]+|[\s'"`´‘’“”„«»‹›>)\].,;:]+$/g;
const host = /^(?:[a-z0-9-]{1,63}\.)?linkedin\.com$/;
/**
 * An id of a member instead of a name: ACoAA… of LinkedIn, ACwAA… of Sales Navigator, AEMAA… of
 * Recruiter, ADEAA… of others. Its case carries meaning.
 */
const memberId = /^A[A-Z][A-Za-z]AA[\w-]{4,}$/;
const memberUrn = /^urn:li:\w*(?:profile|lead|member)\w*:\(?(A[\w-]+)/i;

/** Addresses in the form in which they are stored, as nearly all are. */
const plainUrl = /^https:\/\/www\.linkedin\.com\/in\/(?!imported-)[a-z0-9-]{1,200}$/;

/**
 * The form in which the profile of a person on LinkedIn is stored and compared:
 * https://www.linkedin.com/in/ and the name in lower case, or the id of the member as it is. The
 * host's country, query, language, tabs and needless escapes (RFC 3986 6.2.2.2) are dropped.
 * Addresses of Sales Navigator and Recruiter name the member by an id, which /in/ takes as well.
 * Null for other pages: companies, searches, and old addresses (/pub/, /profile/view), because
 * nobody can be reached by them.
 */
export function normaliseLinkedInUrl(text: string): string | null {
  if (plainUrl.test(text)) return text;
  if (text.length > maxLength) return null;
  const address = withoutInvisible(text).replace(signsAround, '');
  const name = memberUrn.exec(address)?.[1] ?? nameIn(address);
  if (!name || /[\s\p{Cc}]/u.test(name) || !name.isWellFormed()) return null;
  const plain = decoded(name)?.normalize('NFC');
  if (!plain || plain.startsWith('imported-')) return null;
  if (memberId.test(plain)) return `https://www.linkedin.com/in/${plain}`;
  // A plus stands for itself in a path.
  const escaped = encodeURIComponent(plain.toLowerCase().normalize('NFC')).toLowerCase();
  const slug = escaped.replaceAll('%2b', '+');
  const url = `https://www.linkedin.com/in/${slug}`;
  return url.length <= maxLength ? url : null;
}

/** The part of the address that names the person, as it is written there. */
function nameIn(address: string): string | undefined {
  const bare = address.replace(/^(?:https?:)?\/\//i, '');
  const slash = bare.indexOf('/');
  if (slash < 0 || (slash > 0 && !host.test(bare.slice(0, slash).toLowerCase()))) return undefined;
  const parts = pathParts(bare.slice(slash));
  const [kind = '', second] = parts;
  if (kind.toLowerCase() === 'mwlite') parts.shift();
  switch (parts[0]?.toLowerCase()) {
    case 'in':
      return parts[1];
    case 'sales':
      return second && /^(?:lead|people)$/i.test(second) ? parts[2]?.split(',')[0] : undefined;
    case 'talent':
      return second?.toLowerCase() === 'profile' ? parts[2] : undefined;
    default:
      return undefined;
  }
}

/** The parts of a path, without query and hash, also where the query begins with "&". */
function pathParts(path: string): string[] {
  return path
    .replace(/[?#&].*$/s, '')
    .split('/')
    .filter((part) => part !== '');
}

/** The page of a company or school in one form; null when it is none. */
export function normaliseLinkedInPage(text: string): string | null {
  if (text.length > maxLength) return null;
  const bare = withoutInvisible(text)
    .replace(signsAround, '')
    .replace(/^(?:https?:)?\/\//i, '');
  const slash = bare.indexOf('/');
  if (slash < 1 || !host.test(bare.slice(0, slash).toLowerCase())) return null;
  const [kind = '', name] = pathParts(bare.slice(slash));
  if (!name || !/^(?:company|school|showcase)$/i.test(kind)) return null;
  const plain = decoded(name);
  if (!plain || /[\s\p{Cc}]/u.test(name)) return null;
  const slug = encodeURIComponent(plain.normalize('NFC').toLowerCase()).toLowerCase();
  return `https://www.linkedin.com/${kind.toLowerCase()}/${slug}`;
}

function decoded(text: string): string | null {
  try {
    const plain = decodeURIComponent(text);
    return plain.isWellFormed() ? plain : null;
  } catch {
    return null;
  }
}
