import { type CampaignSenderRow, listCampaignSenders } from '../db/campaign-senders.ts';
import { type CampaignId, type CampaignRow, lockCampaign } from '../db/campaigns.ts';
import type { Db } from '../db/database.ts';
import { deleteUnresolved, type NewDraft, upsertDrafts } from '../db/drafts.ts';
import { type PoolPerson, readPool } from '../db/pool.ts';
import { readNodes } from '../db/sequences.ts';
import { type MessageSender, type RenderedTouch, renderTouch } from '../domain/message.ts';
import { type SequenceNode, touches } from '../domain/sequence.ts';
import { AppError } from '../errors.ts';

/** What a campaign's touches are rendered from. */
export type Script = { campaign: CampaignRow; sequence: SequenceNode[]; touchNodes: SequenceNode[]; senders: CampaignSenderRow[] };

export type Unresolved = { prospect_id: string; node_id: string; reason: string; variables: string[] };

const noSender: MessageSender = { first_name: null, last_name: null, display_name: null, email_address: null, signature: null };
const batchSize = 500;
const mostUnresolved = 100;

export async function readScript(db: Db, campaign: CampaignRow): Promise<Script> {
  const senders = await listCampaignSenders(db, { workspaceId: campaign.workspace_id, campaignIds: [campaign.id] });
  const sequence = await readNodes(db, campaign);
  const touching = new Set(touches(sequence).map((touch) => touch.nodeId));
  return { campaign, senders, sequence, touchNodes: sequence.filter((node) => touching.has(node.id)) };
}

/** Every touch of one person in order, rendered as one sender would send it. */
export function renderTouches({ campaign, touchNodes }: Script, prospect: PoolPerson, sender: MessageSender | undefined): RenderedTouch[] {
  let threadSubject: string | null = null;
  return touchNodes.map((node) => {
    const rendered = renderTouch({ node, prospect, sender: sender ?? noSender, campaignSignature: campaign.signature, threadSubject });
    if (rendered.ok) threadSubject ??= rendered.subject;
    return rendered;
  });
}

/**
 * Writes a draft for every touch of everybody in a draft campaign, in batches that each commit; hand-edited drafts are kept.
 * Returns how many were written and, for at most 100 touches, what keeps them from being rendered.
 * @throws campaign.not_found, campaign.not_draft
 */
export async function resolveDrafts(parts: { db: Db; newId: () => string }, campaign: CampaignId & { now: Date }) {
  let resolved = 0;
  let unresolvedCount = 0;
  const unresolved: Unresolved[] = [];
  let after: string | null = null;
  do {
    const batch = await parts.db.transaction().execute((db) => resolveBatch({ ...parts, db }, campaign, after));
    resolved += batch.written;
    unresolvedCount += batch.unresolved.length;
    unresolved.push(...batch.unresolved.slice(0, mostUnresolved - unresolved.length));
    after = batch.last;
  } while (after !== null);
  return { resolved, unresolved, unresolvedCount };
}

/** One batch of people after `after`; `last` is null when there are no more. */
async function resolveBatch({ db, newId }: { db: Db; newId: () => string }, campaign: CampaignId & { now: Date }, after: string | null) {
  const row = await lockCampaign(db, campaign);
  if (row.status !== 'draft')
    throw new AppError('campaign.not_draft', `The campaign is ${row.status}; drafts are resolved before the launch.`);
  const script = await readScript(db, row);
  const people = await readPool(db, { ...campaign, after, limit: batchSize });
  const drafts: NewDraft[] = [];
  const unresolved: Unresolved[] = [];
  for (const person of people) {
    for (const [index, rendered] of renderTouches(script, person, script.senders[0]).entries()) {
      const place = { prospectId: person.id, nodeId: script.touchNodes[index]!.id };
      if (rendered.ok) drafts.push({ ...place, id: newId(), subject: rendered.subject, text: rendered.text, html: rendered.html });
      else unresolved.push({ prospect_id: place.prospectId, node_id: place.nodeId, reason: rendered.reason, variables: rendered.missing });
    }
  }
  const written = await upsertDrafts(db, { ...campaign, at: campaign.now }, drafts);
  const gone = unresolved.map(({ prospect_id: prospectId, node_id: nodeId }) => ({ prospectId, nodeId }));
  await deleteUnresolved(db, campaign, gone);
  return { written, unresolved, last: people.length < batchSize ? null : people.at(-1)!.id };
}
