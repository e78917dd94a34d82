import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { type Db, runTransaction } from '../../db/database.ts';
import {
  deleteStaleUploads,
  endImport,
  findImport,
  type ImportId,
  type ImportPlan,
  insertRejects,
  lockImport,
  readBytes,
  saveProgress,
} from '../../db/people/imports.ts';
import { type PackedPeople, packPeople } from '../../db/sending/roster-changes.ts';
import { byteLength, decode, scanCsv } from '../../domain/imports/csv.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { settleZones } from '../people/local-zones.ts';
import { addPeople, openRoster } from '../people/roster.ts';
import { type ImportProgress, readRows } from './import-rows.ts';

/** An upload that receives nothing for this long is deleted; longer than its connection lives. */
const uploadPatienceSeconds = 1_200;

/**
 * Bytes read and written in one batch. A larger batch outlives the garbage collector's young
 * generation and fills the old one; a smaller one may not hold the longest record (65,536 UTF-16
 * units of up to three bytes).
 */
const batchBytes = 262_144;
/** Batches that a file may bring in before the next file of any workspace has its turn. */
const batchesATurn = 4;

type Run = {
  services: Services;
  id: ImportId;
  campaignId: string;
  channel: string;
  /** People are read with the zones they live in, as of the last batch that was saved. */
  local: boolean;
  plan: ImportPlan;
  bytes: number;
};
type Batch = ImportProgress & {
  people: PackedPeople;
  local: boolean;
  from: number;
  nextByte: number;
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
    plan: found.mapping,
    bytes: found.bytes,
  };
  let batch = await readBatch(run, found.next_byte);
  for (let left = batchesATurn - 1; ; left--) {
    const upcoming =
      batch.last || left === 0 || signal.aborted ? null : readBatch(run, batch.nextByte);
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

async function readBatch(
  { services, id, channel, local, plan, bytes: size }: Run,
  from: number,
): Promise<Batch> {
  const bytes = await readBytes(services.db, id, { from, length: batchBytes });
  const last = from + bytes.length >= size;
  const text = decode(bytes, plan.encoding, { last });
  const scan = scanCsv(text, plan, { last });
  const table = { columns: plan.columns, fields: plan.fields, channel };
  const nextByte = last ? size : from + byteLength(text.slice(0, scan.end), plan.encoding);
  const tally: ImportProgress = { rejects: [], rows: 0 };
  const people = packPeople(readRows(text, scan, { table, newId: services.newId, tally }), {
    local,
  });
  return { ...tally, people, local, from, nextByte, last };
}

/**
 * Commits a batch. Returns whether the import continues: not after its last batch, and not when it
 * was cancelled, has failed, or another worker has saved this batch.
 */
async function saveBatch(run: Run, batch: Batch): Promise<boolean> {
  const { services, id, campaignId } = run;
  const now = services.clock.now();
  const campaign = { workspaceId: id.workspaceId, campaignId };
  try {
    return await runTransaction(services.db, async (db) => {
      const roster = await openRoster(db, campaign);
      const row = await lockImport(db, id);
      if (!row || !isOpen(row.status) || row.next_byte !== batch.from) return false;
      const imported = await addPeople(db, roster, {
        intake: { ...campaign, source: 'csv', sourceRef: id.importId, now },
        people: batch.people,
      });
      // `local_hours` was switched while this batch was read.
      if (roster.local_hours !== batch.local)
        await settleZones(db, campaign, { localHours: roster.local_hours });
      run.local = roster.local_hours;
      await insertRejects(
        db,
        id,
        batch.rejects.map((reject) => ({ ...reject, row: row.rows + reject.row })),
      );
      const { rows, nextByte, last } = batch;
      await saveProgress(db, id, {
        nextByte,
        rows,
        imported,
        duplicates: batch.people.count - imported,
        invalid: batch.rejects.length,
        last,
        now,
      });
      return !last;
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await endImport(services.db, id, { status: 'failed', error: error.message, now });
    return false;
  }
}
