import type { z } from 'zod';
import { filesOf } from '../../db/threads/attachments.ts';
import { draftsOf, findThread, type ListedThread } from '../../db/threads/thread-list.ts';
import type { TimelineRow } from '../../db/threads/timeline.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../../operation.ts';
import { messageOnWire, type messageOutput, threadOnWire, type threadOutput } from './wire.ts';

type Own = Pick<Context, 'db' | 'workspaceId'>;

/** @throws thread.not_found */
export async function requireThread({ db, workspaceId }: Own, id: string): Promise<ListedThread> {
  const row = await findThread(db, { workspaceId, threadId: id });
  if (!row) throw new AppError('thread.not_found');
  return row;
}

/** Conversations as the wire shows them, with their drafts. */
export async function showThreads(
  { db, workspaceId }: Own,
  rows: readonly ListedThread[],
): Promise<z.input<typeof threadOutput>[]> {
  const drafts = await draftsOf(
    db,
    workspaceId,
    rows.filter((row) => row.has_draft).map((row) => row.id),
  );
  const byHand = [...drafts.values()].map(({ id }) => id);
  const files = Map.groupBy(
    await filesOf(db, workspaceId, { inbound: [], byHand }),
    ({ ownerId }) => ownerId,
  );
  return rows.map((row) => {
    const draft = drafts.get(row.id);
    return threadOnWire(row, draft, draft && files.get(draft.id));
  });
}

/** One conversation as it is now. @throws thread.not_found */
export async function showThread(own: Own, id: string): Promise<z.input<typeof threadOutput>> {
  return (await showThreads(own, [await requireThread(own, id)]))[0]!;
}

/** Messages as the wire shows them, with their files. */
export async function showMessages(
  { db, workspaceId }: Own,
  thread: ListedThread,
  rows: readonly TimelineRow[],
): Promise<z.input<typeof messageOutput>[]> {
  const idsOf = (source: string) =>
    rows.filter((row) => row.source === source).map((row) => row.id);
  const files = await filesOf(db, workspaceId, {
    inbound: idsOf('received'),
    byHand: idsOf('hand'),
  });
  return rows.map((row) => messageOnWire(thread, row, files));
}
