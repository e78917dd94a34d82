import type { Readable } from 'node:stream';
import {
  chunkBytes,
  type ImportId,
  type ImportPlan,
  insertChunk,
} from '../../db/imports/imports.ts';
import { emailsIn, identityFields } from '../../domain/identity.ts';
import { type ColumnMapping, mappingProblems } from '../../domain/imports/csv-mapping.ts';
import {
  byteOffset,
  type Census,
  createCensus,
  decode,
  detectEncoding,
  type Encoding,
  type Reading,
  wholeLines,
} from '../../domain/imports/encoding.ts';
import { refuseOtherFiles } from '../../domain/imports/file-kinds.ts';
import { alsoOf, guessColumns } from '../../domain/imports/guess.ts';
import { optOutColumns } from '../../domain/imports/opt-out.ts';
import type { TableReading } from '../../domain/imports/rows.ts';
import { startOf, type TableOptions, type TableStart } from '../../domain/imports/table.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { requireRoom } from './room.ts';

/** A stored file: its first piece, its size in bytes, and the census of all of it. */
export type Stored = { head: Buffer; bytes: number; census: Census };

/**
 * Stores a file while it arrives, in pieces of `chunkBytes`, with at most one piece in memory.
 * @throws import.too_large, import.too_many_waiting, import.disk_full
 */
export async function storeUpload(
  services: Services,
  id: ImportId,
  stream: Readable,
): Promise<Stored> {
  const { take, end } = createCensus();
  let head = Buffer.alloc(0);
  let size = 0;
  let position = 0;
  const store = async (bytes: Buffer) => {
    size += bytes.length;
    await requireRoom(services, id.workspaceId, { size, more: bytes.length });
    await insertChunk(services.db, id, { position, bytes, now: services.clock.now() });
    if (position === 0) head = Buffer.from(bytes);
    take(bytes);
    position += 1;
  };
  const piece = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    for (let at = 0; at < bytes.length; ) {
      const copied = bytes.copy(piece, filled, at);
      at += copied;
      filled += copied;
      if (filled < chunkBytes) continue;
      await store(piece);
      filled = 0;
    }
  }
  if (filled > 0) await store(piece.subarray(0, filled));
  return { head, bytes: size, census: end() };
}

/** How the caller wants a file read; the rest is found out. */
export type ReadOptions = Omit<TableOptions, 'names'> & {
  channel: string;
  mapping?: Partial<ColumnMapping> | undefined;
  encoding?: Encoding | undefined;
  several?: TableReading['several'] | undefined;
};

/**
 * Decides how a file is read: encoding, delimiter, header, and the field of each column.
 * `firstByte` is the offset of the first record, after the header.
 * @throws import.unreadable, request.invalid
 */
export function planImport(
  { head, bytes, census }: Stored,
  options: ReadOptions,
): { plan: ImportPlan; firstByte: number } {
  refuseOtherFiles(head);
  const reading = detectEncoding(head, census, options.encoding ?? null);
  const { encoding, bom } = reading;
  const last = head.length === bytes;
  const newline = head.includes('\n') || !head.includes('\r') ? '\n' : '\r';
  const rest = head.subarray(bom);
  const first = last ? rest : wholeLines(rest, encoding, newline);
  const text = decode(first, encoding);
  const start = startOf(text, { last }, { ...options, names: namesIn(options.mapping) });
  const { fields, also, warnings } = resolveFields(start, options);
  const firstByte = bom + byteOffset({ bytes: first, text, encoding, newline }, start.firstUnit);
  const plan: ImportPlan = {
    ...start.dialect,
    encoding,
    columns: start.columns,
    fields,
    also,
    several: options.several ?? 'reject',
    headerRow: start.headerRow,
    row: start.row,
    warnings: [...encodingWarnings(reading, census), ...warnings],
    remarks: {},
  };
  return { plan, firstByte };
}

const namesIn = (mapping: Partial<ColumnMapping> | undefined): string[] =>
  Object.values(mapping ?? {}).filter((column) => column !== null);

/** The warnings about the encoding of a file. */
export function encodingWarnings({ encoding, guessed }: Reading, census: Census): string[] {
  if (guessed) {
    const words = decode(census.sample, encoding).match(/[\p{L}'’]*[^\p{ASCII}][\p{L}'’]*/gu) ?? [];
    const shown = [...new Set(words)].slice(0, 3).map((word) => `"${word}"`);
    return [
      `The file is not UTF-8. It was read as ${encoding}, which is a guess ` +
        `(${shown.join(', ')}): say the encoding when names look wrong.`,
    ];
  }
  if (encoding !== 'utf-8' || census.badLines === 0) return [];
  return [
    `Lines with bytes that are no UTF-8, which were read as windows-1252: ${census.badLines}.`,
  ];
}

/** The columns of a table by field, and the warnings about them. */
export type Resolved = Pick<TableReading, 'also'> & {
  fields: Partial<ColumnMapping>;
  warnings: string[];
};

/**
 * The caller's mapping, or the one guessed from the names of the columns and their first values.
 * @throws request.invalid when no column holds the identity, or several might
 */
export function resolveFields(
  { columns, headerRow, sample }: Pick<TableStart, 'columns' | 'headerRow' | 'sample'>,
  { channel, mapping }: Pick<ReadOptions, 'channel' | 'mapping'>,
): Resolved {
  const guess = guessColumns(columns, sample);
  const fields = mapping ?? guess.fields;
  const errors = mappingProblems(columns, fields);
  if (errors[0]) throw new AppError('request.invalid', errors[0].message, { errors });
  const identity = identityFields[channel]!.field;
  const refuse = (code: string, message: string) =>
    new AppError('request.invalid', message, {
      errors: [{ pointer: `/mapping/${identity}`, code, message }],
    });
  if (!mapping && identity === 'email' && guess.doubts.length > 0)
    throw refuse(
      'ambiguous',
      `Several columns could hold email: ${guess.doubts.join(', ').slice(0, 500)}. ` +
        'Say in the mapping which one does.',
    );
  if (!fields[identity])
    throw refuse(
      'required',
      `No column holds ${identity}, by which people of ${channel} campaigns are known. ` +
        `Columns: ${columns.join(', ').slice(0, 500)}. ` +
        'Say in the mapping which column does, or in header_row which row names the columns.',
    );
  const { also } = alsoOf(guess, fields);
  const warnings = tableWarnings({ columns, headerRow, sample }, fields.email ?? null);
  return { fields, also, warnings };
}

/** A column has the same address in so many of its first rows before that is strange. */
const manyAlike = 3;

/** Warnings about a table before it is read; its people have their address in `email`. */
export function tableWarnings(
  { columns, headerRow, sample }: Pick<TableStart, 'columns' | 'headerRow' | 'sample'>,
  email: string | null,
): string[] {
  const warnings = [];
  if (headerRow > 1)
    warnings.push(`Row ${headerRow} was taken as the header; the rows above it were left out.`);
  const at = email === null ? -1 : columns.indexOf(email);
  const addresses = sample.flatMap((row) => emailsIn(row[at] ?? '')[0] ?? []);
  const different = new Set(addresses).size;
  if (addresses.length >= manyAlike && different * manyAlike <= addresses.length)
    warnings.push(
      `The first ${addresses.length} addresses in "${email}" are only ${different} different ` +
        "ones: see whether they are the people's own.",
    );
  const optOuts = optOutColumns(columns).flatMap(({ column, kind }) =>
    kind === 'refusal' ? [`"${column}"`] : [],
  );
  if (optOuts.length > 0)
    warnings.push(
      `Rows whose ${optOuts.join(', ').slice(0, 500)} says that the person must not be ` +
        'written to are left out.',
    );
  return warnings;
}
