/**
 * The beginning of a link (GitHub Flavored Markdown 6.9, autolinks (extended)), and all that may
 * follow. Signs that open or close a quotation, and full-width punctuation, are no part of one
 * (UTS #58: they are terminated by closing and quoting characters).
 */
const stops = [
  String.raw`\s<>"“”„«»‹›「」『』【】《》〈〉`,
  String.raw`（）［］｛｝、。，；：！？．…\u200b\ufeff`,
].join('');
const link = new RegExp(
  String.raw`(?<![\p{L}\p{N}_@/.-])(?:https?:\/\/|www\.|mailto:)[^${stops}]+`,
  'giu',
);
/** Signs at the end that belong to the sentence, not to the link. */
const punctuation = new Set("?!.,:*_~'’‘`");
const entity = /&[a-z\d]{1,31};$/i;
const opening: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/** The links in a text, in their order, without the punctuation that follows them. */
export function linksIn(text: string): { at: number; url: string }[] {
  return [...text.matchAll(link)].flatMap(({ 0: found, index: at }) => {
    const url = trimmed(found);
    return /^(?:https?:\/\/|www\.|mailto:)[\p{L}\p{N}[]/iu.test(url) ? [{ at, url }] : [];
  });
}

/** Closing brackets at the end stay when they are opened within the link. */
function trimmed(found: string): string {
  const counts = new Map<string, number>();
  for (const sign of found) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  const count = (sign: string) => counts.get(sign) ?? 0;
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found[end - 1]!;
    const opens = opening.get(last);
    const isUnbalanced = opens !== undefined && count(last) > count(opens);
    if (isUnbalanced) counts.set(last, count(last) - 1);
    else if (last === ';')
      end -= (entity.exec(found.slice(Math.max(0, end - 33), end))?.[0].length ?? 1) - 1;
    else if (!punctuation.has(last)) break;
  }
  return found.slice(0, end);
}
