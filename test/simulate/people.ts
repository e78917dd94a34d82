import { zones } from './zones.ts';

export const groups = ['a', 'b', 'late'] as const;
export const groupSize = 30;

const domains = ['people.test', 'else.test', 'third.test'] as const;
/** Spelled in several ways: it is the same company. */
const firms = ['Mill', ' mill', 'Bakery ', null] as const;
/** Numbers of countries with one time. */
const phones = [
  ['+49 30 1234567', 'Europe/Berlin'],
  ['0081 3 1234 5678', 'Asia/Tokyo'],
] as const;

export type Channel = 'email' | 'linkedin' | 'x';
export type SimulatedPerson = {
  domain: string;
  company: string | null;
  zone: string | null;
  profile: Record<string, unknown>;
};

/**
 * The identity of a person in a channel: the profile's field, and its value from group and number.
 */
const names: Record<
  Channel,
  { field: string; of: (name: string, domain: string) => string; read: RegExp }
> = {
  email: { field: 'email', of: (name, domain) => `${name}@${domain}`, read: /^([a-z]+)(\d+)@/ },
  linkedin: {
    field: 'linkedin_url',
    of: (name) => `https://www.linkedin.com/in/${name}`,
    read: /\/in\/([a-z]+)(\d+)$/,
  },
  x: { field: 'x_handle', of: (name) => name, read: /^([a-z]+)(\d+)$/ },
};

/**
 * A person by number, always the same. Some have no name, so that texts with `first_name` hold
 * them; some have a time zone.
 */
function personOf(n: number): SimulatedPerson {
  const company = firms[n % firms.length]!;
  const phone = n % 5 === 3 ? phones[n % phones.length]! : null;
  const named = n % 5 === 1 ? zones[(n * 7) % zones.length]! : null;
  const profile = {
    ...(n % 7 === 6 ? {} : { first_name: `P${n}` }),
    ...(company ? { company } : {}),
    ...(named ? { custom_fields: { Timezone: named.toLowerCase() } } : {}),
    ...(phone ? { custom_fields: { phone: phone[0] } } : {}),
  };
  const zone = named ?? phone?.[1] ?? null;
  return {
    domain: domains[n % domains.length]!,
    company: company?.trim().toLowerCase() ?? null,
    zone,
    profile,
  };
}

/** The identity of a person in a channel: field and value. */
export function identify(
  channel: Channel,
  group: string,
  n: number,
): { field: string; value: string } {
  return {
    field: names[channel].field,
    value: names[channel].of(`${group}${n}`, personOf(n).domain),
  };
}

/** A person as a prospect of a channel. */
export function draftOf(
  channel: Channel,
  group: string,
  n: number,
): { identity: string; draft: Record<string, unknown> } {
  const { field, value } = identify(channel, group, n);
  return { identity: value, draft: { [field]: value, ...personOf(n).profile } };
}

/** Finds a person by their identity in any channel. Strangers have only a domain. */
export function personAt(identity: string): Omit<SimulatedPerson, 'profile'> {
  for (const [channel, { read }] of Object.entries(names)) {
    const [, group, n] = read.exec(identity) ?? [];
    if (group && n && identify(channel as Channel, group, Number(n)).value === identity)
      return personOf(Number(n));
  }
  return { domain: identity.slice(identity.indexOf('@') + 1), company: null, zone: null };
}

/** Public holidays of whole countries in the simulated months, from their laws. */
export const publicHolidays: Readonly<Record<string, readonly string[]>> = {
  DE: ['2026-04-03', '2026-04-06', '2026-05-01', '2026-10-03'],
  US: ['2026-05-25', '2026-09-07', '2026-11-26'],
};
