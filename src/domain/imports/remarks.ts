import { storable } from '../text.ts';

/** The remarks of an import on rows that it took or left out, by how many rows. */
const messages = {
  opted_out: 'Left out, because a column says that the person must not be written to',
  other_column: 'Address taken from another column, because the first had none',
  first_of_several: 'First of several addresses in a cell taken',
  dropped: 'Value left out that is none of its kind',
  cut: 'Text cut that was too long',
  custom_dropped: 'Longest texts of other columns left out, because they are more than fits',
  doubtful: 'Name that may stand for nothing: look at these people before the launch',
};
export type RemarkCode = keyof typeof messages;

/** How many rows, and the first example. */
export type Remarks = Partial<Record<RemarkCode, { rows: number; of: string }>>;

export function remark(remarks: Remarks, code: RemarkCode, of: string): void {
  const known = remarks[code];
  if (known) known.rows += 1;
  else remarks[code] = { rows: 1, of: storable(of.slice(0, 120)) };
}

/** Both together; the first example stays. */
export function addRemarks(remarks: Remarks, more: Remarks): Remarks {
  const sum: Remarks = { ...remarks };
  for (const [code, { rows, of }] of Object.entries(more) as [
    RemarkCode,
    { rows: number; of: string },
  ][])
    sum[code] = { rows: (sum[code]?.rows ?? 0) + rows, of: sum[code]?.of ?? of };
  return sum;
}

/** The remarks as sentences. */
export function remarksInWords(remarks: Remarks): string[] {
  return (Object.keys(messages) as RemarkCode[]).flatMap((code) => {
    const found = remarks[code];
    return found ? [`${messages[code]}: rows ${found.rows}, such as ${found.of}.`] : [];
  });
}
