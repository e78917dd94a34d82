type Named = { name: string | null; first_name: string | null; last_name: string | null };
type Identified = { email: string | null; linkedin_url: string | null; x_handle: string | null };

/** The name of a person; empty where none is known. */
export const personName = (one: Named): string =>
  one.name ?? [one.first_name, one.last_name].filter(Boolean).join(' ');

/** What tells the person apart: the address, the profile or the name on X. */
export const identityOf = (one: Identified): string =>
  one.email ?? one.linkedin_url ?? (one.x_handle ? `@${one.x_handle}` : '');
