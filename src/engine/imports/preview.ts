import type { Db } from '../../db/database.ts';
import { readSuppressionReasons } from '../../db/people/suppressions.ts';
import type { CampaignId } from '../../db/scope.ts';
import { countKnown } from '../../db/sending/import-updates.ts';
import type { Scan } from '../../domain/imports/csv.ts';
import { optOutColumns } from '../../domain/imports/opt-out.ts';
import { createRest } from '../rest.ts';
import { noProgress, type RosterTable, readRows } from './import-rows.ts';

/** The expected result of importing the rows of a table with a mapping. */
export type ImportPreview = {
  to_import: number;
  invalid: number;
  repeated: number;
  already_there: number;
  opted_out: number;
  suppressed: number;
  /** The columns that say that somebody must not be written to. */
  opt_out_columns: string[];
  /** The first reasons of invalid rows. */
  reasons: { row: number; reason: string }[];
};

const batchSize = 2_000;
const maxReasons = 5;

/** Reads a whole table as an import would, and writes nothing. */
export async function previewTable(
  db: Db,
  campaign: CampaignId,
  { table, scan }: { table: RosterTable; scan: Scan },
): Promise<ImportPreview> {
  const preview: ImportPreview = {
    to_import: 0,
    invalid: 0,
    repeated: 0,
    already_there: 0,
    opted_out: 0,
    suppressed: 0,
    opt_out_columns: optOutColumns(table.columns).map(({ column }) => column),
    reasons: [],
  };
  const seen = new Set<string>();
  const rest = createRest();
  for (let at = 0; at < scan.records.length; at += batchSize) {
    const tally = noProgress();
    const records = scan.records.slice(at, at + batchSize);
    const batch = { ...scan, records, rows: scan.rows.slice(at, at + batchSize) };
    const read = readRows('', batch, { table, newId: String, tally });
    const people = [...read].filter(({ identity }) => {
      const isNew = !seen.has(identity);
      if (isNew) seen.add(identity);
      else preview.repeated += 1;
      return isNew;
    });
    const known = await countKnown(
      db,
      campaign,
      people.map(({ identity }) => identity),
    );
    const numbered = people.map((person, index) => ({ ...person, id: String(index) }));
    const suppressed = await readSuppressionReasons(db, campaign.workspaceId, numbered);
    preview.already_there += known;
    preview.to_import += people.length - known;
    preview.suppressed += suppressed.size;
    preview.invalid += tally.rejects.length;
    preview.opted_out += tally.optedOut.length;
    const reasons = tally.rejects.map(({ row, reason }) => ({ row, reason }));
    preview.reasons.push(...reasons.slice(0, maxReasons - preview.reasons.length));
    await rest();
  }
  return preview;
}
