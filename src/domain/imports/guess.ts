import { type ProfileField, profileFields } from '../people/prospect-input.ts';
import { foldedWords, foldWord, wordsOf } from '../words.ts';
import { type ColumnValues, columnValues } from './column-values.ts';
import type { ColumnMapping } from './csv-mapping.ts';
import { noAddress, otherPeople, qualifiers, secondChoice } from './words/columns.ts';
import { headerHints, headerWords } from './words/header-words.ts';

export type Guess = {
  fields: ColumnMapping;
  /** More columns of a field, which count where the ones before have no value. */
  also: Partial<Record<ProfileField, string[]>>;
  /** Columns that could have the address as well as the chosen one, when no sign decides. */
  doubts: string[];
};

const wordLists = profileFields.map((field) => ({ field, list: wordsOf(headerWords[field]) }));
const listOf = Object.fromEntries(wordLists.map(({ field, list }) => [field, list])) as Record<
  ProfileField,
  string[]
>;
const allWords = new Set(wordLists.flatMap(({ list }) => list));
const others = new Set(wordsOf(otherPeople));
const seconds = new Set(wordsOf(secondChoice));
const qualifying = new Set([...wordsOf(qualifiers), ...seconds]);
const noAddresses = wordsOf(noAddress);
const identityFields = ['email', 'linkedin_url', 'x_handle'] as const;

/** Whether a header is a word for an identity of people: 2 for one of the words, 1 for a hint. */
export function identityWord(header: string): 0 | 1 | 2 {
  const word = foldWord(header.slice(0, 100));
  if (identityFields.some((field) => listOf[field].includes(word))) return 2;
  return /email|linkedin|twitter/.test(word) ? 1 : 0;
}

/** Whether a header is a word for any field of a person. */
export function isHeaderWord(header: string): boolean {
  return header.length < 60 && allWords.has(foldWord(header));
}

/**
 * Guesses the fields of columns by the columns' names and by the values of the first rows; a column
 * serves one field at most. An address of somebody else (owner, sender, manager) is never taken.
 */
export function guessColumns(
  columns: readonly string[],
  rows: readonly (readonly string[])[] = [],
): Guess {
  const values = columnValues(columns.length, rows);
  const emails = emailCandidates(columns, values);
  const profiles = profileCandidates(columns, values);
  const fields = Object.fromEntries(profileFields.map((field) => [field, null])) as ColumnMapping;
  const taken = new Set<number>();
  const take = (field: ProfileField, index: number | undefined) => {
    if (index === undefined || index < 0 || fields[field] !== null) return;
    fields[field] = columns[index]!;
    taken.add(index);
  };
  const also: Guess['also'] = {};
  for (const [field, found] of [
    ['email', emails],
    ['linkedin_url', profiles],
  ] as const) {
    const free = found.filter(({ index }) => !taken.has(index));
    take(field, free[0]?.index);
    // A column that only its values speak for, or with one address in all rows, may be anybody's.
    const more = free
      .slice(1)
      .flatMap(({ index, rank }) => (rank < 8 && rank % 5 < 3 ? [index] : []));
    if (more.length > 0) also[field] = more.map((index) => columns[index]!);
    for (const index of more) taken.add(index);
  }
  const words = columns.map(wordOf);
  for (const { field, list } of wordLists.filter(({ field: one }) => fields[one] === null)) {
    const isFree = (index: number) => index >= 0 && !taken.has(index);
    if (field === 'email' || field === 'linkedin_url') continue;
    take(field, list.map((word) => words.indexOf(word)).find(isFree));
    const hint = headerHints[field];
    if (hint)
      take(
        field,
        words.findIndex(
          (word, index) => isFree(index) && hint.has.test(word) && !hint.not.test(word),
        ),
      );
  }
  return { fields: splitName(fields), also, doubts: doubtsOf(columns, values, emails) };
}

/** The word of a header, without the record that exports of Pipedrive and others put before it. */
function wordOf(column: string): string {
  const word = foldWord(column);
  const bare = foldWord(column.replace(/^(person|contact|lead|prospect)\s*[-–:.>|]\s*/i, ''));
  return !allWords.has(word) && allWords.has(bare) ? bare : word;
}

/** The further columns of the fields that are mapped as they were guessed. */
export function alsoOf(
  { fields, also }: Guess,
  mapped: Partial<Record<string, string | null>>,
): Pick<Guess, 'also'> {
  const same = Object.entries(also).filter(
    ([field]) => mapped[field] === fields[field as ProfileField],
  );
  return { also: Object.fromEntries(same) };
}

/** A column that may have the field; the lowest rank is the best. */
type Candidate = { index: number; rank: number };

const byRank = (a: Candidate, b: Candidate): number => a.rank - b.rank || a.index - b.index;

function emailCandidates(columns: readonly string[], values: readonly ColumnValues[]): Candidate[] {
  const found = columns.flatMap((column, index): Candidate[] => {
    const rank = emailRank(column, values[index]!);
    return rank === null ? [] : [{ index, rank }];
  });
  const varied = found.some(({ index }) => values[index]!.distinct > 1);
  const hasAny = found.some(({ index }) => values[index]!.emails > 0);
  return found
    .filter(({ index }) => !hasAny || values[index]!.emails > 0 || values[index]!.filled === 0)
    .map(({ index, rank }) => {
      // The same address in every row is a colleague's.
      const { filled, distinct } = values[index]!;
      return { index, rank: varied && filled > 1 && distinct === 1 ? rank + 10 : rank };
    })
    .sort(byRank);
}

function emailRank(column: string, { filled, emails }: ColumnValues): number | null {
  const word = foldWord(column);
  const listed = listOf.email.indexOf(word);
  if (listed >= 0) return listed / 1000;
  const words = foldedWords(column);
  if (words.some((one) => others.has(one))) return null;
  if (filled > 0 ? emails * 2 < filled : noAddresses.some((no) => word.includes(no))) return null;
  if (!word.includes('email') && !words.includes('mail')) return emails > 0 ? 3 : null;
  return words.some((one) => seconds.has(one)) ? 2 : 1;
}

function profileCandidates(
  columns: readonly string[],
  values: readonly ColumnValues[],
): Candidate[] {
  const hint = headerHints.linkedin_url!;
  const found = columns.flatMap((column, index): Candidate[] => {
    const word = foldWord(column);
    const { filled, profiles, otherProfiles } = values[index]!;
    const isOther = otherProfiles * 2 > profiles ? 5 : 0;
    const listed = listOf.linkedin_url.indexOf(word);
    if (listed >= 0) return [{ index, rank: listed / 1000 + isOther }];
    if (filled > 0 && profiles * 2 < filled) return [];
    if (foldedWords(column).some((one) => others.has(one))) return [];
    if (hint.has.test(word) && !hint.not.test(word)) {
      const isSales = /sales|recruiter|talent/.test(word) ? 0.5 : 0;
      return [{ index, rank: 1 + isSales + isOther }];
    }
    return profiles > 0 ? [{ index, rank: 3 + isOther }] : [];
  });
  const hasAny = found.some(({ index }) => values[index]!.profiles > 0);
  return found
    .filter(({ index }) => !hasAny || values[index]!.profiles > 0 || values[index]!.filled === 0)
    .sort(byRank);
}

/**
 * Columns as good as the chosen one that hold other addresses in the same rows, and whose names
 * tell of another role: "Billing email" beside "Shipping email".
 */
function doubtsOf(
  columns: readonly string[],
  values: readonly ColumnValues[],
  [best, ...more]: readonly Candidate[],
): string[] {
  if (!best || best.rank < 1) return [];
  const role = (index: number) =>
    foldedWords(columns[index]!)
      .filter((word) => !qualifying.has(word))
      .join(' ');
  const rivals = more.filter(
    ({ index, rank }) =>
      rank === best.rank &&
      role(index) !== role(best.index) &&
      values[index]!.addresses.some((address, row) => {
        const chosen = values[best.index]!.addresses[row];
        return address !== null && chosen && chosen !== address;
      }),
  );
  return rivals.length > 0 ? [best, ...rivals].map(({ index }) => columns[index]!) : [];
}

/** German tables call the family name just "Name" beside a "Vorname". */
function splitName(mapping: ColumnMapping): ColumnMapping {
  const { first_name, last_name, name } = mapping;
  const german =
    first_name !== null &&
    foldWord(first_name) === 'vorname' &&
    name !== null &&
    foldWord(name) === 'name';
  return german && last_name === null ? { ...mapping, last_name: name, name: null } : mapping;
}
