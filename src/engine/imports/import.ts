import { getCampaign } from '../../db/campaigns/campaigns.ts';
import type { Db } from '../../db/database.ts';
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
import { minuteMs } from '../../domain/time.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { settleZones } from '../people/local-zones.ts';
import { addPeople, openRoster } from '../people/roster.ts';
import { readRows, type Tally } from './import-rows.ts';

/** An upload that received nothing for this long is given up, in ms. */
const uploadPatienceMs = 10 * minuteMs;

/**
 * Read and written at a time. More would live longer than the collector's young generation and pile up in the old one;
 * less may be shorter than the longest record (65,536 units of up to three bytes).
 */
const batchBytes = 262_144;

/** `local`: people are read with the zones they live in. */
type Run = {
  services: Services;
  id: ImportId;
  campaignId: string;
  channel: string;
  local: boolean;
  plan: ImportPlan;
  bytes: number;
};
type Batch = Tally & {
  people: PackedPeople;
  local: boolean;
  from: number;
  nextByte: number;
  last: boolean;
};

/**
 * Walks the stored file in batches. People, rejects, counts and the place to go on from are committed together, so a run that is
 * killed, or runs twice, imports everybody exactly once. While one batch is written the next is read and parsed.
 * @throws when stopped by `signal` or by the database; the job then runs again
 */
export async function runImport(
  services: Services,
  id: ImportId,
  signal: AbortSignal,
): Promise<void> {
  const found = await findImport(services.db, id);
  if (!found?.mapping || !isOpen(found.status)) return;
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
  for (;;) {
    if (signal.aborted)
      throw new Error('This process is stopping; the import goes on with the next.');
    const upcoming = batch.last ? null : readBatch(run, batch.nextByte);
    // Its failure is heard when it is awaited; until then it must not end the process.
    upcoming?.catch(() => {});
    const goesOn = await saveBatch(run, batch);
    if (!goesOn || !upcoming) return;
    batch = await upcoming;
  }
}

/** Ends an import that failed as often as it may be tried. */
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

/** Gives up uploads whose server died. */
export function abandonUploads(db: Db, now: Date): Promise<void> {
  return deleteStaleUploads(db, new Date(now.getTime() - uploadPatienceMs));
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
  const text = decode(bytes, plan.encoding, last);
  const scan = scanCsv(text, plan, last);
  const table = { columns: plan.columns, fields: plan.fields, channel };
  const nextByte = last ? size : from + byteLength(text.slice(0, scan.end), plan.encoding);
  const tally: Tally = { rejects: [], rows: 0 };
  const people = packPeople(readRows(text, scan, { table, newId: services.newId, tally }), local);
  return { ...tally, people, local, from, nextByte, last };
}

/** Returns whether there is more to do: not when the import was cancelled, failed, or is walked by another worker. */
async function saveBatch(run: Run, batch: Batch): Promise<boolean> {
  const { services, id, campaignId } = run;
  const now = services.clock.now();
  const campaign = { workspaceId: id.workspaceId, campaignId };
  try {
    return await services.db.transaction().execute(async (db) => {
      const roster = await openRoster(db, campaign);
      const row = await lockImport(db, id);
      if (!row || !isOpen(row.status) || row.next_byte !== batch.from) return false;
      const imported = await addPeople(db, roster, {
        intake: { ...campaign, source: 'csv', sourceRef: id.importId, now },
        people: batch.people,
      });
      // Switched while this batch was read.
      if (roster.local_hours !== batch.local) await settleZones(db, campaign, roster.local_hours);
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
