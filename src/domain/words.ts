/** A header or value without case, accents, blanks and signs, as the lists of words have them. */
export function foldWord(text: string): string {
  const plain = text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/ı/g, 'i')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l');
  return plain.replace(/[^\p{L}\p{N}]/gu, '').normalize('NFC');
}

/** The words of a header in their order: "Lead Owner E-mail", "leadOwnerEmail" and "lead_owner". */
export function foldedWords(header: string): string[] {
  return header
    .replace(/(\p{Ll})(\p{Lu})|(\p{L})(\d)/gu, '$1$3 $2$4')
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map(foldWord)
    .filter((word) => word !== '');
}

/** The words of a list in a text, folded. */
export function wordsOf(list: string): string[] {
  return list.trim().split(/\s+/).map(foldWord);
}
