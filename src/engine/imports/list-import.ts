import { type Db, transact } from '../../db/database.ts';
import { mergeLeads } from '../../db/people/leads.ts';
import {
  endListImport,
  findListImport,
  type ListImportId,
  type ListReject,
  lockListImport,
  readContent,
  saveListImportStep,
} from '../../db/people/list-imports.ts';
import { joinList } from '../../db/people/lists.ts';
import { detectDialect, scanCsv } from '../../domain/imports/csv.ts';
import { columnNames } from '../../domain/imports/csv-mapping.ts';
import { leadReader } from '../../domain/imports/lead-table.ts';
import type { LeadFields } from '../../domain/people/lead.ts';
import type { Services } from '../../operation.ts';
import { nameLeads } from '../people/named-leads.ts';

const batchSize = 1_000;
const maxRejects = 100;

export type CsvTable = { columns: string[]; records: (string[] | null)[] };

/** A table's header, and its rows with anything in them; null without a header. */
export function readTable(content: string): CsvTable | null {
  const { records } = scanCsv(content, detectDialect(content), true);
  const [header, ...rows] = records;
  if (!header) return null;
  return {
    columns: columnNames(header),
    records: rows.filter((record) => !record?.every((value) => value === '')),
  };
}

/**
 * Walks a table in batches. People, counts and the row to go on from are committed together, so a run that is killed, or runs twice,
 * brings everybody exactly once. @throws when stopped by `signal` or by the database; the job then runs again
 */
export async function runListImport(
  services: Services,
  id: ListImportId,
  signal: AbortSignal,
): Promise<void> {
  const content = await readContent(services.db, id);
  const found = await findListImport(services.db, id);
  const table = content === null ? null : readTable(content);
  if (!table || !found) return;
  const read = leadReader(table.columns, found.mapping);
  for (;;) {
    if (signal.aborted)
      throw new Error('This process is stopping; the import goes on with the next.');
    const isOver = await transact(services.db, (db) =>
      runBatch({ ...services, db }, id, { records: table.records, read }),
    );
    if (isOver) return;
  }
}

/** Ends an import that failed as often as it may be tried. */
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

type Source = { records: CsvTable['records']; read: ReturnType<typeof leadReader> };

/** Returns whether there is nothing more to do: the last row is in, or the import was ended. */
async function runBatch(
  { db, clock, newId }: Services,
  id: ListImportId,
  { records, read }: Source,
): Promise<boolean> {
  const row = await lockListImport(db, id);
  if (!row || row.finished_at) return true;
  const now = clock.now();
  const { workspaceId } = id;
  const rejects: ListReject[] = [];
  const people: LeadFields[] = [];
  const batch = records.slice(row.processed, row.processed + batchSize);
  for (const [index, record] of batch.entries()) {
    const one = read(record);
    if (one.ok) people.push(one.fields);
    else rejects.push({ row: row.processed + index + 1, reason: one.reason });
  }
  const leadIds = await saveLeads(
    db,
    { workspaceId, newId, now, overwrite: row.merge === 'overwrite' },
    people,
  );
  const added = (await joinList(db, { workspaceId, listId: row.list_id }, { leadIds, now })).length;
  const last = row.processed + batch.length >= records.length;
  const counts = { processed: batch.length, added, skipped: people.length - added };
  await saveListImportStep(db, id, {
    ...counts,
    rejects,
    keep: Math.max(0, maxRejects - row.rejects.length),
    last,
    now,
  });
  return last;
}

type Saving = { workspaceId: string; newId: () => string; now: Date; overwrite: boolean };

/** The leads these people are. New ones get all that is known; those that were there only when they are to be overwritten. */
async function saveLeads(
  db: Db,
  { overwrite, ...world }: Saving,
  people: readonly LeadFields[],
): Promise<string[]> {
  if (people.length === 0) return [];
  const named = await nameLeads({ db, ...world }, people);
  const merged = new Map<string, LeadFields>();
  for (const [index, one] of named.entries()) {
    if (!('lead' in one)) continue;
    const known = merged.get(one.lead.id);
    if (!one.created && !overwrite) continue;
    const fields = people[index]!;
    merged.set(one.lead.id, {
      ...known,
      ...fields,
      attributes: { ...known?.attributes, ...fields.attributes },
    });
  }
  await mergeLeads(db, world, merged);
  return [...new Set(named.flatMap((one) => ('lead' in one ? one.lead.id : [])))];
}
