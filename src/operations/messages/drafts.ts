import { z } from 'zod';
import { countDrafts, listFailed } from '../../db/ai/queue.ts';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { readBudget } from '../../engine/ai/budget.ts';
import { defineOperation } from '../../operation.ts';
import { budgetOnWire, budgetOutput } from './generate.ts';

export const listDrafts = defineOperation({
  name: 'draft.list',
  route: 'GET /api/campaigns/{id}/drafts',
  cli: 'campaign draft',
  summary: 'Show the progress of the texts that a model writes',
  description:
    'By node: the numbers of texts that wait, are being written, are written, and failed, ' +
    'with the tokens they took. Then the failed texts, with the reason. The texts themselves ' +
    'are listed with GET …/generate-messages. Requested as `text/event-stream`, the answer is ' +
    'sent again (`progress`) whenever the numbers change, and a last time (`done`) when no ' +
    'text is left to be written. Request a stream again when it ends without `done`: it lasts ' +
    'ten minutes at most. At most twenty streams run at once.',
  scope: 'read',
  input: z.object({
    id: uuid,
    cursor: uuid.optional().describe('next_cursor of the page before.'),
    limit: pageLimit(1000, 100),
  }),
  output: z.object({
    model: z.string().nullable().describe('The model that writes; null when none is set up.'),
    nodes: z.array(
      z.object({
        node_id: z.uuid(),
        queued: z.int(),
        writing: z.int(),
        written: z.int(),
        failed: z.int(),
        next_at: z.iso.datetime().nullable().describe('When the next waiting text is tried.'),
        input_tokens: z.int(),
        output_tokens: z.int(),
      }),
    ),
    failed: z.array(
      z.object({
        prospect_id: z.uuid(),
        node_id: z.uuid(),
        code: z.string().nullable(),
        reason: z.string().nullable(),
        at: z.iso.datetime(),
      }),
    ),
    next_cursor: z.uuid().nullable(),
    budget: budgetOutput
      .nullable()
      .describe('How many texts may be written for the workspace today; null in a sandbox.'),
  }),
  errors: ['campaign.not_found'],
  follow: {
    look: async ({ db, workspaceId }, { id }) =>
      JSON.stringify(await countDrafts(db, { workspaceId, campaignId: id })),
    isOver: ({ nodes }) => nodes.every(({ queued, writing }) => queued + writing === 0),
    progress: ({ nodes }) => progressOf(nodes),
  },
  async run({ db, workspaceId, config, ai, sandbox, now }, { id, cursor, limit }) {
    const campaign = { workspaceId, campaignId: id };
    await getCampaign(db, campaign);
    const counts = Map.groupBy(await countDrafts(db, campaign), (count) => count.nodeId);
    const failed = await listFailed(db, { ...campaign, after: cursor ?? null, limit });
    const nodes = [...counts].map(([node_id, own]) => {
      const of = (state: string) => own.find((count) => count.state === state);
      const sum = (field: 'inputTokens' | 'outputTokens') =>
        own.reduce((total, count) => total + count[field], 0);
      const waiting = of('queued');
      return {
        node_id,
        queued: (waiting?.n ?? 0) - (waiting?.writing ?? 0),
        writing: waiting?.writing ?? 0,
        written: of('written')?.n ?? 0,
        failed: of('failed')?.n ?? 0,
        next_at: waiting?.nextAt?.toISOString() ?? null,
        input_tokens: sum('inputTokens'),
        output_tokens: sum('outputTokens'),
      };
    });
    return {
      model: ai?.model ?? null,
      nodes,
      failed: failed.map(({ prospectId, nodeId, errorCode, errorDetail, at }) => {
        return {
          prospect_id: prospectId,
          node_id: nodeId,
          code: errorCode,
          reason: errorDetail,
          at: at.toISOString(),
        };
      }),
      next_cursor: failed.length < limit ? null : failed.at(-1)!.prospectId,
      budget: sandbox ? null : budgetOnWire(await readBudget(db, config, { workspaceId, now })),
    };
  },
});

type NodeProgress = {
  queued: number;
  writing: number;
  written: number;
  failed: number;
  next_at: string | null;
};

/** The progress of all nodes in a line: "3 of 5 written, 1 failed, the next is due at …". */
function progressOf(nodes: readonly NodeProgress[]): string {
  const sum = (field: 'queued' | 'writing' | 'written' | 'failed') =>
    nodes.reduce((total, node) => total + node[field], 0);
  const queued = sum('queued');
  const writing = sum('writing');
  const written = sum('written');
  const failed = sum('failed');
  const parts = [`${written} of ${queued + writing + written + failed} written`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (writing > 0) parts.push(`${writing} being written`);
  const next = nodes
    .flatMap((node) => (node.queued > 0 && node.next_at ? [node.next_at] : []))
    .sort()[0];
  if (queued > 0 && writing === 0 && next) parts.push(`the next is due at ${next}`);
  return parts.join(', ');
}
