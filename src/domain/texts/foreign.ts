import { exactName, foldName, ownSpelling } from './meant.ts';

/** A placeholder that is not filled in, as the text has it, and its form here. */
export type Foreign = { written: string; at: number; instead: string; surely: boolean };

/**
 * `prose`: people write such marks for other reasons too. `named`: only around a name that is
 * known, because the marks alone say nothing.
 */
type Shape = { tool: string; mark: RegExp; prose?: true; named?: true };

const letters = String.raw`\p{L}\p{M}\p{N}_.`;
const words = `[\\p{L}_$@!#.][${letters}$-]*(?:[ \\u00a0][${letters}-]+){0,4}`;

/** The marks of placeholders in other tools; the first group is the text between them. */
export const foreignShapes: readonly Shape[] = [
  { tool: 'Handlebars, one brace short', mark: /\{\{([^{}\n]{1,200})\}(?!\})/gu },
  { tool: 'Liquid, Jinja: tag', mark: /\{%([^{}]{1,500}?)%\}/gu },
  { tool: 'Salesforce', mark: /\{!([^{}\n]{1,200})\}/gu },
  { tool: 'JavaScript, shell', mark: /\$\{([^{}\n]{1,200})\}/gu },
  { tool: 'Ruby', mark: /#\{([^{}\n]{1,200})\}/gu },
  { tool: 'Adobe', mark: /@\{([^{}\n]{1,200})\}/gu },
  { tool: 'printf, gettext', mark: /%\{([^{}%\n]{1,100})\}%?/gu },
  { tool: 'percent and brackets', mark: /%\[([^[\]%\n]{1,100})\]%?/gu },
  { tool: 'Python', mark: /%\(([^()%\n]{1,100})\)s?/gu, named: true },
  { tool: 'ERB, EJS, Adobe', mark: /<%[=@-]?([^<>]{1,300}?)%>/gu },
  { tool: 'Mailchimp, Mandrill', mark: /\*\|([^|*\n]{1,100}(?:\|[^|*\n]{1,100})?)\|\*/gu },
  { tool: 'Marketing Cloud', mark: /%%=([^\n]{1,200}?)=%%/gu },
  { tool: 'Marketing Cloud, block', mark: /%%\[([^\]]{1,500})\]%%/gu },
  { tool: 'CleverReach, wiki', mark: /\[\[([^[\]\n]{1,100})\]\]/gu },
  { tool: 'Word, angle brackets', mark: /<<([^<>\s](?:[^<>\n]{0,100}[^<>\s])?)>>/gu },
  { tool: 'Word, angle brackets in HTML', mark: /&lt;&lt;([^&\n]{1,100})&gt;&gt;/gu },
  { tool: 'number signs', mark: /##([\p{L}_][^#\n]{0,60}[\p{L}\p{N}])##/gu },
  { tool: 'at signs', mark: /@@([\p{L}_][^@\n]{0,60}[\p{L}\p{N}])@@/gu },
  { tool: 'braces in a link', mark: /%7B%7B((?:[^%\s]|%(?!7[BD])){1,200})%7D%7D/gi },
  { tool: 'a brace in a link', mark: /%7B((?:[^%\s]|%(?!7[BD])){1,200})%7D/gi },
  { tool: 'Word', mark: new RegExp(`«\\s?(${words})\\s?»`, 'gu'), named: true },
  { tool: 'Word, in HTML', mark: /&laquo;\s?([^&\n]{1,100}?)\s?&raquo;/gu, named: true },
  { tool: 'dollar signs', mark: /\$([\p{L}_][\p{L}\p{N}_]{1,40})\$/gu, named: true },
  { tool: 'bars', mark: /\|\|([\p{L}_][\p{L}\p{N}_ ]{1,40})\|\|/gu, named: true },
  { tool: 'a bar', mark: /(?<![\w%|*])\|([\p{L}_][\p{L}\p{N}_]{1,40})\|(?![\w|*])/gu, named: true },
  { tool: 'a number sign', mark: /(?<![\w&#])#([\p{L}_][\p{L}\p{N}_]{1,40})#/gu, named: true },
  { tool: 'underscores', mark: /(?<!\w)__([\p{L}][\p{L}\p{N}_]{1,40}?)__(?!\w)/gu, named: true },
  { tool: 'SendGrid', mark: /(?<![\w-])-([a-z]+_[a-z_]+|[A-Z_]{3,40})-(?![\w-])/gu, named: true },
  { tool: 'angle brackets', mark: /<(?!title>)([\p{L}_]+(?:[ _][\p{L}_]+)?)>/gu, named: true },
  { tool: 'angle brackets in HTML', mark: /&lt;([\p{L}_ ]{2,40})&gt;/gu, named: true },
  { tool: 'braces', mark: new RegExp(`\\{\\s*(${words}|\\d{1,2})\\s*\\}`, 'gu'), prose: true },
  { tool: 'spintax', mark: /\{([^{}\n|]{0,200}(?:\|[^{}\n|]{0,200}){1,20})\}/gu, prose: true },
  {
    tool: 'square brackets',
    mark: new RegExp(`\\[\\s*(${words}(?:\\|[^\\[\\]\\n]{0,100})?)\\s*\\](?![(\\[:])`, 'gu'),
    prose: true,
  },
];

/** Names that no prose has: they stand for a value, whatever the marks around them. */
const technical = new RegExp(
  String.raw`(?<![\p{L}\p{N}_./?&="'-])` +
    '(?:first_?name|last_?name|full_?name|company_?name|job_?title|fname|lname)' +
    String.raw`(?![\p{L}\p{N}_="'-])`,
  'giu',
);
const isTechnical = (name: string) => /_|\p{Ll}\p{Lu}|^\p{Lu}{5,}$/u.test(name);

const maxFound = 50;

/**
 * The placeholders of other tools in a text; `keys` are the custom fields that people have. Styles,
 * scripts and comments of HTML are left out.
 */
export function foreignIn(source: string, keys: readonly string[] = []): Foreign[] {
  const found = new Map<string, Foreign>();
  const add = (written: string, at: number, surely: boolean, name: string) => {
    if (found.size < maxFound && !found.has(written))
      found.set(written, { written, at, instead: ownSpelling(name, keys), surely });
    return blank(written);
  };
  // Each find is blanked, so that no other shape finds it again.
  let text = source
    .replace(/<(style|script)\b.*?<\/\1\s*>|<!--.*?-->/gis, blank)
    .replace(/\{\{[^{}]{1,2000}\}\}/g, blank);
  for (const { mark, prose, named } of foreignShapes) {
    text = text.replace(mark, (written: string, inner: string, at: number) => {
      if (!/[\p{L}\d]/u.test(inner) || (prose && /^\p{L}?$/u.test(inner.trim()))) return written;
      const name = decoded(inner).trim();
      if (named && !isKnown(name, keys) && !(isTechnical(name) && !/^<\//.test(written)))
        return written;
      return add(written, at, !prose, name);
    });
  }
  const bare = text.replace(/%[^%\s\d][^%\r\n]{0,300}%/g, blank);
  for (const { 0: written, index } of bare.matchAll(technical))
    if (isTechnical(written)) add(written, index, false, written);
  return [...found.values()].sort((one, other) => one.at - other.at);
}

const blank = (text: string): string => ' '.repeat(text.length);

function isKnown(name: string, keys: readonly string[]): boolean {
  return exactName(name) !== null || keys.some((key) => foldName(key) === foldName(name));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
