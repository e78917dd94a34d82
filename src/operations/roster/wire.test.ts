import { expect, it } from 'vitest';
import { identityFields } from '../../domain/identity.ts';
import {
  type ProfileField,
  profileFields,
  profileLimits,
  readRosterPerson,
} from '../../domain/people/prospect-input.ts';
import { personSchema } from './wire.ts';

type Described = { type: readonly string[]; maxLength?: number };
const properties: Record<string, Described> = personSchema.properties;

/** The codes that `readRosterPerson` reports about a field with this value. */
function codes(field: string, value: unknown): string[] {
  const found: string[] = [];
  readRosterPerson('email', { email: 'a@x.de', [field]: value }, (at, code) => {
    if (at === field) found.push(code);
  });
  return found;
}

it('the schema describes exactly the fields that are read', () => {
  expect(Object.keys(properties)).toEqual([...profileFields, 'custom_fields']);
  expect(codes('nickname', 'x')).toEqual(['ignored']);
});

const identities = Object.values(identityFields).map(({ field }) => field);

it.each(profileFields.filter((field) => !(identities as string[]).includes(field)))(
  '%s takes text up to the described length, or null',
  (field: ProfileField) => {
    expect(properties[field]).toEqual({
      type: ['string', 'null'],
      maxLength: profileLimits[field],
    });
    expect(codes(field, 'x'.repeat(profileLimits[field]))).toEqual([]);
    expect(codes(field, null)).toEqual([]);
    expect(codes(field, 'x'.repeat(profileLimits[field] + 1))).toEqual(['cut']);
    for (const wrong of [7, true, {}, ['x']]) expect(codes(field, wrong)).toEqual(['invalid_type']);
    for (const wrong of ['\u0000', '\udc00x']) expect(codes(field, wrong)).toEqual(['custom']);
  },
);

it('custom_fields takes an object of limited size, or null', () => {
  expect(properties.custom_fields?.type).toEqual(['object', 'null']);
  for (const sound of [null, {}, { a: [1, { b: 'c' }] }])
    expect(codes('custom_fields', sound)).toEqual([]);
  for (const wrong of ['x', 1, []]) expect(codes('custom_fields', wrong)).toEqual(['invalid_type']);
  expect(codes('custom_fields', { a: 'x'.repeat(40_000) })).toEqual(['too_big']);
  expect(codes('custom_fields', { '\u0000': 1 })).toEqual(['custom']);
});

it('texts are trimmed, blank ones are dropped, and the name follows from its parts', () => {
  const person = readRosterPerson(
    'email',
    { email: ' A@X.de ', first_name: ' Jo ', last_name: ' ', company: '' },
    () => {},
  );
  expect(person).toMatchObject({
    email: 'a@x.de',
    identity: 'a@x.de',
    first_name: 'Jo',
    last_name: null,
    company: null,
    name: 'Jo',
  });
});

it.each([
  ['firstName', 'first_name'],
  ['First Name', 'first_name'],
  ['LASTNAME', 'last_name'],
  ['jobTitle', 'position'],
  ['linkedin', 'linkedin_url'],
])('%s is taken as %s, and said', (spelled, field) => {
  const person = readRosterPerson(
    'email',
    { email: 'a@x.de', [spelled]: 'linkedin.com/in/jo' },
    () => {},
  );
  expect(person?.[field as ProfileField]).toMatch(/linkedin.com\/in\/jo/);
  expect(codes(spelled, 'x')).toEqual(['renamed']);
});

it.each([
  ...[
    'Jo\nLee',
    'Jo\r\n Lee',
    'Jo\tLee',
    'Jo\u2028Lee',
    'Jo\u0085Lee',
    'Jo\u001bLee',
    'Jo  Lee',
  ].map((given) => [given, 'Jo Lee']),
  ...[
    '\u200b',
    '\u3164',
    '\u2800',
    '#N/A',
    '#NV',
    '#REF!',
    '#ÜBERLAUF!',
    '\\N',
    'NaN',
    'undefined',
  ].map((given) => [given, null]),
  ...[
    '(null)',
    'n/a',
    '[object Object]',
    '{{first_name}}',
    '={{ $json.name }}',
    '%first_name%',
  ].map((given) => [given, null]),
  ...['*|FNAME|*', '[[x]]', '{name}', '--', '?', '.'].map((given) => [given, null]),
  ['\u200bJo\u00ad', 'Jo'],
  ['="Jo"', 'Jo'],
  ['Nan', 'Nan'],
  ['Null', 'Null'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['👩\u200d💻', '👩\u200d💻'],
  ['Jo ❤\ufe0f', 'Jo ❤\ufe0f'],
])('a name %j is read as %j', (given, read) => {
  const person = readRosterPerson('email', { email: 'a@x.de', first_name: given }, () => {});
  expect(person).toMatchObject({ first_name: read, name: read });
});

it('nobody is called "null null", and custom fields without a value are left out', () => {
  const person = readRosterPerson(
    'email',
    {
      email: 'a@x.de',
      first_name: 'null',
      last_name: 'NULL',
      name: 'null null',
      custom_fields: { city: '#N/A', plan: 'null', lines: 'a\nb', n: 1 },
    },
    () => {},
  );
  expect(person).toMatchObject({ first_name: null, last_name: null, name: null });
  expect(JSON.parse(person!.custom_fields!)).toEqual({ plan: 'null', lines: 'a\nb', n: 1 });
});
