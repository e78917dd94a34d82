import { editDistance } from '../../nearest.ts';
import { headerWords } from '../imports/words/header-words.ts';
import { type VariableName, variableAliases, variableNames } from './variables.ts';

/** A name without case, accents, blanks and signs: "Zip Code" and "zip_code" are one. */
export function foldName(name: string): string {
  const plain = name.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss');
  return plain.replace(/[^\p{L}\p{N}]/gu, '').normalize('NFC');
}

/** The name in the form of a variable: lower case, with "_" between words. */
export function snake(name: string): string {
  return name
    .trim()
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
}

/** Merge tags that other tools abbreviate, folded. */
const abbreviations: Readonly<Record<string, VariableName>> = {
  fname: 'first_name',
  lname: 'last_name',
  mmerge1: 'first_name',
  mmerge2: 'last_name',
  icebreakername: 'first_name',
  unsubscribe: 'unsubscribe_url',
  unsubscribelink: 'unsubscribe_url',
  unsub: 'unsubscribe_url',
  optout: 'unsubscribe_url',
  optoutlink: 'unsubscribe_url',
};

const exact: ReadonlyMap<string, VariableName> = new Map([
  ...Object.entries(headerWords).flatMap(([field, words]) =>
    words
      .trim()
      .split(/\s+/)
      .map((word) => [foldName(word), field as VariableName] as const),
  ),
  ...Object.entries(abbreviations),
  ...Object.entries(variableAliases).map(([alias, name]) => [foldName(alias), name] as const),
  ...variableNames.map((name) => [foldName(name), name] as const),
]);
const ofPerson = /^(?:contact|lead|prospect|recipient|person|subscriber|customer|merge|to)[._ -]+/i;
const ofSender = /^(?:sender|owner|rep|from|my|me)[._ -]+/i;

/** The variable of the profile or sender that a name exactly means, in any tool's or language's. */
export function exactName(given: string): VariableName | null {
  const name = given.slice(0, 100);
  const senders = ofSender.test(name)
    ? exact.get(foldName(name.replace(ofSender, 'sender_')))
    : null;
  return (
    exact.get(foldName(name)) ?? senders ?? exact.get(foldName(name.replace(ofPerson, ''))) ?? null
  );
}

/** The closest known name; null when more than a third of its letters, or than one, must change. */
export function meantName(given: string): VariableName | null {
  const name = exactName(given);
  if (name) return name;
  const wanted = snake(given).slice(0, 40);
  const near = closest(wanted, [...variableNames, ...Object.keys(variableAliases)]);
  return near === null ? null : (variableAliases[near] ?? (near as VariableName));
}

/** The key among `keys` that a name means: equal when folded, else the closest; else null. */
export function meantKey(given: string, keys: readonly string[]): string | null {
  const folded = foldName(given);
  return keys.find((key) => foldName(key) === folded) ?? closest(given.slice(0, 40), keys);
}

function closest(wanted: string, among: readonly string[]): string | null {
  const folded = foldName(wanted);
  const ranked = among
    .filter((name) => Math.abs(foldName(name).length - folded.length) <= 13)
    .map((name) => ({ name, steps: editDistance(folded, foldName(name).slice(0, 60)) }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.steps - b.steps);
  return ranked[0]?.name ?? null;
}

/** Words of other tools that open a choice of wordings. */
const choice = /^\s*(?:random|spin|spintax|rand|choose)\s*[|:]/i;
const logic =
  /^\s*[#/^~-]?\s*(?:if|unless|else|else?if|endif|(?:end)?for|each|end|case|when|set|assign)\b/i;
const capitals = /^\s*(?:capitali[sz]e|titlecase|title|propercase|proper)\s*$/i;

/**
 * Our form of another tool's placeholder, from the text between its marks: a variable with its
 * fallback, or a variation. `keys`: the custom fields that people have.
 */
export function ownSpelling(given: string, keys: readonly string[] = []): string {
  const inner = given.replace(/<[^<>]*>/g, '');
  if (logic.test(inner)) return 'a fallback, such as %company|your team%';
  const [head = '', ...rest] = inner.split('|').map((part) => part.trim());
  const options = choice.test(inner) ? rest : [head, ...rest];
  const name = head.replace(/^[^\p{L}]+|[^\p{L}\p{N}]+$/gu, '');
  if (name === '' && rest.length === 0) return 'a variable, such as %first_name%';
  const named = nameFor(name, keys);
  if (rest.length > 0 && (choice.test(inner) || named.guessed))
    return `%pick%${options.filter(Boolean).join('%or%')}%end%`;
  if (rest.length === 0) return `%${named.name}%`;
  if (capitals.test(rest[0]!)) return `%${named.name}:title%`;
  return `%${named.name}|${fallbackOf(rest.join('|'))}%`;
}

/** `guessed`: no variable and no key of these is known by the name. */
function nameFor(given: string, keys: readonly string[]): { name: string; guessed: boolean } {
  if (/^custom_fields\./i.test(given)) return { name: given, guessed: false };
  const known = exactName(given);
  if (known) return { name: known, guessed: false };
  const key = meantKey(given, keys);
  if (key) return { name: `custom_fields.${key}`, guessed: false };
  const near = meantName(given);
  return { name: near ?? `custom_fields.${snake(given)}`, guessed: near === null };
}

/** The fallback in Liquid's form (`default: "there"`) or as it is. */
function fallbackOf(text: string): string {
  const bare = text.replace(/^\s*(?:default|fallback)\s*[:=(]?\s*/i, '').replace(/^\|+\s*/, '');
  return bare
    .replace(/^["'“”„«](.*?)["'“”»]\)?$/s, '$1')
    .replaceAll('%', '')
    .trim();
}
