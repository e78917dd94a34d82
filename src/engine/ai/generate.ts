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
import { DraftWorker } from './worker.ts';

export type GenerationRequest = {
  workspaceId: string;
  campaignId: string;
  nodeId: string;
  /** Prospects that get a new text; null for all that have none. */
  prospectIds: readonly string[] | null;
  dryRun: boolean;
  now: Date;
};

/** Result of a request, as it goes on the wire. `budget` is null when texts cost nothing. */
export type Generation = {
  node_id: string;
  wanted: number;
  queued: number;
  estimated_input_tokens: number;
  budget: Budget | null;
};

/**
 * Requests the texts of an AI node in a draft campaign. Texts that are requested already keep their
 * place; texts that were edited by hand stay. Writes nothing when it throws.
 * @throws ai.not_set_up, campaign.not_draft, node.not_found, node.not_ai, sequence.invalid,
 * prospect.not_found, ai.budget_exceeded
 */
export async function generateTexts(
  services: Services,
  request: GenerationRequest,
): Promise<Generation> {
  const { ai } = services;
  const generation = await transact(services.db, async (db): Promise<Generation> => {
    const row = await lockCampaign(db, request);
    if (!ai) throw new AppError('ai.not_set_up');
    if (row.status !== 'draft')
      throw new AppError(
        'campaign.not_draft',
        `The campaign is ${row.status}; its texts are written as they come up. ` +
          'POST …/drafts/retry tries failed ones again.',
      );
    const node = draftedNode(await readNodes(db, row), request.nodeId, row.type);
    const lacking = { ...request, nodeHash: hashOfNode(node) };
    const { wanted, known } = await countLacking(db, lacking);
    if (request.prospectIds && known < new Set(request.prospectIds).size)
      throw new AppError('prospect.not_found');
    const budget = ai.metered ? await readBudget(db, services.config, request) : null;
    if (budget && wanted > budget.leftToday && !request.dryRun) {
      const left = Math.max(0, budget.leftToday);
      const detail =
        `${wanted} texts are wanted, and ` +
        `${left} of the ${budget.perDay} of this day are left.`;
      throw new AppError('ai.budget_exceeded', detail, {
        extra: { required: wanted, balance: left },
      });
    }
    const estimated = wanted * (await estimateTokens(db, request));
    const queued = request.dryRun ? 0 : await queueLacking(db, lacking);
    return { node_id: request.nodeId, wanted, queued, estimated_input_tokens: estimated, budget };
  });
  if (ai?.metered === false && !request.dryRun) await writeNow(services, request.workspaceId);
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

/** Tokens of one question at four characters each, for the first prospect of the pool. */
async function estimateTokens(
  db: Db,
  { workspaceId, campaignId, nodeId }: GenerationRequest,
): Promise<number> {
  const [person] = await readPool(db, { workspaceId, campaignId, after: null, limit: 1 });
  if (!person) return 0;
  const place = { campaignId, prospectId: person.id, nodeId };
  const check = checkDraft(await readDraftContext(db, workspaceId, [place]), place);
  if (check.is !== 'work') return 0;
  const { system, prompt } = promptOf({ ...check.work, fault: null });
  return Math.ceil((system.length + prompt.length) / 4);
}

/** Writes the texts of a sandbox at once, because no worker writes them there. */
async function writeNow(services: Services, workspaceId: string): Promise<void> {
  const worker = new DraftWorker(services, services.newId());
  while ((await worker.write({ sandbox: workspaceId })) > 0);
}
