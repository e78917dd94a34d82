import { AppError } from '../../errors.ts';

type QueryObject = { [name: string]: unknown };
const maxNames = 200;
const maxDepth = 5;

/**
 * Reads a query in Inbox's bracket notation: `cursor[id]=…`, `ids=1&ids=2`, `ids[]=1`, `ids[0]=1`.
 * Values stay text.
 * @throws request.invalid for brackets that do not match, contradict each other or nest too deep
 */
export function readBrackets(query: Readonly<Record<string, string | string[]>>): QueryObject {
  const entries = Object.entries(query);
  if (entries.length > maxNames) throw refused('', `A query has at most ${maxNames} names.`);
  const read: QueryObject = Object.create(null);
  for (const [name, value] of entries) place(read, name, value);
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, toArrays(value)]));
}

function place(read: QueryObject, name: string, value: string | string[]): void {
  const [, first = '', rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
  if (first === '') throw refused(name, 'The brackets do not match.');
  const path = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1]!)];
  if (path.length > maxDepth) throw refused(name, `It nests deeper than ${maxDepth}.`);
  const isList = path.at(-1) === '';
  if (isList) path.pop();
  let at = read;
  for (const key of path.slice(0, -1)) {
    at[key] ??= Object.create(null);
    const next = at[key];
    if (typeof next !== 'object' || next === null || Array.isArray(next))
      throw refused(name, 'It is given as a value and as an object.');
    at = next as QueryObject;
  }
  const last = path.at(-1)!;
  const given = isList ? [value].flat() : value;
  const before = at[last];
  if (before !== undefined && (typeof before === 'object') !== Array.isArray(before))
    throw refused(name, 'It is given twice.');
  at[last] = before === undefined ? given : [before, given].flat();
}

/**
 * Turns objects with the names 0, 1, 2, … into arrays. JavaScript sorts such names by number,
 * whatever the order in the query.
 */
function toArrays(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, toArrays(member)] as const);
  if (entries.length > 0 && entries.every(([name]) => /^\d{1,4}$/.test(name)))
    return entries.flatMap(([, member]) => member);
  return Object.fromEntries(entries);
}

function refused(name: string, message: string): AppError {
  return new AppError('request.invalid', `${name}: ${message}`, {
    errors: [{ pointer: `/${name}`, code: 'query', message }],
  });
}
