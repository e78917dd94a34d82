/** The beginnings of words: also after a hyphen, and after the apostrophe of O'Brien. */
const wordStart = /(?<![\p{L}\p{M}\p{N}'’])(\p{L}['’](?=\p{L}{2})\p{L}|\p{L})/gu;

/**
 * "MÜLLER" and "müller" as "Müller". A value with both cases stays, because a person wrote it so:
 * "McDonald", "van der Berg".
 */
export function titleCase(value: string): string {
  const isMixed = /\p{Lu}/u.test(value) && /\p{Ll}/u.test(value);
  return isMixed ? value : value.toLowerCase().replace(wordStart, (start) => start.toUpperCase());
}
