import { transact } from '../../db/database.ts';
import { releaseHolds } from '../../db/sending/holds.ts';
import { wakeCampaign, wakeSender } from '../../db/sending/lanes.ts';
import type { Parts } from '../../operation.ts';

const together = 1_000;

/** Lets people of live workspaces, or of one sandbox, go on whose hold has run out (a retry, an out-of-office), and wakes their lanes. Returns how many. */
export function endHolds(parts: Parts, only: string | null = null): Promise<number> {
  const now = parts.clock.now();
  return transact(parts.db, async (db) => {
    const released = await releaseHolds(db, { only, now, limit: together });
    const wakes = new Map(
      released.map((row) => [`${row.workspaceId} ${row.senderId ?? row.campaignId}`, row]),
    );
    for (const { workspaceId, campaignId, senderId } of wakes.values()) {
      if (senderId) await wakeSender(db, { workspaceId, senderId, now });
      else await wakeCampaign(db, { workspaceId, campaignId, now });
    }
    return released.length;
  });
}
