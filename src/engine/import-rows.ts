import type { Reject } from '../db/imports.ts';
import type { NewProspect } from '../db/roster.ts';
import type { Scan } from '../domain/csv.ts';
import { type ColumnMapping, rowReader } from '../domain/csv-mapping.ts';
import { readPerson } from '../domain/prospect-input.ts';

export type Table = { columns: readonly string[]; fields: Partial<ColumnMapping>; channel: string };

/** What a piece of a table holds. `rows` counts its data rows; rejects are numbered from 1 within the piece. */
export type ReadRows = { people: NewProspect[]; rejects: Reject[]; rows: number };

const longestRaw = 2_000;

/** Reads the records of a table as people; rows without a single value count for nothing. */
export function readRows(text: string, scan: Scan, { table, newId }: { table: Table; newId: () => string }): ReadRows {
  const read = rowReader(table.columns, table.fields);
  const result: ReadRows = { people: [], rejects: [], rows: 0 };
  scan.records.forEach((record, index) => {
    if (record?.every((value) => value === '')) return;
    result.rows += 1;
    let reason: string | null = null;
    const person = record?.length === table.columns.length ? readPerson(table.channel, read(record), report) : null;
    if (person) {
      result.people.push(Object.assign(person, { id: newId() }));
      return;
    }
    if (!record) reason = 'The quotes of this line do not add up, or it is too long.';
    else reason ??= `The row has ${record.length} values, the header has ${table.columns.length}.`;
    const raw = text.slice(scan.starts[index], scan.starts[index + 1] ?? scan.end).slice(0, longestRaw);
    result.rejects.push({ row: result.rows, reason, raw: raw.replaceAll('\u0000', '\ufffd').toWellFormed().trimEnd() });

    function report(field: string, code: string, message: string): void {
      if (code !== 'dropped') reason ??= `${field}: ${message}`;
    }
  });
  return result;
}
