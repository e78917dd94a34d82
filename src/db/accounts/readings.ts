import { sql } from 'kysely';
import type { ReadingCost } from '../../domain/sending/budget.ts';
import type { SenderLimits } from '../../domain/sending/lane-facts.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { SenderId } from './senders.ts';

/** Adds the cost of reading a sender's messages, in mills, to its day (UTC). */
export async function addReading(
  db: Db,
  { workspaceId, senderId, at, mills }: SenderId & { at: Date; mills: number },
): Promise<void> {
  if (mills === 0) return;
  await sql`
    insert into sender_readings (workspace_id, sender_id, day, mills)
    values (${workspaceId}, ${senderId}, (${at}::timestamptz at time zone 'UTC')::date, ${mills})
    on conflict (workspace_id, sender_id, day) do update
      set mills = sender_readings.mills + excluded.mills`.execute(db);
}

/**
 * The cost of reading on the day (UTC) of an instant, by sender, for those that have a budget;
 * without a row it is nothing.
 */
export async function readingsOf(
  db: Db,
  {
    workspaceId,
    limits,
    at,
  }: { workspaceId: string; limits: ReadonlyMap<string, SenderLimits>; at: Date },
): Promise<Map<string, ReadingCost>> {
  const senderIds = [...limits].flatMap(([senderId, { budget }]) => (budget ? [senderId] : []));
  if (senderIds.length === 0) return new Map();
  const rows = await camelRows<{ senderId: string; since: Date; mills: number }>(
    db,
    sql`
    select sender_id, day::timestamp at time zone 'UTC' as since, mills::int as mills
    from sender_readings
    where workspace_id = ${workspaceId} and sender_id = any(${senderIds})
      and day = (${at}::timestamptz at time zone 'UTC')::date`,
  );
  return new Map(
    rows.map(({ senderId, since, mills }) => [senderId, { since: since.getTime(), mills }]),
  );
}
