import type { ImportPlan } from '../../db/imports/imports.ts';
import type { LeftOutRow, Reject } from '../../db/imports/left-out.ts';
import type { NewProspect } from '../../db/sending/roster-changes.ts';
import { identityFields } from '../../domain/identity.ts';
import { type Scan, scanCsv } from '../../domain/imports/csv.ts';
import { byteOffset, decode, wholeLines } from '../../domain/imports/encoding.ts';
import { isMended, mendedCells, rejectColumns } from '../../domain/imports/mended.ts';
import { type Remarks, remark } from '../../domain/imports/remarks.ts';
import { isBlank, rowReader, surplus, type TableReading } from '../../domain/imports/rows.ts';
import { isDoubtful } from '../../domain/people/blank.ts';
import {
  mildFaults,
  type RosterPerson,
  readRosterPerson,
} from '../../domain/people/prospect-input.ts';
import { storable } from '../../domain/text.ts';

export type RosterTable = TableReading & { channel: string };

/** A row that says that its person must not be written to. */
export type OptedOut = LeftOutRow & { person: RosterPerson };

/**
 * Progress in a table: data rows read so far, the rejected ones, those that say that the person
 * opted out, and the row of each person, all by their rows in a spreadsheet.
 */
export type ImportProgress = {
  rejects: Reject[];
  optedOut: OptedOut[];
  /** The rows of the people that were read, in their order. */
  numbers: number[];
  rows: number;
  remarks: Remarks;
};

export const noProgress = (): ImportProgress => ({
  rejects: [],
  optedOut: [],
  numbers: [],
  rows: 0,
  remarks: {},
});

const maxRawLength = 32_768;

/**
 * Bytes read and written in one batch, more where a record is longer. A larger batch outlives the
 * garbage collector's young generation and fills the old one.
 */
const batchBytes = 262_144;

/**
 * Reads the records of a table as people and updates `tally`. Blank rows are skipped and not
 * counted.
 */
export function* readRows(
  text: string,
  scan: Scan,
  { table, newId, tally }: { table: RosterTable; newId: () => string; tally: ImportProgress },
): Generator<NewProspect> {
  const read = personReader(table, tally.remarks);
  for (const [index, record] of scan.records.entries()) {
    if (record && isBlank(record)) continue;
    tally.rows += 1;
    const row = scan.rows[index]!;
    const found = record ? read(record) : 'The quotes of this row do not add up.';
    if (typeof found === 'string') {
      tally.rejects.push({ row, reason: storable(found), raw: rawOf(text, scan, index) });
      continue;
    }
    const { person, optOut } = found;
    if (optOut !== null) {
      remark(tally.remarks, 'opted_out', optOut);
      const { identity } = person;
      tally.optedOut.push({ row, kind: 'opted_out', identity, detail: storable(optOut), person });
      continue;
    }
    tally.numbers.push(row);
    yield Object.assign(person, { id: newId() });
  }
}

/** The row as it stands in the file, as far as it can be stored. */
function rawOf(text: string, scan: Scan, index: number): string {
  return text
    .slice(scan.starts[index], scan.starts[index + 1] ?? scan.end)
    .slice(0, maxRawLength)
    .replaceAll('\u0000', '\ufffd')
    .toWellFormed()
    .trimEnd();
}

type ReadPerson = { person: RosterPerson; optOut: string | null };

/** A reader of records: the person and why not to write to them, or why the row has no person. */
function personReader(
  table: RosterTable,
  remarks: Remarks,
): (record: readonly string[]) => ReadPerson | string {
  const readRow = mendedReader(table, rowReader(table, remarks));
  const width = table.columns.length;
  const identity = identityFields[table.channel]?.field ?? 'email';
  return (record) => {
    const more = surplus(record, width);
    if (more !== null) return more;
    const { person: given, problems, optOut } = readRow(record);
    if (problems[identity]) return `${identity}: ${problems[identity]}`;
    let reason: string | null = null;
    const person = readRosterPerson(table.channel, given, (field, code, message) => {
      if (!mildFaults.has(code)) reason ??= `${field}: ${message}`;
      else if (code === 'cut') remark(remarks, 'cut', field);
      else remark(remarks, 'dropped', message);
    });
    for (const [field, problem] of Object.entries(problems))
      if (!problem.startsWith('There is no value'))
        remark(remarks, 'dropped', `${field}: ${problem}`);
    if (!person) return reason ?? 'The row has no person.';
    remarkDoubtful(person, remarks);
    return { person, optOut };
  };
}

/** As `read`; of a file of rejects, without the columns that it has besides its table's. */
function mendedReader({ columns }: RosterTable, read: ReturnType<typeof rowReader>): typeof read {
  if (!isMended(columns)) return read;
  return (record) => {
    const found = read(mendedCells(record));
    for (const column of rejectColumns) delete found.person.custom_fields?.[column];
    return found;
  };
}

const named = ['first_name', 'last_name', 'name', 'company'] as const;

function remarkDoubtful(person: RosterPerson, remarks: Remarks): void {
  const field = named.find((one) => isDoubtful(person[one]));
  if (field) remark(remarks, 'doubtful', `${field}: ${person[field]}`);
}

/** The records of a piece of a file, and its length in bytes. */
export type Records = { text: string; scan: Scan; length: number };

type Place = { from: number; row: number; size: number };
type ReadBytes = (at: { from: number; length: number }) => Promise<Buffer> | Buffer;

/**
 * The next records of a file: those of one batch, or one that is longer.
 * @throws import.unreadable when a record is longer than any can be
 */
export async function readRecords(
  plan: ImportPlan,
  { from, row, size }: Place,
  readBytes: ReadBytes,
): Promise<Records> {
  const { encoding, newline } = plan;
  for (let length = batchBytes; ; length *= 4) {
    const piece = await readBytes({ from, length });
    const last = from + piece.length >= size;
    const bytes = last ? piece : wholeLines(piece, encoding, newline);
    const text = decode(bytes, encoding);
    const width = plan.columns.length;
    const scan = scanCsv(text, plan, { last, row, width, enough: batchBytes });
    if (scan.end > 0 || last)
      return { text, scan, length: byteOffset({ bytes, text, encoding, newline }, scan.end) };
  }
}
