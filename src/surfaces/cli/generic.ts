import type { Block, Column } from './layout.ts';
import { isEmpty, isNested, isRow, isRows, type Row } from './values.ts';
import { isId, percent, plain, type Shown } from './words.ts';

/** Members of a list's answer besides the rows. */
const metadataNames = [
  'total',
  'page',
  'limit',
  'totalPages',
  'next_cursor',
  'nextCursor',
  'hasMore',
  'warnings',
];

/** Members that say which thing a row is about, the most telling first. */
const namingMembers = ['name', 'title', 'email_address', 'email', 'value', 'kind', 'subject'];

/** An object with a longer text gets a section with a line for each member. */
const maxInlineLength = 100;
const maxSentence = 200;

/** Any answer: a list as a table; any other body as a line per member, with nested values below. */
export function describeAny(body: unknown, shown: Shown): Block[] {
  if (isRows(body)) return [tableOf(body, shown)];
  if (!isRow(body)) return [{ texts: [String(body)] }];
  const members = Object.entries(body).filter(([name]) => !metadataNames.includes(name));
  const only = members.length === 1 ? members[0]![1] : null;
  if (isRows(only)) return [tableOf(only, shown)];
  return sectionsOf(isRow(only) ? only : Object.fromEntries(members), shown);
}

/** An object: a line for each member, names before ids, and values that fit no line below. */
export function sectionsOf(body: Row, shown: Shown, head?: string): Block[] {
  const filled = Object.entries(body)
    .filter(([name, value]) => !isEmpty(value) && (shown.wide || isTold(name, value, shown)))
    .toSorted(([one], [other]) => weightOf(one) - weightOf(other));
  const isBelow = (value: unknown) =>
    isNested(value) ||
    ((isRow(value) || Array.isArray(value)) && plain(value, shown).length > maxInlineLength);
  const members = filled
    .filter(([, value]) => !isBelow(value))
    .map(([name, value]) => [name, textOfMember(name, value, shown)] as const)
    .filter(([, text]) => text !== '');
  const below = filled.filter(([, value]) => isBelow(value));
  const first = members.length > 0 ? [{ ...(head === undefined ? {} : { head }), members }] : [];
  return [
    ...first,
    ...below.flatMap(([name, value]): Block[] => {
      if (isRow(value)) return sectionsOf(value, shown, name);
      if (isRows(value)) return [{ ...tableOf(value, shown), head: name }];
      return [{ head: name, texts: (value as unknown[]).map((one) => plain(one, shown)) }];
    }),
  ];
}

function textOfMember(name: string, value: unknown, shown: Shown): string {
  if (name.endsWith('_rate') && typeof value === 'number') return percent(value);
  const text = plain(value, shown);
  // A text without blanks, such as a link or a key, is never cut, because half is useless.
  return text.length > maxSentence && /\s/.test(text) ? `${text.slice(0, maxSentence)}…` : text;
}

/** Ids of other things say nothing to people unless their name is known. */
const isTold = (name: string, value: unknown, { names }: Shown): boolean =>
  !/(_(id|ref)|Id)$/.test(name) || !isId(value) || names.has(String(value));

function tableOf(rows: readonly Row[], shown: Shown): Extract<Block, { columns: unknown }> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    .filter((name) => rows.some((row) => !isNested(row[name]) && !isEmpty(row[name])))
    .filter((name) => shown.wide || rows.some((row) => isTold(name, row[name], shown)))
    .filter((name) => shown.wide || !/^(updated_?at|user_id)$/i.test(name))
    .toSorted((one, other) => weightOf(one) - weightOf(other));
  const columns = names.map((name, index): Column => {
    const values = rows.map((row) => row[name]);
    const isProse = values.some((value) => isRow(value) || /\s/.test(plain(value, shown)));
    return {
      name,
      rank: name === 'id' ? 2 : index,
      right: values.every((value) => typeof value === 'number'),
      ...(isProse && !/_at$|At$/.test(name) ? { least: 16 } : {}),
    };
  });
  return {
    columns,
    rows: rows.map((row) => names.map((name) => textOfMember(name, row[name], shown))),
  };
}

/** The place of a member: the name of the thing, its status, all else, instants, ids. */
function weightOf(name: string): number {
  const naming = namingMembers.indexOf(name);
  if (naming >= 0) return naming;
  if (name === 'status') return 10;
  if (name === 'id') return 40;
  if (/(_(id|ref)|Id)$/.test(name)) return 30;
  return /(_at|At)$/.test(name) ? 20 : 15;
}
