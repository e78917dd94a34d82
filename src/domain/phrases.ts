/** One pattern, regardless of case, that matches where any of the given ones does. */
export function oneOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'i');
}

/** A text without case, accents and signs, its words apart by one blank; "don't" is one word. */
export function foldPhrase(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/ı/g, 'i')
    .replace(/ł/g, 'l')
    .replace(/ø/g, 'o')
    .replace(/(\p{L})['’`´](t|d|m|re|ve|ll)\b/gu, '$1$2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .normalize('NFC')
    .trim();
}

const escaped = (words: string) =>
  words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/['’]/g, "['’]");

/** Words apart by `|` as the source of a pattern that prefers the longest. */
export function anyWord(lists: readonly string[]): string {
  return lists
    .flatMap((list) => list.split('|'))
    .filter((word) => word !== '')
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join('|');
}
