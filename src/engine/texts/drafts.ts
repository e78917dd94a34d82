import {
  type CampaignSenderRow,
  listCampaignSenders,
} from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, lockCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import { type Db, runTransaction } from '../../db/database.ts';
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
import { messageIdOf } from '../../ids.ts';
import { fillTouch, freshTexts } from '../ai/freshness.ts';

/** All that a campaign's touches are rendered from, but for the prospect. */
export type RenderSource = {
  campaign: CampaignRow;
  sequence: SequenceNode[];
  /** The nodes of the sequence that are touches, in order. */
  touchNodes: SequenceNode[];
  senders: CampaignSenderRow[];
};

/** A touch that cannot be rendered for a prospect, and the variables to mend. */
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
  return { campaign, senders, ...partsOf(await readNodes(db, campaign)) };
}

/** A sequence, and its touches, as `RenderSource` has them. */
export function partsOf(sequence: SequenceNode[]): Pick<RenderSource, 'sequence' | 'touchNodes'> {
  const touchIds = new Set(touches(sequence).map((touch) => touch.nodeId));
  return { sequence, touchNodes: sequence.filter((node) => touchIds.has(node.id)) };
}

type RenderOptions = {
  sender: MessageSender | undefined;
  /** The prospect's ledger rows, with the texts that a model wrote. */
  history?: readonly LedgerRow[];
};

/**
 * Every touch of one prospect in order, rendered as one sender would send it. Texts that a model is
 * still to write have marks in their places.
 */
export function renderTouches(
  { campaign, touchNodes }: RenderSource,
  prospect: PoolPerson,
  { sender = noSender, history = [] }: RenderOptions,
): RenderedTouch[] {
  let threadSubject: string | null = null;
  // False once the subject of the conversation is a text that is not written yet.
  let subjectKnown = true;
  return touchNodes.map((touchNode) => {
    const drafted = draftOf(touchNode);
    const node = drafted?.node ?? touchNode;
    const rendered = renderTouch({
      node,
      prospect,
      sender,
      campaignSignature: campaign.signature,
      threadSubject: subjectKnown ? threadSubject : null,
    });
    if (!rendered.ok) return rendered;
    const entry = history.find((row) => row.nodeId === touchNode.id);
    const texts = drafted ? freshTexts(touchNode, prospect, entry?.written) : {};
    subjectKnown &&= threadSubject !== null || texts !== null;
    threadSubject ??= texts && fillTouch(rendered, texts).subject;
    return rendered;
  });
}

/**
 * Writes a draft for every touch of every prospect in a draft campaign, in batches that commit one
 * by one; hand-edited drafts are kept. Returns how many were written and, for at most 100 touches,
 * the reasons why they cannot be rendered. @throws campaign.not_found, campaign.not_draft
 */
export async function resolveDrafts({ db }: { db: Db }, campaign: CampaignId & { now: Date }) {
  let resolved = 0;
  let unresolvedCount = 0;
  const unresolved: Unresolved[] = [];
  let after: string | null = null;
  do {
    const batch = await runTransaction(db, (tx) => resolveBatch(tx, campaign, after));
    resolved += batch.written;
    unresolvedCount += batch.unresolved.length;
    unresolved.push(...batch.unresolved.slice(0, maxUnresolved - unresolved.length));
    after = batch.last;
  } while (after !== null);
  return { resolved, unresolved, unresolvedCount };
}

/** Resolves the batch of prospects after the id `after`; `last` is null when there are no more. */
async function resolveBatch(db: Db, campaign: CampaignId & { now: Date }, after: string | null) {
  const row = await lockCampaign(db, campaign);
  if (row.status !== 'draft')
    throw new AppError(
      'campaign.not_draft',
      `The campaign is ${row.status}; drafts are resolved before the launch.`,
    );
  const source = await readRenderSource(db, row);
  const people = await readPool(db, { ...campaign, after, limit: batchSize });
  const drafted = new Set(source.touchNodes.filter(draftOf).map((node) => node.id));
  const ids = people.map((person) => person.id);
  const ledger = Map.groupBy(
    drafted.size > 0 ? await ledgerOf(db, campaign.workspaceId, ids) : [],
    (entry) => entry.prospectId,
  );
  const drafts: NewDraft[] = [];
  const unresolved: Unresolved[] = [];
  for (const person of people) {
    const history = ledger.get(person.id) ?? [];
    const renderedTouches = renderTouches(source, person, { sender: source.senders[0], history });
    for (const [index, rendered] of renderedTouches.entries()) {
      const node = source.touchNodes[index]!;
      const place = { prospectId: person.id, nodeId: node.id };
      if (rendered.ok && drafted.has(node.id)) continue;
      if (rendered.ok)
        drafts.push({
          ...place,
          id: messageIdOf(campaign.workspaceId, person.id, node.id),
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
  const plain = unresolved.filter((touch) => !drafted.has(touch.node_id));
  const outdated = plain.map(({ prospect_id: prospectId, node_id: nodeId }) => ({
    prospectId,
    nodeId,
  }));
  await deleteUnresolved(db, campaign, outdated);
  return { written, unresolved, last: people.length < batchSize ? null : people.at(-1)!.id };
}
