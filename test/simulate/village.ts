import { zones } from './zones.ts';

export const villages = ['a', 'b', 'late'] as const;
export const villagers = 30;

const domains = ['people.test', 'else.test', 'third.test'] as const;
/** Written in several ways: it is the same firm. */
const firms = ['Mill', ' mill', 'Bakery ', null] as const;
/** Numbers of countries with one time. */
const phones = [
  ['+49 30 1234567', 'Europe/Berlin'],
  ['0081 3 1234 5678', 'Asia/Tokyo'],
] as const;

type Resident = {
  email: string;
  domain: string;
  company: string | null;
  zone: string | null;
  draft: Record<string, unknown> & { email: string };
};

/** A person of a village, always the same; some have no name, so that what greets them by it holds them, and some say where they live. */
export function resident(village: string, n: number): Resident {
  const domain = domains[n % domains.length]!;
  const email = `${village}${n}@${domain}`;
  const company = firms[n % firms.length]!;
  const phone = n % 5 === 3 ? phones[n % phones.length]! : null;
  const named = n % 5 === 1 ? zones[(n * 7) % zones.length]! : null;
  const draft = {
    email,
    ...(n % 7 === 6 ? {} : { first_name: `P${n}` }),
    ...(company ? { company } : {}),
    ...(named ? { custom_fields: { Timezone: named.toLowerCase() } } : {}),
    ...(phone ? { custom_fields: { phone: phone[0] } } : {}),
  };
  return { email, domain, company: company?.trim().toLowerCase() ?? null, zone: named ?? phone?.[1] ?? null, draft };
}

/** Who it is, from the address alone; people who live nowhere have only their domain. */
export function residentAt(email: string): Omit<Resident, 'draft'> {
  const [, village, n] = /^([a-z]+)(\d+)@/.exec(email) ?? [];
  const known = village !== undefined && n !== undefined ? resident(village, Number(n)) : null;
  return known?.email === email ? known : { email, domain: email.slice(email.indexOf('@') + 1), company: null, zone: null };
}

/** Public holidays of whole countries in the months of the stories, from their laws. */
export const publicHolidays: Readonly<Record<string, readonly string[]>> = {
  DE: ['2026-04-03', '2026-04-06', '2026-05-01', '2026-10-03'],
  US: ['2026-05-25', '2026-09-07', '2026-11-26'],
};
