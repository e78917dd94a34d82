import { foldPhrase } from '../phrases.ts';
import { banner, closing, greeting } from './letter.ts';
import { easternStopRows } from './tables/stop-east.ts';
import { northernStopRows } from './tables/stop-north.ts';
import { westernStopRows } from './tables/stop-west.ts';
import { courtesies, type StopKind, type StopWords } from './tables/stop-words.ts';

const maxSentences = 4;
const maxWords = 60;
/** Characters that are read: a request stands at the beginning. */
const maxText = 4_000;
/** Characters of a sentence: a request is short. */
const maxSentence = 200;

/** `hasOff`: the language says "from" before a list in a word of its own. */
type Row = { kinds: Map<string, StopKind[]>; longest: number; hasOff: boolean };

/** Scripts that put no blank between words, and Korean, whose particles cling to them. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Hangul}]/u;

function readRow({ language: _language, ...lists }: StopWords): Row {
  const kinds = new Map<string, StopKind[]>();
  const all = { ...lists, fill: `${lists.fill ?? ''}|${courtesies}` };
  for (const [kind, list] of Object.entries(all))
    for (const phrase of list.split('|').map(foldPhrase))
      if (phrase !== '') kinds.set(phrase, [...(kinds.get(phrase) ?? []), kind as StopKind]);
  const longest = Math.max(...[...kinds.keys()].map(({ length }) => length));
  return { kinds, longest, hasOff: lists.off !== undefined };
}

const rows = [...westernStopRows, ...northernStopRows, ...easternStopRows].map(readRow);

/**
 * The kinds of a sentence's phrases in their order, the longest phrase first; null when a word is
 * of none.
 */
function kindsIn(sentence: string, { kinds, longest }: Row): StopKind[][] | null {
  const found: StopKind[][] = [];
  for (let at = 0; at < sentence.length; ) {
    let end = Math.min(sentence.length, at + longest);
    while (end > at && !(endsWord(sentence, end) && kinds.has(sentence.slice(at, end)))) end -= 1;
    if (end === at) return null;
    found.push(kinds.get(sentence.slice(at, end)) ?? []);
    at = sentence[end] === ' ' ? end + 1 : end;
  }
  return found;
}

const endsWord = (sentence: string, end: number): boolean => {
  const next = sentence[end];
  return next === undefined || next === ' ' || unspaced.test(sentence[end - 1] ?? '');
};

/**
 * `isAlone`: the sentence is all of its line. `redirects`: another address is named, so that "do
 * not write to me" may mean one address.
 */
type Sentence = { isAlone: boolean; redirects: boolean };

/** Whether the words ask for no further mail. */
function isRequest(
  words: StopKind[][],
  { isAlone, redirects, hasOff }: Sentence & { hasOff: boolean },
): boolean {
  const at = (kind: StopKind) => words.findIndex((kinds) => kinds.includes(kind));
  const has = (kind: StopKind) => at(kind) !== -1;
  const isNegated = (kind: StopKind) =>
    (['not', 'no', 'halt'] as const).some(
      (negation) =>
        has(negation) &&
        at(negation) < at(kind) &&
        !words.slice(at(negation), at(kind)).some((kinds) => kinds.includes('mail')),
    );
  const meansWriter = has('self') || (has('list') && (has('off') || !hasOff));
  if (has('asks') && !isNegated('asks')) return true;
  if (isAlone && has('bare') && words.every((kinds) => kinds.some((kind) => isPlain(kind))))
    return true;
  if (has('remove') && !isNegated('remove') && meansWriter) return true;
  if (has('take') && has('off') && meansWriter && !isNegated('take')) return true;
  if (!has('mail')) return false;
  if (has('halt') || ((has('not') || has('no')) && has('more'))) return true;
  return has('not') && has('self') && !redirects;
}

const isPlain = (kind: StopKind) => kind === 'bare' || kind === 'fill';

/** The words above the signature, without banners. */
function message(text: string): string {
  const lines = text.split('\n').filter((line) => !banner.test(line.trim()));
  const bare = lines.map((line) => foldPhrase(line));
  const end = bare.findIndex((line, at) => closing.test(line) && bare.slice(0, at).some(Boolean));
  return (end === -1 ? lines : lines.slice(0, end)).join('\n');
}

const address = /(?<![^\s<>()[\],;:])[^\s<>()[\],;:@]{1,64}@[^\s<>()[\],;:@]{1,250}\.\p{L}{2,20}/gu;
const sentenceEnd = /[.!?;:,。！？、，；：]+(?=\s|$|[^\p{L}\p{N}])|[。！？、，；：]+|[.!?;:,]{2,}/u;
/** Begins a threat or a further wish of the writer: "Remove me or I will report you". */
const orElse = /\b(?:or|otherwise|oder|sonst|ou|sinon) (?=i|we|ich|wir|je|nous)\b/iu;

/**
 * Whether one of the first sentences of a writer's own words, as a whole, asks for no further mail.
 * A longer sentence that holds such words does not. `from`: the writer's address.
 */
export function asksToStop(text: string, from: string | null = null): boolean {
  const beginning = message(text.slice(0, maxText));
  const named = beginning.match(address) ?? [];
  const redirects = named.some((one) => one.toLowerCase() !== from);
  const words = beginning
    .replace(address, (one) => (one.toLowerCase() === from ? 'thisaddress' : one))
    .split(/(?<=\s)/)
    .slice(0, maxWords)
    .join('');
  const sentences = words.split('\n').flatMap((line) => {
    const parts = line
      .split(new RegExp(`${sentenceEnd.source}|${orElse.source}`, 'iu'))
      .map(foldPhrase)
      .filter((part) => part !== '');
    const others = parts.filter((part) => !greeting.test(part));
    return parts.map((part) => ({ part, isAlone: others.length === 1 && others[0] === part }));
  });
  const last = sentences.filter(({ part }) => !greeting.test(part))[maxSentences];
  return sentences
    .slice(0, last === undefined ? undefined : sentences.indexOf(last))
    .some(({ part, isAlone }) => asks(part, { isAlone, redirects }));
}

function asks(sentence: string, how: Sentence): boolean {
  if (sentence.length > maxSentence) return false;
  return rows.some((row) => {
    const kinds = kindsIn(sentence, row);
    return kinds !== null && isRequest(kinds, { ...how, hasOff: row.hasOff });
  });
}

/**
 * Whether a subject is nothing but such a request, as that of a List-Unsubscribe mail, which names
 * our message behind it.
 */
export function asksInSubject(subject: string): boolean {
  const bare = subject
    .replace(/^(\s*(re|aw|antw|sv|vs|fwd?|wg|tr|rv)\s*:)+/i, '')
    .replace(/\s+<?[^\s<>]+@[^\s<>]+>?\s*$/, '');
  return asks(foldPhrase(bare), { isAlone: true, redirects: false });
}
