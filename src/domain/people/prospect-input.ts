import { emailsIn, identityFields, identityOf } from '../identity.ts';
import { trimText } from '../invisible.ts';
import { isStorable, isStorableJson } from '../text.ts';
import { isDoubtful, isMissing, readLine } from './blank.ts';

/** The profile fields of a prospect that are text, each with its maximum length in UTF-16 units. */
export const profileLimits = {
  email: 500,
  linkedin_url: 1000,
  x_handle: 500,
  first_name: 255,
  last_name: 255,
  name: 500,
  company: 500,
  position: 500,
  headline: 2000,
} as const;
export type ProfileField = keyof typeof profileLimits;
export const profileFields = Object.keys(profileLimits) as ProfileField[];

/** Maximum length of `custom_fields` as JSON text, in UTF-16 units. */
export const customFieldsLimit = 32_768;

/** A person that can join a roster: texts trimmed, blank ones null, identities normalised. */
export type RosterPerson = Record<ProfileField, string | null> & {
  identity: string;
  /** JSON text, ready for the database. */
  custom_fields: string | null;
};

/** Codes of faults with which a person joins all the same; every other keeps the person out. */
export const mildFaults: ReadonlySet<string> = new Set(['ignored', 'dropped', 'cut', 'renamed']);

/** Called with each fault in a field. */
export type Report = (field: string, code: string, message: string) => void;

/**
 * Reads one person that a caller sent; null when a fault keeps the person out. Written by hand,
 * because a call has a thousand people and this is ten times faster than a general schema.
 * Identities of other channels are kept when they are valid and left out otherwise (page
 * /api/campaigns/{id}/leads).
 */
export function readRosterPerson(
  channel: string,
  given: unknown,
  report: Report,
): RosterPerson | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    report('', 'not_an_object', 'Must be an object with the fields of a person.');
    return null;
  }
  let valid = true;
  const fail: Report = (field, code, message) => {
    valid = false;
    report(field, code, message);
  };
  const source = given as Record<string, unknown>;
  const person = blankPerson();
  for (const field in source) {
    if (field === 'custom_fields') {
      person.custom_fields = readCustomFields(source[field], fail);
      continue;
    }
    const known = fieldSpelled(field);
    if (known === null)
      report(
        field,
        'ignored',
        `There is no field "${field}" of a person; it was ignored. ` +
          'Own fields belong into custom_fields.',
      );
    else if (known === field) person[known] = readText(known, source[field], fail, report);
    else if (!Object.hasOwn(source, known)) {
      person[known] = readText(known, source[field], fail, report);
      report(field, 'renamed', `"${field}" was taken as ${known}.`);
    } else report(field, 'ignored', `"${field}" was ignored, because ${known} is given.`);
  }
  forgetNothing(person);
  person.name ??= nameOf(person);
  identify(channel, person, fail, report);
  return valid ? person : null;
}

const spellings = new Map<string, ProfileField>([
  ...profileFields.map((field): [string, ProfileField] => [field.replaceAll('_', ''), field]),
  ['emailaddress', 'email'],
  ['mail', 'email'],
  ['linkedin', 'linkedin_url'],
  ['linkedinprofile', 'linkedin_url'],
  ['linkedinprofileurl', 'linkedin_url'],
  ['twitter', 'x_handle'],
  ['twitterhandle', 'x_handle'],
  ['firstname', 'first_name'],
  ['givenname', 'first_name'],
  ['surname', 'last_name'],
  ['familyname', 'last_name'],
  ['fullname', 'name'],
  ['companyname', 'company'],
  ['organization', 'company'],
  ['organisation', 'company'],
  ['title', 'position'],
  ['jobtitle', 'position'],
]);

/** The field that a caller means by a name such as firstName, "First name" or jobTitle, or null. */
export function fieldSpelled(name: string): ProfileField | null {
  if (Object.hasOwn(profileLimits, name)) return name as ProfileField;
  return name.length > 40
    ? null
    : (spellings.get(name.toLowerCase().replace(/[\s_.-]/g, '')) ?? null);
}

/** First and last name that both may stand for nothing do: nobody is called "null null". */
function forgetNothing(person: Record<'first_name' | 'last_name' | 'name', string | null>): void {
  if (isDoubtful(person.first_name) && isDoubtful(person.last_name)) {
    person.first_name = null;
    person.last_name = null;
  }
  const { name } = person;
  if (name !== null && name.length < 25 && name.includes(' ') && name.split(' ').every(isDoubtful))
    person.name = null;
}

/** First and last name; null when both are missing. */
export function nameOf(person: {
  first_name: string | null;
  last_name: string | null;
}): string | null {
  return [person.first_name, person.last_name].filter(Boolean).join(' ') || null;
}

function blankPerson(): RosterPerson {
  return {
    identity: '',
    email: null,
    linkedin_url: null,
    x_handle: null,
    first_name: null,
    last_name: null,
    name: null,
    company: null,
    position: null,
    headline: null,
    custom_fields: null,
  };
}

const identities: ReadonlySet<string> = new Set(
  Object.values(identityFields).map(({ field }) => field),
);

/** A text of one line. One that is too long is cut, except for identities. */
function readText(
  field: ProfileField,
  value: unknown,
  fail: Report,
  report: Report,
): string | null {
  if (value === null || value === undefined) return null;
  const limit = profileLimits[field];
  if (typeof value !== 'string') {
    fail(field, 'invalid_type', 'Must be text or null.');
    return null;
  }
  if (!isStorable(value)) {
    fail(field, 'custom', 'Must be well-formed Unicode without NUL characters.');
    return null;
  }
  if (identities.has(field) && value.length > limit) {
    fail(field, 'too_big', `Must have at most ${limit} characters.`);
    return null;
  }
  const line = readLine(value);
  if (line === null || line.length <= limit) return line;
  report(field, 'cut', `${field} was cut: it must have at most ${limit} characters.`);
  // Not within a character of two units.
  return line
    .slice(0, limit)
    .toWellFormed()
    .replace(/\ufffd$/, '')
    .trimEnd();
}

function readCustomFields(value: unknown, fail: Report): string | null {
  if (value === null || value === undefined) return null;
  const field = 'custom_fields';
  if (typeof value !== 'object' || Array.isArray(value))
    fail(field, 'invalid_type', 'Must be an object or null.');
  else if (!isStorableJson(value))
    fail(field, 'custom', 'Must hold well-formed Unicode without NUL characters only.');
  else {
    const json = JSON.stringify(withoutMissing(value as Record<string, unknown>));
    if (json.length <= customFieldsLimit) return json;
    fail(field, 'too_big', `Must be at most ${customFieldsLimit} characters long as JSON.`);
  }
  return null;
}

/** Without the values that stand for nothing, so that texts treat them as missing. */
function withoutMissing(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields);
  const blank = ([, value]: [string, unknown]) =>
    typeof value === 'string' && value !== '' && isMissing(trimText(value));
  return entries.some(blank)
    ? Object.fromEntries(entries.filter((entry) => !blank(entry)))
    : fields;
}

function identify(channel: string, person: RosterPerson, fail: Report, report: Report): void {
  const field = identityFields[channel]?.field ?? 'email';
  for (const { field: other, normalise } of Object.values(identityFields)) {
    const value = person[other];
    if (value === null || other === field) continue;
    person[other] = normalise(value);
    if (person[other] === null) report(other, 'dropped', `${other} is not valid; it was left out.`);
  }
  const identity = identityOf(channel, person);
  if (identity !== null) {
    person.identity = identity;
    person[field] = identity;
  } else if (person[field] === null)
    fail(field, 'required', `Must be given: people of ${channel} campaigns are known by it.`);
  else fail(field, 'invalid_format', notValid(field, person[field]));
}

function notValid(field: ProfileField, value: string): string {
  const shown = `"${value.slice(0, 200).toWellFormed()}"`;
  return field === 'email' && emailsIn(value).length > 1
    ? `There are several addresses in ${shown}; give one.`
    : `${shown} is not a valid ${field}.`;
}
