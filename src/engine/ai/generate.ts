import { countLacking, queueLacking } from '../../db/ai/queue.ts';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import { type Db, transact } from '../../db/database.ts';
import { readPool } from '../../db/people/pool.ts';
import { promptOf } from '../../domain/ai/prompt.ts';
import { definitionOf } from '../../domain/sequence/nodes/index.ts';
import { draftOf, type SequenceNode } from '../../domain/sequence/sequence.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { type Budget, readBudget } from './budget.ts';
import { checkDraft, readDraftContext } from './context.ts';
import { hashOfNode } from './freshness.ts';
import { Drafter } from './worker.ts';

export type Wish = {
  workspaceId: string;
  campaignId: string;
  nodeId: string;
  /** Whose text is to be written anew; null for all who have none. */
  prospectIds: readonly string[] | null;
  dryRun: boolean;
  now: Date;
};

export type Generation = {
  node_id: string;
  wanted: number;
  queued: number;
  estimated_input_tokens: number;
  budget: Budget | null;
};

/**
 * Calls for the texts of an AI node in a draft campaign; whoever asked a second time waits already, and what was edited by hand stays.
 * @throws ai.not_set_up, campaign.not_draft, node.not_found, node.not_ai, sequence.invalid, ai.budget_exceeded before anything is written
 */
export async function generateTexts(services: Services, wish: Wish): Promise<Generation> {
  const { ai } = services;
  const generation = await transact(services.db, async (db): Promise<Generation> => {
    const row = await lockCampaign(db, wish);
    if (!ai) throw new AppError('ai.not_set_up');
    if (row.status !== 'draft')
      throw new AppError(
        'campaign.not_draft',
        `The campaign is ${row.status}; its texts are written as they come up. POST …/drafts/retry tries failed ones again.`,
      );
    const node = draftedNode(await readNodes(db, row), wish.nodeId, row.type);
    const lacking = { ...wish, nodeHash: hashOfNode(node) };
    const { wanted, known } = await countLacking(db, lacking);
    if (wish.prospectIds && known < new Set(wish.prospectIds).size)
      throw new AppError('prospect.not_found');
    const budget = ai.metered ? await readBudget(db, services.config, wish) : null;
    if (budget && wanted > budget.leftToday && !wish.dryRun) {
      const detail = `${wanted} texts are wanted, and ${Math.max(0, budget.leftToday)} of the ${budget.perDay} of this day are left.`;
      throw new AppError('ai.budget_exceeded', detail, {
        extra: { required: wanted, balance: Math.max(0, budget.leftToday) },
      });
    }
    const estimated = wanted * (await estimateTokens(db, wish));
    const queued = wish.dryRun ? 0 : await queueLacking(db, lacking);
    return { node_id: wish.nodeId, wanted, queued, estimated_input_tokens: estimated, budget };
  });
  if (ai?.metered === false && !wish.dryRun) await writeNow(services, wish.workspaceId);
  return generation;
}

function draftedNode(
  nodes: readonly SequenceNode[],
  nodeId: string,
  channel: string,
): SequenceNode {
  const node = nodes.find((candidate) => candidate.id === nodeId);
  if (!node) throw new AppError('node.not_found');
  if (!draftOf(node)) throw new AppError('node.not_ai');
  const [problem] = definitionOf(node.type)!.launchProblems(node, { channel, ai: true });
  if (problem)
    throw new AppError('sequence.invalid', problem.message, {
      errors: [{ ...problem, pointer: `/sequence_nodes/${node.position}/${problem.field}` }],
    });
  return node;
}

/** Tokens of one question, at four characters each: that of the first person of the pool. */
async function estimateTokens(db: Db, { workspaceId, campaignId, nodeId }: Wish): Promise<number> {
  const [person] = await readPool(db, { workspaceId, campaignId, after: null, limit: 1 });
  if (!person) return 0;
  const place = { campaignId, prospectId: person.id, nodeId };
  const look = checkDraft(await readDraftContext(db, workspaceId, [place]), place);
  if (look.is !== 'work') return 0;
  const { system, prompt } = promptOf({ ...look.work, fault: null });
  return Math.ceil((system.length + prompt.length) / 4);
}

/** A sandbox has nobody else to write. */
async function writeNow(services: Services, workspaceId: string): Promise<void> {
  const drafter = new Drafter(services, services.newId());
  while ((await drafter.write({ sandbox: workspaceId })) > 0);
}
