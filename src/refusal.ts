import type { z } from 'zod';
import { AppError, maxProblems } from './errors.ts';

const maxNames = 10;

/** A name that a caller made up, as far as it is repeated to them. */
export const shortName = (name: PropertyKey): string => String(name).slice(0, 100);

/** A 400 that names every field zod refused, up to a hundred of them. */
export function invalid(error: z.ZodError): AppError {
  const errors = error.issues.slice(0, maxProblems).map(({ path, message, code }) => ({
    pointer: `/${path.map(shortName).join('/')}`,
    code: message === 'Required.' ? 'required' : code,
    message,
  }));
  const [first] = errors;
  const field = first?.pointer.slice(1) || 'body';
  return new AppError('request.invalid', first && `${field}: ${first.message}`, { errors });
}

type Issue = z.core.$ZodRawIssue;

/**
 * The message for people about a value that zod refuses, unless its schema has a message of its
 * own. Passed to zod with each parse as `error`.
 */
export function refuse(issue: Issue): string | undefined {
  if (issue.input === undefined) return 'Required.';
  return refusals[issue.code]?.(issue as never);
}

type Refusals = {
  [Code in Issue['code']]?: (issue: Extract<Issue, { code: Code }>) => string | undefined;
};

const refusals: Partial<Record<string, (issue: never) => string | undefined>> = {
  invalid_type: ({ expected, input }) => {
    const actual = kindOf(input);
    return `Must be ${kinds[expected] ?? expected}${actual ? `, not ${actual}` : ''}.`;
  },
  invalid_value: ({ values }) =>
    `Must be ${values.length > 1 ? 'one of ' : ''}${values.map(String).join(', ')}.`,
  invalid_format: ({ format }) => formats[format],
  invalid_union: ({ errors }) => readBranches(errors),
  too_big: ({ origin, maximum, inclusive }) => {
    const max = inclusive === false ? 'less than' : 'at most';
    return unitsOf[origin]
      ? `May have ${max} ${maximum} ${unit(origin, maximum)}.`
      : `Must be ${max} ${maximum}.`;
  },
  too_small: ({ origin, minimum, inclusive }) => {
    const min = inclusive === false ? 'more than' : 'at least';
    return unitsOf[origin]
      ? `Must have ${min} ${minimum} ${unit(origin, minimum)}.`
      : `Must be ${min} ${minimum}.`;
  },
  unrecognized_keys: ({ keys }) => `There is no field ${listNames(keys)} here.`,
} satisfies Refusals;

/** The first names in quotes, each cut to a length that a person reads. */
function listNames(names: readonly string[]): string {
  const shown = names.slice(0, maxNames).map((name) => `"${shortName(name)}"`);
  return (
    shown.join(', ') + (names.length > maxNames ? `, and ${names.length - maxNames} more` : '')
  );
}

/** The units of a size, in the plural, by zod's `origin`; a number has none. */
const unitsOf: Record<string, string> = {
  string: 'characters',
  array: 'items',
  map: 'fields',
  set: 'items',
  file: 'bytes',
};
function unit(origin: string, n: number | bigint): string | undefined {
  const plural = unitsOf[origin];
  return Number(n) === 1 ? plural?.slice(0, -1) : plural;
}

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};
const formats: Record<string, string> = {
  uuid: 'Must be an id (a UUID), as the lists show it.',
  datetime: 'Must be an instant such as 2026-03-02T09:00:00Z.',
  date: 'Must be a day such as 2026-03-02.',
  url: 'Must be a URL such as https://example.com.',
};

/** The kind of a value in words, the number itself for a fraction; null for NaN. */
function kindOf(input: unknown): string | null {
  if (input === null) return 'null';
  if (Array.isArray(input)) return kinds.array!;
  if (Number.isNaN(input)) return null;
  return typeof input === 'number' && !Number.isInteger(input)
    ? String(input)
    : (kinds[typeof input] ?? null);
}

type Branches = readonly (readonly { path: readonly PropertyKey[]; message: string }[])[];

/**
 * The message about a value that fits none of several shapes: the first fault within the shape
 * whose top level it fits; else the messages of all shapes.
 */
function readBranches(branches: Branches): string | undefined {
  const within = branches.find(
    (issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0),
  )?.[0];
  if (within) return `${within.path.map(shortName).join('/')}: ${within.message}`;
  const messages = [
    ...new Set(
      branches.flatMap((issues) =>
        issues.filter(({ path }) => path.length === 0).map(({ message }) => message),
      ),
    ),
  ];
  return messages.length > 0 ? messages.join(' Or: ') : undefined;
}
