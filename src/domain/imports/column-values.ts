import { emailsIn, normaliseLinkedInUrl } from '../identity.ts';
import { trimText } from '../invisible.ts';

/** The values of the first rows in one column. */
export type ColumnValues = {
  filled: number;
  /** Cells with an address, and how many different addresses there are. */
  emails: number;
  distinct: number;
  /** Cells with a person's profile on LinkedIn, and those by an id of another product. */
  profiles: number;
  otherProfiles: number;
  /** The first address of each row, null where there is none. */
  addresses: (string | null)[];
};

/** The values of every column in these rows. */
export function columnValues(width: number, rows: readonly (readonly string[])[]): ColumnValues[] {
  return Array.from({ length: width }, (_, index) => {
    const cells = rows.map((row) => trimText(row[index] ?? ''));
    const filled = cells.filter((cell) => cell !== '');
    const addresses = cells.map((cell) =>
      cell.includes('@') ? (emailsIn(cell)[0] ?? null) : null,
    );
    const emails = addresses.filter((address) => address !== null);
    const profiles = filled.filter((cell) => cell.includes('/') && normaliseLinkedInUrl(cell));
    return {
      filled: filled.length,
      emails: emails.length,
      distinct: new Set(emails).size,
      profiles: profiles.length,
      otherProfiles: profiles.filter((cell) => /\/(?:sales|talent)\//i.test(cell)).length,
      addresses,
    };
  });
}
