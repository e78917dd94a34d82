import { postToChat } from '../channels/chat.ts';
import {
  claimNotices,
  finishNotices,
  type NoticeRow,
  readNoticeEvents,
} from '../db/people/notices.ts';
import { noticeText } from '../domain/people/notice.ts';
import { minuteMs } from '../domain/time.ts';
import type { Services } from '../operation.ts';
import { forEachIsolated } from './apart.ts';

const workspaceBatchSize = 20;
/** Events told, or passed over, by one chat message. */
const batchSize = 1_000;
/** Longer than a post may take: until then other processes leave the workspace alone. */
const leaseMs = minuteMs;
/** The least time between two chat messages of a workspace. */
const restMs = 15_000;
const maxBackoffMs = 60 * minuteMs;
const maxErrorLength = 300;

export const noticeAad = (workspaceId: string): string => `notices:${workspaceId}`;

/**
 * Tells workspaces in their chats what needs somebody, outside any transaction: sending never waits
 * for a chat. A chat that fails is tried again, later each time. Returns how many were told.
 */
export async function tellNotices(services: Services): Promise<number> {
  const now = services.clock.now();
  const until = new Date(now.getTime() + leaseMs);
  const claimed = await claimNotices(services.db, { now, until, limit: workspaceBatchSize });
  return forEachIsolated(claimed, (row) => tell(services, row, now));
}

async function tell(services: Services, row: NoticeRow, now: Date): Promise<number> {
  const { db, vault, config, log } = services;
  const { workspace_id: workspaceId, url, kinds, cursor } = row;
  const later = (ms: number) => new Date(now.getTime() + ms);
  const events = await readNoticeEvents(db, { workspaceId, after: cursor, limit: batchSize });
  const read = events.at(-1)?.seq ?? cursor;
  const text = noticeText(events, kinds);
  const passed = { workspaceId, cursor: read, error: null, toldAt: null };
  if (text === null) {
    await finishNotices(db, url, { ...passed, nextAt: later(0) });
    return 0;
  }
  try {
    await postToChat(vault.open(url, noticeAad(workspaceId)), text, config);
    await finishNotices(db, url, { ...passed, nextAt: later(restMs), toldAt: now });
    return 1;
  } catch (error) {
    const reason = (error as Error).message.slice(0, maxErrorLength);
    log.warn({ workspaceId, host: row.host, reason }, 'a notice could not be told');
    const waitMs = Math.min(maxBackoffMs, minuteMs * 2 ** Math.min(row.failures, 10));
    await finishNotices(db, url, { ...passed, cursor, error: reason, nextAt: later(waitMs) });
    return 0;
  }
}
