import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { type Db, runTransaction } from '../../db/database.ts';
import {
  deleteStaleUploads,
  endImport,
  findImport,
  type ImportChoices,
  type ImportId,
  type ImportPlan,
  lockImport,
  readBytes,
  saveProgress,
} from '../../db/imports/imports.ts';
import { insertLeftOut, insertRejects } from '../../db/imports/left-out.ts';
import { type PackedPeople, packPeople } from '../../db/sending/roster-changes.ts';
import { addRemarks } from '../../domain/imports/remarks.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { settleZones } from '../people/local-zones.ts';
import { openRoster } from '../people/roster.ts';
import { type ImportProgress, noProgress, readRecords, readRows } from './import-rows.ts';
import { choicesOf, takeIn } from './take-in.ts';

/** An upload that receives nothing for this long is deleted; longer than its connection lives. */
const uploadPatienceSeconds = 1_200;

/** Batches that a file may bring in before the next file of any workspace has its turn. */
const batchesATurn = 4;

/** The facts that the plan of an import lacks when an earlier version stored it. */
const unsaid = {
  also: {},
  several: 'reject',
  headerRow: 1,
  row: 1,
  warnings: [],
  remarks: {},
} as const;

type Run = {
  services: Services;
  id: ImportId;
  campaignId: string;
  channel: string;
  /** People are read with the zones they live in, as of the last batch that was saved. */
  local: boolean;
  plan: ImportPlan;
  choices: ImportChoices;
  bytes: number;
};
type Batch = ImportProgress & {
  people: PackedPeople;
  local: boolean;
  from: number;
  nextByte: number;
  /** The last row in it, as a spreadsheet counts rows. */
  row: number;
  last: boolean;
};

/**
 * Imports some batches of the stored file, so that other files have their turn, and returns whether
 * there are more. People, rejects, counts and the position of the next batch are committed as one,
 * so that a run that is killed, or a second run, imports each person exactly once. While one batch
 * is written, the next is read and parsed. @throws when the database fails; the job then runs again
 */
export async function runImport(
  services: Services,
  id: ImportId,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await findImport(services.db, id);
  if (!found?.mapping || !isOpen(found.status)) return false;
  const { type, local_hours: local } = await getCampaign(services.db, {
    workspaceId: id.workspaceId,
    campaignId: found.campaign_id,
  });
  const run: Run = {
    services,
    id,
    campaignId: found.campaign_id,
    channel: type,
    local,
    plan: { ...unsaid, ...found.mapping },
    choices: choicesOf(found),
    bytes: found.bytes,
  };
  try {
    return await importBatches(run, { from: found.next_byte, row: run.plan.row }, signal);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const end = { status: 'failed', error: error.message, now: services.clock.now() } as const;
    await endImport(services.db, id, end);
    return false;
  }
}

async function importBatches(
  run: Run,
  { from, row }: { from: number; row: number },
  signal: AbortSignal,
): Promise<boolean> {
  let batch = await readBatch(run, from, row);
  for (let left = batchesATurn - 1; ; left--) {
    const isLast = batch.last || left === 0 || signal.aborted;
    const upcoming = isLast ? null : readBatch(run, batch.nextByte, batch.row);
    // The failure is thrown where the batch is awaited; until then it must not end the process.
    upcoming?.catch(() => {});
    const hasMore = await saveBatch(run, batch);
    if (!hasMore || !upcoming) return hasMore;
    batch = await upcoming;
  }
}

/** Ends an import after its job failed at the last try. */
export async function giveUpImport(
  { db, clock }: Services,
  id: ImportId,
  reason: unknown,
): Promise<void> {
  const message = reason instanceof Error ? reason.message : String(reason);
  await endImport(db, id, {
    status: 'failed',
    error: `It failed again and again: ${message}`,
    now: clock.now(),
  });
}

/** Deletes uploads that receive nothing any more, because their server died. */
export function abandonUploads(db: Db): Promise<void> {
  return deleteStaleUploads(db, uploadPatienceSeconds);
}

function isOpen(status: string): boolean {
  return status === 'queued' || status === 'running';
}

async function readBatch(run: Run, from: number, row: number): Promise<Batch> {
  const { services, channel, local, plan, bytes: size } = run;
  const { text, scan, length } = await readRecords(plan, { from, row, size }, (at) =>
    readBytes(services.db, run.id, at),
  );
  const tally = noProgress();
  const table = { ...plan, channel };
  const people = packPeople(readRows(text, scan, { table, newId: services.newId, tally }), {
    local,
  });
  const nextByte = from + length;
  return { ...tally, people, local, from, nextByte, row: scan.row, last: nextByte >= size };
}

/**
 * Commits a batch. Returns whether the import continues: not after its last batch, and not when it
 * was cancelled, has failed, or another worker has saved this batch.
 */
async function saveBatch(run: Run, batch: Batch): Promise<boolean> {
  const { services, id, campaignId } = run;
  const now = services.clock.now();
  const campaign = { workspaceId: id.workspaceId, campaignId };
  return runTransaction(services.db, async (db) => {
    const roster = await openRoster(db, campaign);
    const row = await lockImport(db, id);
    if (!row || !isOpen(row.status) || row.next_byte !== batch.from) return false;
    const { imported, updated, leftOut } = await takeIn(db, roster, {
      intake: { ...campaign, source: 'csv', sourceRef: id.importId, now },
      batch,
      choices: run.choices,
      named: Boolean(run.plan.fields.name),
    });
    // `local_hours` was switched while this batch was read.
    if (roster.local_hours !== batch.local)
      await settleZones(db, campaign, { localHours: roster.local_hours });
    run.local = roster.local_hours;
    await insertRejects(db, id, batch.rejects);
    await insertLeftOut(db, id, leftOut);
    const { rows, nextByte, last } = batch;
    await saveProgress(db, id, {
      nextByte,
      rows,
      imported,
      updated,
      optedOut: batch.optedOut.length,
      duplicates: batch.people.count - imported,
      invalid: batch.rejects.length,
      row: batch.row,
      remarks: addRemarks(row.mapping?.remarks ?? {}, batch.remarks),
      last,
      now,
    });
    return !last;
  });
}
