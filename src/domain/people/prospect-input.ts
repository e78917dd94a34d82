import { identityFields, identityOf } from '../identity.ts';
import { isStorable, isStorableJson } from '../text.ts';

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

/**
 * Called with each fault in a field. The codes `ignored` and `dropped` let the person join, every
 * other code keeps the person out.
 */
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
    if (field === 'custom_fields') person.custom_fields = readCustomFields(source[field], fail);
    else if (Object.hasOwn(profileLimits, field))
      person[field as ProfileField] = readText(field as ProfileField, source[field], fail);
    else
      report(
        field,
        'ignored',
        `There is no field "${field}" of a person; it was ignored. ` +
          'Own fields belong into custom_fields.',
      );
  }
  person.name ??= nameOf(person);
  identify(channel, person, fail, report);
  return valid ? person : null;
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

function readText(field: ProfileField, value: unknown, fail: Report): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') fail(field, 'invalid_type', 'Must be text or null.');
  else if (value.length > profileLimits[field])
    fail(field, 'too_big', `Must have at most ${profileLimits[field]} characters.`);
  else if (!isStorable(value))
    fail(field, 'custom', 'Must be well-formed Unicode without NUL characters.');
  else return value.trim() || null;
  return null;
}

function readCustomFields(value: unknown, fail: Report): string | null {
  if (value === null || value === undefined) return null;
  const field = 'custom_fields';
  if (typeof value !== 'object' || Array.isArray(value))
    fail(field, 'invalid_type', 'Must be an object or null.');
  else if (!isStorableJson(value))
    fail(field, 'custom', 'Must hold well-formed Unicode without NUL characters only.');
  else {
    const json = JSON.stringify(value);
    if (json.length <= customFieldsLimit) return json;
    fail(field, 'too_big', `Must be at most ${customFieldsLimit} characters long as JSON.`);
  }
  return null;
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
  else fail(field, 'invalid_format', `This is not a valid ${field}.`);
}
