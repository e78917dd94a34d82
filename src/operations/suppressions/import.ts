import type { Readable } from 'node:stream';
import { z } from 'zod';
import { insertSuppressions } from '../../db/people/suppressions.ts';
import type { Scan } from '../../domain/imports/csv.ts';
import { startOf } from '../../domain/imports/table.ts';
import { guessSuppression, suppressionKinds } from '../../domain/people/suppression.ts';
import { text } from '../../domain/text.ts';
import { scanPieces } from '../../engine/imports/scan-table.ts';
import { textOf } from '../../engine/imports/spreadsheet.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

const maxBytes = 10 * 1024 * 1024;
const batchSize = 5_000;
const maxRejects = 100;

export const importSuppressions = defineOperation({
  name: 'suppression.import',
  route: 'POST /api/suppressions/import',
  cli: 'suppression import',
  summary: 'Suppress everything that a file lists',
  description:
    'A CSV, plain list or .xlsx of at most 10 MB: of each row the first cell that is an ' +
    'address, a domain, a LinkedIn profile or a page of X is suppressed. `kind` takes only ' +
    'cells of one ' +
    'kind. The good rows are taken, and the others named.',
  scope: 'write',
  input: z.object({
    kind: z.enum(suppressionKinds).optional(),
    reason: text({ min: 1, max: 200 }).default('import'),
  }),
  output: z.object({
    added: z.int(),
    duplicates: z
      .int()
      .describe('Rows whose entry was there already, or stands in the file twice.'),
    invalid: z.int().describe('Rows with nothing to suppress, the header not counted.'),
    rejects: z
      .array(z.object({ row: z.int(), raw: z.string() }))
      .describe(`The first ${maxRejects} of them.`),
  }),
  errors: ['import.unreadable'],
  body: 'stream',
  transaction: false,
  async run({ db, workspaceId, now, stream }, { kind, reason }) {
    if (!stream) throw new AppError('import.unreadable', 'The request has no body.');
    const bytes = await readAll(stream);
    const { text: table } = await textOf(bytes, {});
    const start = startOf(table, { last: true }, { headerRow: 0 });
    const counts = { added: 0, duplicates: 0, invalid: 0 };
    const rejects: { row: number; raw: string }[] = [];
    // The first row may name the columns.
    let named = true;
    for await (const batch of batchesOf(scanPieces(table, start))) {
      const found = batch.map(({ record }) => record && guessSuppression(record, kind));
      const items = found.flatMap((key) => (key ? { ...key, reason } : []));
      const added = await insertSuppressions(db, workspaceId, { items, at: now });
      counts.added += added.length;
      counts.duplicates += items.length - added.length;
      for (const [index, { record, row }] of batch.entries()) {
        const isHeader = named && index === 0;
        if (found[index] || isHeader) continue;
        counts.invalid += 1;
        const raw = (record ?? []).join(',').slice(0, 500);
        if (rejects.length < maxRejects) rejects.push({ row, raw });
      }
      named = false;
    }
    return { ...counts, rejects };
  },
});

/** The records of a table with their rows, `batchSize` at most at a time. */
async function* batchesOf(pieces: AsyncIterable<Scan>) {
  for await (const { records, rows } of pieces)
    for (let at = 0; at < records.length; at += batchSize)
      yield records
        .slice(at, at + batchSize)
        .map((record, index) => ({ record, row: rows[at + index]! }));
}

/** @throws import.unreadable for more than `maxBytes` */
async function readAll(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > maxBytes)
      throw new AppError('import.unreadable', 'The file is larger than 10 MB: send it in parts.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
