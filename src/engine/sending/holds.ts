import { transact } from '../../db/database.ts';
import type { WorkspaceScope } from '../../db/scope.ts';
import { releaseHolds } from '../../db/sending/holds.ts';
import { wakeCampaign, wakeSender } from '../../db/sending/lanes.ts';
import type { Services } from '../../operation.ts';

const batchSize = 1_000;

/**
 * Ends the holds that have run out (a retry, an out-of-office) and wakes their lanes. Returns the
 * number of prospects released.
 */
export function endHolds(services: Services, scope: WorkspaceScope = 'live'): Promise<number> {
  const now = services.clock.now();
  return transact(services.db, async (db) => {
    const released = await releaseHolds(db, { scope, now, limit: batchSize });
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
