import { escapeHtml } from '../texts/escape-html.ts';

/** Elements that are shown; of all others only the text is left. */
const shown = new Set(
  `a b blockquote br code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup
  table tbody td th thead tr u ul`.split(/\s+/),
);
/** Elements of which nothing is left. */
const dropped =
  /^(script|style|head|title|template|noscript|iframe|object|svg|math|textarea|select)$/;
const maxLength = 256 * 1024;

/**
 * The HTML of a received mail as it may be shown: elements without attributes but links to
 * http, https and mailto, and no pictures, because loading one tells its author. Every tag of the
 * result is written here; text that looks like one is escaped.
 */
export function shownHtml(html: string): string {
  const source = html.slice(0, maxLength);
  let result = '';
  let at = 0;
  let hidden: string | null = null;
  for (const { index, 0: tag, 1: slash, 2: given, 3: rest } of source.matchAll(tags)) {
    if (hidden === null) result += asText(source.slice(at, index));
    at = index + tag.length;
    const name = given?.toLowerCase();
    if (name === undefined) continue;
    if (hidden !== null) {
      if (slash && name === hidden) hidden = null;
    } else if (dropped.test(name)) {
      if (!slash && !rest?.endsWith('/')) hidden = name;
    } else if (shown.has(name)) result += slash ? `</${name}>` : `<${name}${linkOf(name, rest)}>`;
  }
  return (hidden === null ? result + asText(source.slice(at)) : result).trim();
}

/** Comments, declarations and tags; a tag that never ends is text. */
const tags =
  /<!--[\s\S]*?(?:-->|$)|<[!?][^>]*>|<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi;

const asText = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function linkOf(name: string, rest = ''): string {
  if (name !== 'a') return '';
  const [, double, single, bare] =
    /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(rest) ?? [];
  const target = (double ?? single ?? bare ?? '').trim().replaceAll('&amp;', '&');
  if (!/^(?:https?:\/\/|mailto:)[^\s\p{Cc}]+$/iu.test(target)) return '';
  return ` href="${escapeHtml(target)}" rel="noopener noreferrer nofollow" target="_blank"`;
}
