import type { JsonSchema } from '../../src/json-schema.ts';

/** Values that pass checks beyond JSON Schema, by the member's name. */
const plausible: Record<string, unknown> = {
  action: 'resolve',
  bcc: 'sample@people.test',
  cc: 'sample@people.test',
  date: '2026-03-02',
  email: 'sample@people.test',
  email_address: 'sample@sender.test',
  linkedin_url: 'https://linkedin.com/in/sample',
  operating_hours: { '1': { start: 540, end: 1020 } },
  reply_to: 'sample@people.test',
  timezone: 'Europe/Berlin',
  value: 'sample@people.test',
};

/** The smallest value a schema takes, with every member of objects when `full`. */
export function sample(
  schema: JsonSchema,
  { name = '', full = false }: { name?: string; full?: boolean } = {},
): unknown {
  if (name in plausible && (schema.enum?.some((one) => one === plausible[name]) ?? true))
    return plausible[name];
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'array' && schema.maxItems === 0) return [];
  const branch = [schema.anyOf, schema.oneOf, schema.allOf].find(
    (one) => one && one.length > 0,
  )?.[0];
  if (branch) return sample(branch as JsonSchema, { full });
  if (schema.type === 'array')
    return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () =>
      sample((schema.items ?? {}) as JsonSchema, { full }),
    );
  if (schema.type === 'object') {
    const wanted = Object.entries(schema.properties ?? {}).filter(
      ([member]) => full || schema.required?.includes(member),
    );
    return Object.fromEntries(
      wanted.map(([member, own]) => [member, sample(own as JsonSchema, { name: member, full })]),
    );
  }
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'null') return null;
  if (schema.format === 'uuid') return '019ae6a0-0000-7000-8000-000000000000';
  if (schema.format === 'date-time') return '2030-01-01T00:00:00Z';
  if (schema.format === 'email') return 'sample@people.test';
  return 'x'.repeat(Math.max(1, schema.minLength ?? 0));
}

/** Paths to every value inside a value, itself first. */
export function pathsOf(
  value: unknown,
  path: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([name, item]) =>
      pathsOf(item, [...path, Array.isArray(value) ? Number(name) : name]),
    ),
  ];
}

/** A copy with one value replaced. */
export function replaced(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (index === name ? replaced(item, rest, by) : item));
  return {
    ...(value as object),
    [name]: replaced((value as Record<string, unknown>)[name], rest, by),
  };
}

/** Hostile values as JSON text, because some have no equal in JavaScript. */
export const hostile = [
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '1e400',
  '-1e308',
  '9007199254740993',
  '2147483648',
  '""',
  '" "',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udfff x"',
  '"\\r\\nBcc: x@y.test"',
  '"%00"',
  '"{{first_name}} %nope%"',
  `"${'x'.repeat(200_000)}"`,
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '{"a":{"b":[{"c":null}]}}',
  '{"a":"\\u0000"}',
  '{"\\u0000":1}',
  '{"a":["\\ud800"]}',
  '{"length":1}',
  '{"constructor":1,"toString":2}',
  '"2026-02-30T00:00:00Z"',
  '"0001-01-01T00:00:00Z"',
  '"NaN"',
  '"1e400"',
  '"\'; drop table campaigns; --"',
  '"../../etc/passwd"',
  '"\u202e\ufeff\ud83d\ude00"',
];
