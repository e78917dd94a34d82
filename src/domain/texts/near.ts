import { decodeHTMLStrict } from 'entities';
import { exactName, foldName, meantKey, meantName, snake } from './meant.ts';
import type { LoosePercent, Template } from './template.ts';
import { variableAliases, variableNames } from './variables.ts';

/** A variable that is nearly one: as it is written, and as it should be. */
type NearVariable = { written: string; at: number; instead: string };

/** Signs that people take for a percent sign, also as entities of HTML. */
const percents = /%|[％﹪٪]|&#0{0,3}37;|&#x0{0,3}25;|&percnt;/gi;
/** A separator that people take for the bar before a fallback. */
const separators = /[|:,/;=]/;
const word = String.raw`\p{L}[\p{L}\p{M}\p{N}_.'’-]*`;
const fewWords = new RegExp(`^${word}(?: ${word}){0,4}$`, 'u');
const invisible = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;
const maxLength = 200;
const maxFound = 50;

/**
 * Text between percent signs that is no variable, but was surely meant as one. `keys` are the
 * custom fields that people have. "50% off, 20% later" is none: there a number is before the signs.
 */
export function nearVariables(
  source: string,
  { loose }: Pick<Template, 'loose'>,
  keys: readonly string[] = [],
): NearVariable[] {
  const singles = new Set(loose.flatMap(({ at, doubled }) => (doubled ? [] : [at])));
  const found = loose.flatMap((sign) => quotedVariable(source, sign, keys));
  let from = 0;
  for (const { 0: sign, index } of source.matchAll(percents)) {
    if (index < from || found.length >= maxFound) continue;
    if (sign === '%' && !singles.has(index)) continue;
    const near =
      nearVariableAt(source, { at: index, after: index + sign.length }, keys) ??
      unopened(source, index);
    if (!near) continue;
    found.push(near);
    from = near.at + near.written.length;
  }
  return found.sort((a, b) => a.at - b.at);
}

/** `%%first_name%%`, and with one sign less, shows "%first_name%", which nobody means. */
function quotedVariable(
  source: string,
  { at, doubled }: LoosePercent,
  keys: readonly string[],
): NearVariable[] {
  if (!doubled) return [];
  const match = /^%%([^%\n]{1,200})%%?/.exec(source.slice(at, at + maxLength));
  const inner = match?.[1]?.trim();
  const name = inner
    ?.replace(/\|.*$/, '')
    .trim()
    .replace(/:title$/, '');
  if (!match || !inner || !name || !(isOwn(name) || hasKey(name, keys))) return [];
  const instead = isOwn(name) ? `%${inner}%` : `%custom_fields.${meantKey(name, keys)}%`;
  return [{ written: match[0], at, instead }];
}

function nearVariableAt(
  source: string,
  { at, after }: { at: number; after: number },
  keys: readonly string[],
): NearVariable | null {
  const line = /^[^\r\n]*/.exec(source.slice(after, after + maxLength))![0];
  const close = line.matchAll(percents).next().value;
  const afterNumber = /[\d½¼¾]\s?$/.test(source.slice(Math.max(0, at - 3), at));
  if (!close) return unclosed(line, at, { afterNumber });
  const raw = line.slice(0, close.index);
  const written = source.slice(at, after + close.index + close[0].length);
  const inner = textOf(raw);
  if (afterNumber && /\d\s*$/.test(inner)) return null;
  const cut = inner.search(separators);
  const head = (cut < 0 ? inner : inner.slice(0, cut)).trim();
  const fallback = cut < 0 ? null : inner.slice(cut + 1).trim();
  const name = nameOf(head, keys, { isTight: inner === inner.trim() && !afterNumber });
  if (!name) return null;
  const [own, rest = fallback] = name;
  return { written, at, instead: rest === null ? `%${own}%` : `%${own}|${rest}%` };
}

/** The name that the words mean, and the words after it when they are a fallback. */
function nameOf(
  head: string,
  keys: readonly string[],
  { isTight }: { isTight: boolean },
): [string, string?] | null {
  if (/^custom_fields\.\S/i.test(head)) return [head];
  if (!fewWords.test(head) || head.length < 2) return null;
  const known = exactName(head);
  if (known) return [known];
  if (hasKey(head, keys)) return [`custom_fields.${meantKey(head, keys)}`];
  if (!isTight) return null;
  const key = meantKey(head, keys);
  if (key) return [`custom_fields.${key}`];
  const [first = '', ...others] = head.split(' ');
  if (isOwn(first) && others.length > 0) return [first.toLowerCase(), others.join(' ')];
  return [meantName(head) ?? `custom_fields.${snake(head)}`];
}

/** A name of ours right after a percent sign, without the second sign. */
function unclosed(
  line: string,
  at: number,
  { afterNumber }: { afterNumber: boolean },
): NearVariable | null {
  const match = /^((?:custom_fields\.)?\p{L}[\p{L}\p{N}_]*)(\|[^\s,.;:!?]*)?/u.exec(line);
  if (!match || afterNumber || !isOwn(match[1]!)) return null;
  return { written: `%${match[0]}`, at, instead: `%${match[0]}%` };
}

/** A name that no prose has right before a percent sign, without the first sign. */
function unopened(source: string, end: number): NearVariable | null {
  const before = source.slice(Math.max(0, end - 40), end);
  const name = /(?<![%\p{L}\p{N}_|.{[])\p{L}+_[\p{L}_]+$/u.exec(before)?.[0];
  if (!name || !isOwn(name)) return null;
  return { written: `${name}%`, at: end - name.length, instead: `%${name}%` };
}

function isOwn(name: string): boolean {
  const plain = snake(name);
  return (
    /^custom_fields\./i.test(name) ||
    Object.hasOwn(variableAliases, plain) ||
    (variableNames as readonly string[]).includes(plain)
  );
}

function hasKey(name: string, keys: readonly string[]): boolean {
  const folded = foldName(name);
  return folded !== '' && keys.some((key) => foldName(key) === folded);
}

/** Without tags, entities, and signs that nobody sees. */
function textOf(raw: string): string {
  const bare = decodeHTMLStrict(raw.replace(/<[^<>]*>/g, ''));
  return bare
    .replace(invisible, '')
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/\s/g, ' ');
}
