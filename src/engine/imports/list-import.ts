import { type Db, transact } from '../../db/database.ts';
import {
  endListImport,
  findListImport,
  type ListImportId,
  type ListReject,
  lockListImport,
  readContent,
  saveListImportStep,
} from '../../db/imports/list-imports.ts';
import { mergeLeads } from '../../db/people/leads.ts';
import { joinList } from '../../db/people/lists.ts';
import type { Scan } from '../../domain/imports/csv.ts';
import { refuseOtherFiles } from '../../domain/imports/file-kinds.ts';
import { type LeadColumn, leadReader } from '../../domain/imports/lead-table.ts';
import { attributesLimit, type LeadFields } from '../../domain/people/lead.ts';
import type { Services } from '../../operation.ts';
import { nameLeads } from '../people/named-leads.ts';
import { type ScannedTable, scanTable } from './scan-table.ts';
import { suppressOptedOut } from './take-in.ts';

const batchSize = 1_000;
/** Batches that a table may bring in before the next of any workspace; each turn reads it anew. */
const batchesATurn = 10;
const maxRejects = 100;

/**
 * The table of a list's import; its header has the mapped columns.
 * @throws import.unreadable when there is no header
 */
export function readTable(content: string, mapping: readonly LeadColumn[]): Promise<ScannedTable> {
  refuseOtherFiles(Buffer.from(content.slice(0, 65_536)));
  return scanTable(content, { names: mapping.map(({ column }) => column) });
}

/**
 * Imports some batches of a table into a list, so that others have their turn, and returns whether
 * there are more. People, counts and the next row are committed together, so that a run that is
 * killed, or a second run, adds each person exactly once.
 * @throws when the database fails; the job then runs again
 */
export async function runListImport(
  services: Services,
  id: ListImportId,
  signal: AbortSignal,
): Promise<boolean> {
  const content = await readContent(services.db, id);
  const found = await findListImport(services.db, id);
  if (content === null || !found) return false;
  const table = await readTable(content, found.mapping);
  const read = leadReader(table, found.mapping);
  for (let left = batchesATurn; left > 0 && !signal.aborted; left--) {
    const isDone = await transact(services.db, (db) =>
      runBatch({ ...services, db }, id, { ...table.scan, read }),
    );
    if (isDone) return false;
  }
  return true;
}

/** Ends an import after its job failed at the last try. */
export async function giveUpListImport(
  { db, clock }: Services,
  id: ListImportId,
  reason: unknown,
): Promise<void> {
  const message = reason instanceof Error ? reason.message : String(reason);
  await endListImport(db, id, {
    status: 'failed',
    error: `It failed again and again: ${message}`,
    now: clock.now(),
  });
}

type RowSource = Pick<Scan, 'records' | 'rows'> & { read: ReturnType<typeof leadReader> };

/** Returns whether the import is done: its last row is saved, or it ended before this batch. */
async function runBatch(
  { db, clock, newId }: Services,
  id: ListImportId,
  { records, rows, read }: RowSource,
): Promise<boolean> {
  const row = await lockListImport(db, id);
  if (!row || row.finished_at) return true;
  const now = clock.now();
  const { workspaceId } = id;
  const rejects: ListReject[] = [];
  const people: (LeadFields & { row: number })[] = [];
  const optedOut: LeadFields[] = [];
  const batch = records.slice(row.processed, row.processed + batchSize);
  for (const [index, record] of batch.entries()) {
    const found = read(record);
    const at = rows[row.processed + index]!;
    if (found.ok) people.push({ ...found.fields, row: at });
    else rejects.push({ row: at, reason: found.reason });
    if (!found.ok && found.optedOut) optedOut.push(found.optedOut);
  }
  await suppressOptedOut(db, { workspaceId, now }, optedOut);
  const context = { workspaceId, newId, now, overwrite: row.merge === 'overwrite' };
  const saved = await saveLeads(db, context, people);
  rejects.push(...saved.tooLarge.map((at) => ({ row: at, reason: isTooLarge })));
  rejects.sort((a, b) => a.row - b.row);
  const { leadIds } = saved;
  const added = (await joinList(db, { workspaceId, listId: row.list_id }, { leadIds, now })).length;
  const last = row.processed + batch.length >= records.length;
  const skipped = people.length - saved.tooLarge.length - added;
  const counts = { processed: batch.length, added, skipped };
  await saveListImportStep(db, id, {
    ...counts,
    rejects,
    keep: Math.max(0, maxRejects - row.rejects.length),
    last,
    now,
  });
  return last;
}

type SaveContext = { workspaceId: string; newId: () => string; now: Date; overwrite: boolean };

const isTooLarge = `The attributes would be longer than ${attributesLimit} characters as JSON.`;

/**
 * The leads of a batch, also by their rows, and the rows whose attributes would make a lead too
 * large.
 */
type SavedLeads = { leadIds: string[]; byRow: Map<number, string>; tooLarge: number[] };

/**
 * Finds or creates the leads of these people. New leads get every field of the table, known ones
 * only with `overwrite`.
 */
export async function saveLeads(
  db: Db,
  { overwrite, ...context }: SaveContext,
  rows: readonly (LeadFields & { row: number })[],
): Promise<SavedLeads> {
  if (rows.length === 0) return { leadIds: [], byRow: new Map(), tooLarge: [] };
  const people = rows.map(({ row: _row, ...fields }): LeadFields => fields);
  const named = await nameLeads({ db, ...context }, people);
  const merged = new Map<string, LeadFields>();
  for (const [index, found] of named.entries()) {
    if (!('lead' in found) || (!found.created && !overwrite)) continue;
    const earlier = merged.get(found.lead.id);
    const fields = people[index]!;
    merged.set(found.lead.id, {
      ...earlier,
      ...fields,
      attributes: { ...earlier?.attributes, ...fields.attributes },
    });
  }
  const written = await mergeLeads(db, { ...context, max: attributesLimit }, merged);
  const byRow = new Map<number, string>();
  const tooLarge: number[] = [];
  for (const [index, found] of named.entries()) {
    if (!('lead' in found)) continue;
    const { id } = found.lead;
    if (merged.has(id) && !written.has(id)) tooLarge.push(rows[index]!.row);
    else byRow.set(rows[index]!.row, id);
  }
  return { byRow, tooLarge, leadIds: [...new Set(byRow.values())] };
}
