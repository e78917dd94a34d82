import type { Inbound } from './inbound.ts';
import { ownWords } from './own-words.ts';
import { receiptRows } from './tables/receipts.ts';

const escaped = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const words = receiptRows
  .flatMap(({ subjects }) => subjects)
  .sort((a, b) => b.length - a.length)
  .map(escaped)
  .join('|');
const subjectOf = new RegExp(`^\\s*(${words})\\s*[:：]`, 'iu');
/** Letters of the subject's word that the text repeats: "Gelesen: …", "… wurde am … gelesen". */
const stemLetters = 5;

/**
 * Whether a message is a receipt (RFC 8098) that has no report part: as TNEF, or as a text that
 * repeats the word of its subject, or is empty.
 */
export function isReceipt({ subject, text, facts }: Inbound): boolean {
  if (facts.receipt) return true;
  const [, word] = subjectOf.exec(subject ?? '') ?? [];
  if (word === undefined) return false;
  const own = ownWords(text).toLowerCase();
  const stem = word.toLowerCase().slice(0, stemLetters);
  const begins = /^\p{sc=Latin}/u.test(stem) ? '(?<![\\p{L}])' : '';
  return own === '' || new RegExp(`${begins}${escaped(stem)}`, 'iu').test(own);
}
