import type { Readable } from 'node:stream';
import {
  chunkBytes,
  type ImportId,
  type ImportPlan,
  insertChunk,
} from '../../db/people/imports.ts';
import { identityFields } from '../../domain/identity.ts';
import {
  byteLength,
  decode,
  detectDialect,
  detectEncoding,
  scanCsv,
} from '../../domain/imports/csv.ts';
import {
  type ColumnMapping,
  columnNames,
  guessMapping,
  mappingProblems,
} from '../../domain/imports/csv-mapping.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { requireRoom } from './room.ts';

/** A stored file: its first piece, its size in bytes, and whether all of it is valid UTF-8. */
export type Stored = { head: Buffer; bytes: number; isUtf8: boolean };

/**
 * Stores a file while it arrives, in pieces of `chunkBytes`, with at most one piece in memory.
 * @throws import.too_large, import.too_many_waiting, import.disk_full
 */
export async function storeUpload(
  services: Services,
  id: ImportId,
  stream: Readable,
): Promise<Stored> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const stored: Stored = { head: Buffer.alloc(0), bytes: 0, isUtf8: true };
  let position = 0;
  const store = async (bytes: Buffer) => {
    const size = stored.bytes + bytes.length;
    await requireRoom(services, id.workspaceId, { size, more: bytes.length });
    await insertChunk(services.db, id, { position, bytes, now: services.clock.now() });
    if (position === 0) stored.head = Buffer.from(bytes);
    stored.bytes = size;
    stored.isUtf8 &&= decodes(utf8, bytes);
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
  return stored;
}

function decodes(utf8: TextDecoder, bytes: Buffer): boolean {
  try {
    utf8.decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** How the caller wants a file read; without a mapping it is guessed from the column names. */
export type ReadOptions = { channel: string; mapping: Partial<ColumnMapping> | undefined };

/**
 * Decides from the first piece how a file is read: encoding, delimiter, columns, and the field of
 * each column. `firstByte` is the offset of the first record, after the header.
 * @throws import.unreadable, request.invalid
 */
export function planImport(
  { head, bytes, isUtf8 }: Stored,
  { channel, mapping }: ReadOptions,
): { plan: ImportPlan; firstByte: number } {
  if (head.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') {
    throw new AppError(
      'import.unreadable',
      'This is an Excel file: send it to …/leads/upload-csv, or save it as CSV.',
    );
  }
  const { encoding, bom } = detectEncoding(head, { isUtf8 });
  const last = head.length === bytes;
  const text = decode(head.subarray(bom), encoding, { last });
  const dialect = detectDialect(text);
  const scan = scanCsv(text, dialect, { last });
  const header = scan.records[0];
  if (!header || header.some((name) => name.includes('\u0000')))
    throw new AppError(
      'import.unreadable',
      'There is no header row: the first line must name the columns.',
    );
  const columns = columnNames(header);
  const fields = resolveMapping(columns, { channel, mapping });
  const firstByte = bom + byteLength(text.slice(0, scan.starts[1] ?? scan.end), encoding);
  return { plan: { ...dialect, encoding, columns, fields }, firstByte };
}

/**
 * The caller's mapping, or the one guessed from the column names.
 * @throws request.invalid when no column holds the identity
 */
export function resolveMapping(
  columns: readonly string[],
  { channel, mapping }: ReadOptions,
): Partial<ColumnMapping> {
  const fields = mapping ?? guessMapping(columns);
  const errors = mappingProblems(columns, fields);
  if (errors[0]) throw new AppError('request.invalid', errors[0].message, { errors });
  const identity = identityFields[channel]!.field;
  if (fields[identity]) return fields;
  const message =
    `No column holds ${identity}, by which people of ${channel} campaigns are known. ` +
    `Columns: ${columns.join(', ').slice(0, 500)}`;
  throw new AppError('request.invalid', message, {
    errors: [{ pointer: `/mapping/${identity}`, code: 'required', message }],
  });
}
