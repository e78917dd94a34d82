import { fieldSpelled, type ProfileField } from './prospect-input.ts';

/** The member of a lead that has a field of a person. */
const members: Record<ProfileField, string> = {
  email: 'email',
  linkedin_url: 'linkedinUrl',
  x_handle: 'xHandle',
  first_name: 'name.first',
  last_name: 'name.last',
  name: 'name',
  company: 'company',
  position: 'title',
  headline: 'attributes.headline',
};

/**
 * A lead whose members are named as those of a person in a campaign, or nearly so (`first_name`,
 * `firstName`, `linkedin`), with the members of a lead; and which were renamed, to which. Members
 * that are known, and those that mean nothing, stay as they are.
 */
export function leadSpelled(
  given: Record<string, unknown>,
  known: Readonly<Record<string, unknown>>,
): { lead: Record<string, unknown>; renamed: [from: string, to: string][] } {
  const lead: Record<string, unknown> = {};
  const renamed: [string, string][] = [];
  for (const [name, value] of Object.entries(given))
    if (Object.hasOwn(known, name)) lead[name] = value;
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(known, name)) continue;
    const field = fieldSpelled(name);
    const [member = name, part] = field ? members[field].split('.') : [];
    const before = lead[member];
    const isFree =
      before === undefined || (part !== undefined && isRecord(before) && !(part in before));
    if (field === null || !isFree) lead[name] = value;
    else {
      lead[member] = part === undefined ? value : { ...(before as object), [part]: value };
      renamed.push([name, part === undefined ? member : `${member}.${part}`]);
    }
  }
  return { lead, renamed };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
