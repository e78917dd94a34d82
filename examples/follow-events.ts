// Follows the events of a workspace and prints them. Usage: follow-events.ts [cursor file] [--once]
// The number of the last event is kept in the cursor file, so that the next start goes on there.
// With --once it ends when nothing is new; without, it looks every two seconds until Ctrl-C.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { api } from './api.ts';

type Event = { seq: number; kind: string; at: string; prospect_id: string | null; data: object };
type Page = { events: Event[]; next_cursor: number; has_more: boolean };

const { values, positionals } = parseArgs({
  options: { once: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const cursorFile = positionals[0] ?? 'events.cursor';

/** The number of the last event that was handled; 0 before the first start. */
function readCursor(): number {
  try {
    return Number(readFileSync(cursorFile, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** Replaces the file in one step, because a process that is killed must not leave half a number. */
function writeCursor(cursor: number): void {
  writeFileSync(`${cursorFile}.part`, String(cursor));
  renameSync(`${cursorFile}.part`, cursorFile);
}

/** Put your own work here. It may see an event again after a crash: compare `seq`. */
function handleEvent({ seq, at, kind, prospect_id, data }: Event): void {
  console.log(`${seq} ${at} ${kind} ${prospect_id ?? '-'} ${JSON.stringify(data)}`);
}

let cursor = readCursor();
for (;;) {
  const page = await api<Page>(`GET /events?cursor=${cursor}&limit=1000`);
  for (const event of page.events) handleEvent(event);
  // Only after the work: events that were not handled are read again by the next start.
  if (page.next_cursor !== cursor) writeCursor(page.next_cursor);
  cursor = page.next_cursor;
  if (page.has_more) continue;
  if (values.once) break;
  await wait(2_000);
}
