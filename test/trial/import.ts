import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chunkBytes } from '../../src/db/imports/imports.ts';
import { createCensus, encodingNamed } from '../../src/domain/imports/encoding.ts';
import { isWorkbook } from '../../src/domain/imports/file-kinds.ts';
import { remarksInWords } from '../../src/domain/imports/remarks.ts';
import {
  type ImportProgress,
  noProgress,
  readRecords,
  readRows,
} from '../../src/engine/imports/import-rows.ts';
import { planImport, type ReadOptions } from '../../src/engine/imports/import-upload.ts';
import { textOf } from '../../src/engine/imports/spreadsheet.ts';
import { AppError } from '../../src/errors.ts';
import type { Trial } from './run.ts';

const maxPeople = 1_000;
const delimiters: Record<string, string> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };

type Options = Omit<ReadOptions, 'channel'> & { sheet?: string | undefined };

/**
 * Reads files as an import would, each for the channel by which most of its people are known, or
 * for `--channel`. Options: --encoding, --delimiter, --header-row, --sheet, --several, --mapping.
 */
export const trial: Trial = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: Object.fromEntries(
      ['channel', 'encoding', 'delimiter', 'header-row', 'sheet', 'several', 'mapping'].map(
        (name) => [name, { type: 'string' as const }],
      ),
    ),
  });
  const said = values as Record<string, string | undefined>;
  const options: Options = {
    encoding: said.encoding === undefined ? undefined : (encodingNamed(said.encoding) ?? undefined),
    delimiter: delimiters[said.delimiter ?? ''] ?? said.delimiter,
    headerRow: said['header-row'] === undefined ? undefined : Number(said['header-row']),
    several: said.several as ReadOptions['several'],
    mapping: said.mapping === undefined ? undefined : JSON.parse(said.mapping),
    sheet: said.sheet,
  };
  const channels = said.channel === undefined ? ['email', 'linkedin', 'x'] : [said.channel];
  return Promise.all(
    positionals.map((file) => tryFile({ file, bytes: readFileSync(file) }, channels, options)),
  );
};

/** The result that an import of the file would bring; `error` when it would be refused. */
export async function tryFile(
  { file, bytes }: { file: string; bytes: Buffer },
  channels: readonly string[] = ['email', 'linkedin', 'x'],
  options: Options = {},
) {
  const nothing = {
    file,
    encoding: null,
    delimiter: null,
    header_row: null,
    mapping: null,
    people: [],
    count: 0,
    duplicates: 0,
    rejects: [],
    warnings: [],
  };
  try {
    const more: string[] = [];
    let table = bytes;
    let how = options;
    if (isWorkbook(bytes)) {
      const { text, warnings } = await textOf(bytes, options);
      table = Buffer.from(text);
      how = { ...options, encoding: 'utf-8' };
      more.push(...warnings);
    }
    const read = await readBest(table, channels, how);
    return { file, ...read, warnings: [...more, ...read.warnings], error: null };
  } catch (error) {
    return { ...nothing, error: (error as Error).message };
  }
}

async function readBest(bytes: Buffer, channels: readonly string[], options: Options) {
  const read = [];
  const errors: unknown[] = [];
  for (const channel of channels)
    try {
      read.push(await readAs(bytes, { ...options, channel }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(error);
    }
  if (read.length === 0) throw errors[0];
  return read.reduce((best, one) => (one.count > best.count ? one : best));
}

async function readAs(bytes: Buffer, options: ReadOptions) {
  const { take, end } = createCensus();
  take(bytes);
  const stored = { head: bytes.subarray(0, chunkBytes), bytes: bytes.length, census: end() };
  const { plan, firstByte } = planImport(stored, options);
  const tally = noProgress();
  const people = new Map<string, object>();
  let found = 0;
  const table = { ...plan, channel: options.channel };
  let row = plan.row;
  for (let from = firstByte; from < bytes.length; ) {
    const place = { from, row, size: bytes.length };
    const piece = await readRecords(plan, place, (at) =>
      bytes.subarray(at.from, at.from + at.length),
    );
    for (const person of readRows(piece.text, piece.scan, { table, newId: () => '', tally })) {
      found += 1;
      const { identity, id: _id, custom_fields, ...profile } = person;
      if (people.has(identity)) continue;
      people.set(identity, {
        ...profile,
        custom_fields: custom_fields === null ? null : JSON.parse(custom_fields),
      });
    }
    from += piece.length;
    row = piece.scan.row;
  }
  return {
    encoding: plan.encoding,
    delimiter: plan.delimiter,
    header_row: plan.headerRow,
    mapping: Object.fromEntries(Object.entries(plan.fields).filter(([, column]) => column)),
    people: [...people.values()].slice(0, maxPeople),
    count: people.size,
    duplicates: found - people.size,
    rejects: [...tally.rejects, ...tally.optedOut.map(rejectOf)].sort((a, b) => a.row - b.row),
    warnings: [...plan.warnings, ...remarksInWords(tally.remarks)],
  };
}

const rejectOf = ({ row, detail }: ImportProgress['optedOut'][number]) => ({
  row,
  reason: `The person must not be written to (${detail}).`,
});
