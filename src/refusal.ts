import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

/** Says for people what is wrong with a value, where its schema has no words of its own; given to zod with each parse. */
export function refuse(issue: Issue): string | undefined {
  if (issue.input === undefined) return 'Required.';
  return refusals[issue.code]?.(issue as never);
}

type Refusals = {
  [Code in Issue['code']]?: (issue: Extract<Issue, { code: Code }>) => string | undefined;
};

const refusals: Partial<Record<string, (issue: never) => string | undefined>> = {
  invalid_type: ({ expected, input }) => {
    const got = kindOf(input);
    return `Must be ${kinds[expected] ?? expected}${got ? `, not ${got}` : ''}.`;
  },
  invalid_value: ({ values }) =>
    `Must be ${values.length > 1 ? 'one of ' : ''}${values.map(String).join(', ')}.`,
  invalid_format: ({ format }) => formats[format],
  invalid_union: ({ errors }) => readBranches(errors),
  too_big: ({ origin, maximum, inclusive }) => {
    const max = inclusive === false ? 'less than' : 'at most';
    return counted[origin]
      ? `May have ${max} ${maximum} ${units(origin, maximum)}.`
      : `Must be ${max} ${maximum}.`;
  },
  too_small: ({ origin, minimum, inclusive }) => {
    const least = inclusive === false ? 'more than' : 'at least';
    return counted[origin]
      ? `Must have ${least} ${minimum} ${units(origin, minimum)}.`
      : `Must be ${least} ${minimum}.`;
  },
  unrecognized_keys: ({ keys }) =>
    `There is no field ${keys.map((key) => `"${key}"`).join(', ')} here.`,
} satisfies Refusals;

const counted: Record<string, string> = {
  string: 'characters',
  array: 'items',
  map: 'fields',
  set: 'items',
  file: 'bytes',
};
const units = (origin: string, n: number | bigint) =>
  Number(n) === 1 ? counted[origin]?.slice(0, -1) : counted[origin];

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

function kindOf(input: unknown): string | null {
  if (input === null) return 'null';
  if (Array.isArray(input)) return kinds.array!;
  if (Number.isNaN(input)) return null;
  return typeof input === 'number' && !Number.isInteger(input)
    ? String(input)
    : (kinds[typeof input] ?? null);
}

type Branches = readonly (readonly { path: readonly PropertyKey[]; message: string }[])[];

/** Of several shapes that something may have, the one it is closest to: what is wrong within it. Else what it may be. */
function readBranches(branches: Branches): string | undefined {
  const within = branches.find(
    (issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0),
  )?.[0];
  if (within) return `${within.path.map(String).join('/')}: ${within.message}`;
  const said = [
    ...new Set(
      branches.flatMap((issues) =>
        issues.filter(({ path }) => path.length === 0).map(({ message }) => message),
      ),
    ),
  ];
  return said.length > 0 ? said.join(' Or: ') : undefined;
}
