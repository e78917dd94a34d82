import { type CampaignRow, completeIfDone, updateCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import { countByName } from '../../db/campaigns/stats.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { moveToTouch } from '../../db/sending/positions.ts';
import { latestDueAnchor } from '../../domain/hours/delay.ts';
import { pausesAfter, type ResumePolicy } from '../../domain/hours/resume.ts';
import { statsFrom } from '../../domain/sequence/campaign.ts';
import { touches } from '../../domain/sequence/sequence.ts';

/**
 * Resumes a paused campaign that the caller has locked; a campaign without prospects left completes
 * instead. `shift` and `spread` cost O(senders), `drop_overdue` a write for each overdue prospect.
 * Returns the number of touches dropped.
 */
export async function resume(
  db: Db,
  row: CampaignRow,
  act: { policy: ResumePolicy; now: Date; actor: string },
): Promise<number> {
  const { policy, now, actor } = act;
  const campaign = { workspaceId: row.workspace_id, campaignId: row.id, now };
  const pauses = pausesAfter({ pauses: row.pauses, pausedAt: row.paused_at }, policy, now);
  await updateCampaign(db, row, {
    status: 'active',
    last_started_at: now,
    pause_reason: null,
    pauses: JSON.stringify(pauses),
    ...(await guardReset(db, row)),
    updated_at: now,
  });
  const dropped = policy === 'drop_overdue' ? await dropOverdue(db, row, now) : 0;
  if (await completeIfDone(db, { ...campaign, actor })) return dropped;
  await wakeCampaign(db, campaign);
  await appendEvents(db, { workspaceId: row.workspace_id, at: now, actor }, [
    { kind: 'campaign.resumed', campaignId: row.id, data: { policy, dropped } },
  ]);
  return dropped;
}

/** Makes the guards count from here, so that the past does not stop the campaign again. */
async function guardReset(db: Db, row: CampaignRow) {
  const noRow = { refused_in_row: 0, refused_answer: null, refused_message_ids: [] };
  if (row.pause_reason !== 'bounce_rate') return noRow;
  const stats = statsFrom(
    await countByName(db, { workspaceId: row.workspace_id, campaignIds: [row.id] }),
  );
  return {
    ...noRow,
    guard_from: JSON.stringify({ contacted: stats.contacted, bounced: stats.bounced }),
  };
}

/** Goes from the last touch to the first, so that no prospect is moved over two. */
async function dropOverdue(db: Db, row: CampaignRow, now: Date): Promise<number> {
  const ordered = touches(await readNodes(db, row));
  let dropped = 0;
  for (const [index, { nodeId, waitMs }] of [...ordered.entries()].reverse()) {
    const anchoredUntil = new Date(latestDueAnchor(now.getTime(), waitMs, row.pauses));
    const to = ordered[index + 1]?.nodeId ?? null;
    const place = { workspaceId: row.workspace_id, campaignId: row.id, from: nodeId, to };
    dropped += await moveToTouch(db, {
      ...place,
      who: 'waiting',
      anchoredUntil,
      anchorAt: now,
      now,
    });
  }
  return dropped;
}
