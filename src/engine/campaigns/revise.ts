import { markDrafting } from '../../db/ai/schedule.ts';
import { type CampaignRow, completeIfDone, updateCampaign } from '../../db/campaigns/campaigns.ts';
import {
  insertRevision,
  type RevisionRow,
  readRevisions,
  writeNodes,
} from '../../db/campaigns/sequences.ts';
import { type CountedPlace, countByPlace } from '../../db/campaigns/stats.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import {
  countAnchored,
  lockPositions,
  moveToTouch,
  releaseMissing,
} from '../../db/sending/positions.ts';
import { deleteStrayDrafts } from '../../db/texts/drafts.ts';
import { latestDueAnchor } from '../../domain/hours/delay.ts';
import { isTerminal } from '../../domain/people/prospect.ts';
import {
  type Difference,
  diffNodes,
  removeTouches,
  type Shift,
  shiftsOf,
} from '../../domain/sequence/revision.ts';
import {
  contentProblems,
  draftOf,
  type SequenceNode,
  touches,
} from '../../domain/sequence/sequence.ts';
import { AppError } from '../../errors.ts';

/**
 * A shift with the number of prospects before its touch, and how many of them it makes due at once;
 * null when that was not asked for.
 */
export type PeopleShift = Shift & { people: number; dueAtOnce: number | null };

export type RevisionPlan = {
  revision: number;
  nodes: readonly SequenceNode[];
  difference: Difference;
  shifts: PeopleShift[];
};

/**
 * The current revision of a campaign whose sequence can be changed.
 * @throws campaign.launch_in_progress, campaign.completed
 */
export async function readCurrent(db: Db, row: CampaignRow): Promise<RevisionRow> {
  if (row.status === 'launching') throw new AppError('campaign.launch_in_progress');
  if (row.status === 'completed' && row.roster !== 'open')
    throw new AppError(
      'campaign.completed',
      'Everybody has reached an end, and nobody can be added: a new sequence would reach nobody.',
    );
  return (await readRevisions(db, row, { upTo: row.revision, limit: 1 }))[0]!;
}

/**
 * The effect that another sequence would have on the prospects of a campaign. Reads counters;
 * prospects due at once are counted only with `countDue`.
 */
export async function planRevision(
  db: Db,
  row: CampaignRow,
  change: {
    current: RevisionRow;
    nodes: readonly SequenceNode[];
    now: Date;
    countDue: boolean;
    /** A text model is set up. */
    ai: boolean;
    /** Keeps the present revision of a draft instead of writing over it. */
    keep: boolean;
  },
): Promise<RevisionPlan> {
  const { current, nodes, now } = change;
  const problems =
    row.status === 'draft' ? [] : contentProblems(nodes, { channel: row.type, ai: change.ai });
  if (problems[0])
    throw new AppError('sequence.invalid', problems[0].message, { errors: problems });
  const places = await countByPlace(db, { workspaceId: row.workspace_id, campaignId: row.id });
  const shifts: PeopleShift[] = [];
  for (const [index, shift] of shiftsOf(current.nodes, nodes).entries()) {
    const dueAtOnce = change.countDue ? await countDue(db, row, shift, now) : null;
    const people = peopleBefore(places, shift.nodeId) + (index === 0 ? peopleInPool(places) : 0);
    shifts.push({ ...shift, people, dueAtOnce });
  }
  const revision = row.status === 'draft' && !change.keep ? row.revision : row.revision + 1;
  return { revision, nodes, difference: diffNodes(current.nodes, nodes), shifts };
}

function peopleBefore(places: readonly CountedPlace[], nodeId: string): number {
  return places.reduce(
    (sum, { name, node_id, n }) =>
      node_id === nodeId && name !== 'contacted' && !isTerminal(name) ? sum + n : sum,
    0,
  );
}

/** People of the pool, held or not: they stand before the first touch. */
function peopleInPool(places: readonly CountedPlace[]): number {
  return places.reduce(
    (sum, { name, node_id, n }) => (node_id === null && name === 'pending' ? sum + n : sum),
    0,
  );
}

async function countDue(
  db: Db,
  row: CampaignRow,
  { nodeId, waitMs, newWaitMs }: Shift,
  now: Date,
): Promise<number> {
  if (newWaitMs === null || newWaitMs >= waitMs) return 0;
  const dueFor = (wait: number) => new Date(latestDueAnchor(now.getTime(), wait, row.pauses));
  return countAnchored(db, {
    workspaceId: row.workspace_id,
    campaignId: row.id,
    nodeId,
    after: dueFor(waitMs),
    until: dueFor(newWaitMs),
  });
}

/**
 * Gives a campaign that the caller has locked its planned sequence, while sending goes on: ticks
 * leave a locked campaign out, and messages on their way are recorded before or after. Prospects
 * before a touch that is gone are moved; a change of delays costs O(senders).
 */
export async function revise(
  db: Db,
  row: CampaignRow,
  {
    plan,
    current,
    now,
    actor,
  }: { plan: RevisionPlan; current: RevisionRow; now: Date; actor: string },
): Promise<CampaignRow> {
  const campaign = { workspaceId: row.workspace_id, campaignId: row.id };
  if (row.status === 'draft') {
    if (plan.revision === row.revision) await writeNodes(db, row, { nodes: plan.nodes, at: now });
    else await insertRevision(db, row, { nodes: plan.nodes, removedTouches: {}, at: now });
    await deleteStrayDrafts(db, row, plan.nodes);
    return updateCampaign(db, row, { revision: plan.revision, updated_at: now });
  }
  const removedTouches = removeTouches(
    { nodes: current.nodes, removedTouches: current.removed_touches },
    plan.nodes,
  );
  await insertRevision(db, row, { nodes: plan.nodes, removedTouches, at: now });
  const revised = await updateCampaign(db, row, { revision: plan.revision, updated_at: now });
  if (current.nodes.some(draftOf) || plan.nodes.some(draftOf))
    await markDrafting(db, campaign, {
      drafts: plan.nodes.some(draftOf),
      changed: plan.difference.changed.map((change) => change.node_id),
    });
  const moves = plan.shifts.filter((shift) => shift.to !== shift.nodeId);
  await lockPositions(
    db,
    campaign,
    moves.map((shift) => shift.nodeId),
  );
  for (const { nodeId: from, to } of moves)
    await moveToTouch(db, { ...campaign, from, to, who: 'all', now });
  if (changesTexts(plan)) await releaseMissing(db, { ...campaign, now });
  const completed = await completeIfDone(db, { ...campaign, now, actor });
  if (!completed && row.status === 'active') await wakeCampaign(db, { ...campaign, now });
  const data = {
    revision: plan.revision,
    moved: moves.reduce((sum, shift) => sum + shift.people, 0),
  };
  await appendEvents(db, { workspaceId: row.workspace_id, at: now, actor }, [
    { kind: 'campaign.revised', campaignId: row.id, data },
  ]);
  return completed ? { ...revised, status: 'completed', completed_at: now } : revised;
}

function changesTexts({ difference, nodes }: RevisionPlan): boolean {
  const texts = new Set(touches(nodes).map((touch) => touch.nodeId));
  return (
    difference.added.some((id) => texts.has(id)) ||
    difference.changed.some((change) => texts.has(change.node_id))
  );
}
