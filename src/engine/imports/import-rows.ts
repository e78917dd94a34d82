import type { Reject } from '../../db/people/imports.ts';
import type { NewProspect } from '../../db/sending/roster-changes.ts';
import type { Scan } from '../../domain/imports/csv.ts';
import { type ColumnMapping, rowReader } from '../../domain/imports/csv-mapping.ts';
import { readRosterPerson } from '../../domain/people/prospect-input.ts';

export type RosterTable = {
  columns: readonly string[];
  fields: Partial<ColumnMapping>;
  channel: string;
};

/** Progress in a table: data rows read so far, and the rejected ones. Rows are numbered from 1. */
export type ImportProgress = { rejects: Reject[]; rows: number };

const maxRawLength = 2_000;

/**
 * Reads the records of a table as people and updates `tally`. Blank rows are skipped and not
 * counted.
 */
export function* readRows(
  text: string,
  scan: Scan,
  { table, newId, tally }: { table: RosterTable; newId: () => string; tally: ImportProgress },
): Generator<NewProspect> {
  const readRow = rowReader(table.columns, table.fields);
  for (const [index, record] of scan.records.entries()) {
    if (record?.every((value) => value === '')) continue;
    tally.rows += 1;
    let reason: string | null = null;
    const report = (field: string, code: string, message: string): void => {
      if (code !== 'dropped') reason ??= `${field}: ${message}`;
    };
    const person =
      record?.length === table.columns.length
        ? readRosterPerson(table.channel, readRow(record), report)
        : null;
    if (person) {
      yield Object.assign(person, { id: newId() });
      continue;
    }
    if (!record) reason = 'The quotes of this line do not add up, or it is too long.';
    else reason ??= `The row has ${record.length} values, the header has ${table.columns.length}.`;
    const raw = text
      .slice(scan.starts[index], scan.starts[index + 1] ?? scan.end)
      .slice(0, maxRawLength);
    tally.rejects.push({
      row: tally.rows,
      reason,
      raw: raw.replaceAll('\u0000', '\ufffd').toWellFormed().trimEnd(),
    });
  }
}
