import { trimText } from '../invisible.ts';
import { foldedWords, foldWord, wordsOf } from '../words.ts';
import {
  consentDetails,
  consentWords,
  exactRefusalWords,
  noWords,
  otherChannelWords,
  refusalWords,
  refusingValues,
  statusWords,
} from './words/opt-out-words.ts';

/**
 * A column that may say that people must not be written to. `refusal` says so by a yes, a date or
 * a reason; `consent` by a no; `status` by some of its values.
 */
export type OptOutColumn = {
  column: string;
  index: number;
  kind: 'refusal' | 'consent' | 'status';
  /** The meanings of its values, as far as they were read: tables repeat few of them. */
  known: Map<string, boolean>;
};

const refusals = wordsOf(refusalWords);
const exact = new Set(wordsOf(exactRefusalWords));
const otherChannels = new Set(wordsOf(otherChannelWords));
const consents = wordsOf(consentWords);
const aboutConsent = new Set(wordsOf(consentDetails));
const statuses = new Set(wordsOf(statusWords));
const refusing = new Set(wordsOf(refusingValues));
const no = new Set(wordsOf(noWords));

/**
 * The columns of a table that may say that a person opted out, bounced or must not be written to.
 */
export function optOutColumns(columns: readonly string[]): readonly OptOutColumn[] {
  const found = ofTables.get(columns);
  if (found) return found;
  const made = columns.flatMap((column, index): OptOutColumn[] => {
    const kind = kindOf(column);
    return kind ? [{ column, index, kind, known: new Map() }] : [];
  });
  ofTables.set(columns, made);
  return made;
}

/** By the columns of a table, which is read in many batches. */
const ofTables = new WeakMap<readonly string[], readonly OptOutColumn[]>();
const maxKnown = 1_000;

function kindOf(column: string): OptOutColumn['kind'] | null {
  const words = foldedWords(column);
  const folded = foldWord(column);
  const mentionsMail = words.some((word) => /^e?mails?$/.test(word)) || folded.includes('email');
  if (!mentionsMail && words.some((word) => otherChannels.has(word))) return null;
  if (/(?:link|url)$/.test(folded)) return null;
  if (exact.has(folded) || refusals.some((word) => folded.includes(word))) return 'refusal';
  if (words.some((word) => statuses.has(word))) return 'status';
  if (words.some((word) => aboutConsent.has(word))) return null;
  return consents.some((word) => folded.includes(word)) ? 'consent' : null;
}

/**
 * Why a row's person must not be written to, as "Email Opt Out: TRUE"; null when no column says so.
 * In doubt it is said: a text in a column of refusals that is neither yes nor no counts as a
 * reason.
 */
export function optOutOf(
  record: readonly string[],
  columns: readonly OptOutColumn[],
): string | null {
  for (const { column, index, kind, known } of columns) {
    const cell = record[index];
    if (!cell) continue;
    let no = known.get(cell);
    if (no === undefined) {
      const value = trimText(cell);
      no = value !== '' && refuses(kind, value);
      if (known.size >= maxKnown) known.clear();
      known.set(cell, no);
    }
    if (no) return `${column}: ${trimText(cell).slice(0, 100)}`;
  }
  return null;
}

function refuses(kind: OptOutColumn['kind'], value: string): boolean {
  const folded = foldWord(value);
  if (kind === 'status')
    return refusing.has(folded) || value.split(/[,;|/]/).some((one) => refusing.has(foldWord(one)));
  if (kind === 'consent')
    return (
      (no.has(folded) && folded !== 'subscribed' && folded !== 'optedin') || refusing.has(folded)
    );
  // A sign alone says yes when it is a tick or a cross.
  if (folded === '') return /[✓✔☑☒✗✘×+]/u.test(value);
  return !no.has(folded);
}
