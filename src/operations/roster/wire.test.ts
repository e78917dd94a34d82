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
    expect(codes(field, 'x'.repeat(profileLimits[field] + 1))).toEqual(['too_big']);
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
