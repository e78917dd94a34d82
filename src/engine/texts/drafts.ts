import {
  type CampaignSenderRow,
  listCampaignSenders,
} from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, lockCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { type PoolPerson, readPool } from '../../db/people/pool.ts';
import type { CampaignId } from '../../db/scope.ts';
import { type LedgerRow, ledgerOf } from '../../db/sending/ledger.ts';
import { deleteUnresolved, type NewDraft, upsertDrafts } from '../../db/texts/drafts.ts';
import {
  type MessageSender,
  noSender,
  type RenderedTouch,
  renderTouch,
} from '../../domain/sequence/message.ts';
import { draftOf, type SequenceNode, touches } from '../../domain/sequence/sequence.ts';
import { AppError } from '../../errors.ts';
import { fillIn, writtenFor } from '../ai/freshness.ts';

/** What a campaign's touches are rendered from. */
export type RenderSource = {
  campaign: CampaignRow;
  sequence: SequenceNode[];
  touchNodes: SequenceNode[];
  senders: CampaignSenderRow[];
};

export type Unresolved = {
  prospect_id: string;
  node_id: string;
  reason: string;
  variables: string[];
};

const batchSize = 500;
const maxUnresolved = 100;

export async function readRenderSource(db: Db, campaign: CampaignRow): Promise<RenderSource> {
  const senders = await listCampaignSenders(db, {
    workspaceId: campaign.workspace_id,
    campaignIds: [campaign.id],
  });
  const sequence = await readNodes(db, campaign);
  const touching = new Set(touches(sequence).map((touch) => touch.nodeId));
  return {
    campaign,
    senders,
    sequence,
    touchNodes: sequence.filter((node) => touching.has(node.id)),
  };
}

type As = {
  sender:
    | MessageSender
    | undefined /** What the ledger has of the person: the texts a model wrote. */;
  history?: readonly LedgerRow[];
};

/** Every touch of one person in order, rendered as one sender would send it; what a model is still to write has marks in its place. */
export function renderTouches(
  { campaign, touchNodes }: RenderSource,
  prospect: PoolPerson,
  { sender = noSender, history = [] }: As,
): RenderedTouch[] {
  let subject: string | null = null;
  let known = true;
  return touchNodes.map((asked) => {
    const draft = draftOf(asked);
    const node = draft?.node ?? asked;
    const rendered = renderTouch({
      node,
      prospect,
      sender,
      campaignSignature: campaign.signature,
      threadSubject: known ? subject : null,
    });
    if (!rendered.ok) return rendered;
    const texts = draft
      ? writtenFor(asked, prospect, history.find((row) => row.nodeId === asked.id)?.written)
      : {};
    known &&= subject !== null || texts !== null;
    subject ??= texts && fillIn(rendered, texts).subject;
    return rendered;
  });
}

/**
 * Writes a draft for every touch of everybody in a draft campaign, in batches that each commit; hand-edited drafts are kept.
 * Returns how many were written and, for at most 100 touches, what keeps them from being rendered.
 * @throws campaign.not_found, campaign.not_draft
 */
export async function resolveDrafts(
  parts: { db: Db; newId: () => string },
  campaign: CampaignId & { now: Date },
) {
  let resolved = 0;
  let unresolvedCount = 0;
  const unresolved: Unresolved[] = [];
  let after: string | null = null;
  do {
    const batch = await parts.db
      .transaction()
      .execute((db) => resolveBatch({ ...parts, db }, campaign, after));
    resolved += batch.written;
    unresolvedCount += batch.unresolved.length;
    unresolved.push(...batch.unresolved.slice(0, maxUnresolved - unresolved.length));
    after = batch.last;
  } while (after !== null);
  return { resolved, unresolved, unresolvedCount };
}

/** One batch of people after `after`; `last` is null when there are no more. */
async function resolveBatch(
  { db, newId }: { db: Db; newId: () => string },
  campaign: CampaignId & { now: Date },
  after: string | null,
) {
  const row = await lockCampaign(db, campaign);
  if (row.status !== 'draft')
    throw new AppError(
      'campaign.not_draft',
      `The campaign is ${row.status}; drafts are resolved before the launch.`,
    );
  const script = await readRenderSource(db, row);
  const people = await readPool(db, { ...campaign, after, limit: batchSize });
  const drafted = new Set(script.touchNodes.filter(draftOf).map((node) => node.id));
  const ids = people.map((person) => person.id);
  const ledger = Map.groupBy(
    drafted.size > 0 ? await ledgerOf(db, campaign.workspaceId, ids) : [],
    (entry) => entry.prospectId,
  );
  const drafts: NewDraft[] = [];
  const unresolved: Unresolved[] = [];
  for (const person of people) {
    const history = ledger.get(person.id) ?? [];
    for (const [index, rendered] of renderTouches(script, person, {
      sender: script.senders[0],
      history,
    }).entries()) {
      const node = script.touchNodes[index]!;
      const place = { prospectId: person.id, nodeId: node.id };
      if (rendered.ok && drafted.has(node.id)) continue;
      if (rendered.ok)
        drafts.push({
          ...place,
          id: newId(),
          subject: rendered.subject,
          text: rendered.text,
          html: rendered.html,
        });
      else
        unresolved.push({
          prospect_id: place.prospectId,
          node_id: place.nodeId,
          reason: rendered.reason,
          variables: rendered.missing,
        });
    }
  }
  const written = await upsertDrafts(db, { ...campaign, at: campaign.now }, drafts);
  const plain = unresolved.filter((one) => !drafted.has(one.node_id));
  const gone = plain.map(({ prospect_id: prospectId, node_id: nodeId }) => ({
    prospectId,
    nodeId,
  }));
  await deleteUnresolved(db, campaign, gone);
  return { written, unresolved, last: people.length < batchSize ? null : people.at(-1)!.id };
}
