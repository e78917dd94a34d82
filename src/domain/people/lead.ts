import { z } from 'zod';
import {
  normaliseDomain,
  normaliseEmail,
  normaliseLinkedInUrl,
  normaliseXHandle,
} from '../identity.ts';
import { normaliseLinkedInPage } from '../linkedin-url.ts';
import { isStorableJson, text } from '../text.ts';
import { readLine } from './blank.ts';
import { splitName } from './name-parts.ts';
import { customFieldsLimit } from './prospect-input.ts';

export const leadTypes = ['person', 'company'] as const;

const line = text({ max: 500 }).nullable().optional();
/** Of attributes, of location, and of the lists, each as JSON text; in UTF-16 units. */
export const attributesLimit = customFieldsLimit;
const tooLarge = `Must be at most ${attributesLimit} characters long as JSON.`;
const json = <Schema extends z.ZodType>(schema: Schema) =>
  schema
    .refine(isStorableJson, 'Must hold well-formed Unicode without NUL characters only.')
    .refine((value) => JSON.stringify(value).length <= attributesLimit, tooLarge);
const bag = json(z.record(z.string(), z.unknown()));
const items = json(z.array(z.record(z.string(), z.unknown())).max(100));

/** A lead in Puffle's shape, as callers send it. Names and companies may be plain text. */
export const leadInput = z.object({
  name: z
    .union([text({ max: 500 }), z.object({ full: line, first: line, last: line })])
    .nullable()
    .optional(),
  title: line,
  company: z
    .union([text({ max: 500 }), z.object({ name: line, domain: line })])
    .nullable()
    .optional(),
  email: text({ max: 500 })
    .nullable()
    .optional()
    .describe('Else the first of `contacts` with type "email".'),
  linkedinUrl: text({ max: 1000 })
    .nullable()
    .optional()
    .describe('Else the first of `socials` on linkedin.com.'),
  xHandle: text({ max: 500 })
    .nullable()
    .optional()
    .describe(
      'On X: a handle, the URL of a profile, or a numeric user id. ' +
        'Else the first of `socials` with type "x" or "twitter".',
    ),
  domain: line,
  industry: line,
  size: line,
  location: bag.optional(),
  socials: items.optional().describe('{"type": "linkedin", "url": "…"}'),
  contacts: items.optional().describe('{"type": "email", "value": "…"}'),
  attributes: bag
    .optional()
    .describe(
      'Free-form; become custom fields in campaigns. ' +
        `At most ${attributesLimit} characters of JSON.`,
    ),
});
export type LeadInput = z.output<typeof leadInput>;

/** The columns that an input sets; fields that the caller did not send are absent. */
export type LeadFields = Partial<
  Record<
    | 'email'
    | 'linkedin_url'
    | 'x_handle'
    | 'first_name'
    | 'last_name'
    | 'name'
    | 'title'
    | 'company'
    | 'domain'
    | 'industry'
    | 'size',
    string | null
  > &
    Record<'location' | 'attributes', Record<string, unknown>> &
    Record<'socials' | 'contacts', Record<string, unknown>[]>
>;

export type IdentityInput = 'email' | 'linkedinUrl' | 'xHandle';

/**
 * The lead in its stored form: identities normalised, blank texts null. `invalid` names an identity
 * that the caller sent and that is not valid.
 */
export function readLead(input: LeadInput): { fields: LeadFields; invalid: IdentityInput | null } {
  const { name, company, email: mail, linkedinUrl, xHandle, domain, ...rest } = input;
  const fields: LeadFields = { ...namesOf(name), ...companyOf(company) };
  for (const [field, value] of Object.entries(rest)) {
    if (value !== undefined)
      Object.assign(fields, { [field]: typeof value === 'string' ? readLine(value) : value });
  }
  if (domain !== undefined)
    fields.domain = domain ? (normaliseDomain(domain) ?? domain.trim()) : null;
  const email = mail ?? firstOf(input.contacts, 'email', 'value');
  const url = linkedinUrl ?? firstOf(input.socials, 'linkedin', 'url');
  if (email !== undefined) fields.email = email ? normaliseEmail(email) : null;
  if (url !== undefined) fields.linkedin_url = url ? linkedInAddress(url) : null;
  const handle =
    xHandle === undefined ? xHandleAmong(input.socials) : xHandle && normaliseXHandle(xHandle);
  if (handle !== undefined) fields.x_handle = handle || null;
  return { fields, invalid: invalidIdentity({ email, linkedinUrl: url, xHandle }, fields) };
}

/** The first identity that the caller sent and that did not survive normalisation. */
function invalidIdentity(
  sent: Partial<Record<IdentityInput, string | null | undefined>>,
  { email, linkedin_url, x_handle }: LeadFields,
): IdentityInput | null {
  if (sent.email && !email) return 'email';
  if (sent.linkedinUrl && !linkedin_url) return 'linkedinUrl';
  if (sent.xHandle && !x_handle) return 'xHandle';
  return null;
}

function namesOf(name: LeadInput['name']): LeadFields {
  if (name === undefined) return {};
  if (name === null) return { name: null, first_name: null, last_name: null };
  if (typeof name === 'string') {
    const { name: whole, first, last } = splitName(readLine(name) ?? '');
    return { name: whole, first_name: first, last_name: last };
  }
  const [full, first, last] = [name.full, name.first, name.last].map((text) =>
    text === null || text === undefined ? null : readLine(text),
  );
  return {
    name: full ?? ([first, last].filter(Boolean).join(' ') || null),
    first_name: first ?? null,
    last_name: last ?? null,
  };
}

function companyOf(company: LeadInput['company']): LeadFields {
  if (company === undefined) return {};
  if (company === null || typeof company === 'string')
    return { company: company === null ? null : readLine(company) };
  return {
    company: company.name ? readLine(company.name) : null,
    ...(company.domain ? { domain: normaliseDomain(company.domain) ?? company.domain } : {}),
  };
}

/** A person's profile or, since leads may be companies, the page of one. */
const linkedInAddress = (url: string): string | null =>
  normaliseLinkedInUrl(url) ?? normaliseLinkedInPage(url);

/** The X handle in a lead's socials. A link that names no account on X is ignored, not invalid. */
function xHandleAmong(socials: LeadInput['socials']): string | undefined {
  const url = firstOf(socials, 'x', 'url') ?? firstOf(socials, 'twitter', 'url');
  return (url && normaliseXHandle(url)) || undefined;
}

function firstOf(
  list: Record<string, unknown>[] | undefined,
  type: string,
  member: string,
): string | undefined {
  const found = list?.find((item) => item.type === type && typeof item[member] === 'string')?.[
    member
  ];
  return typeof found === 'string' ? found : undefined;
}
