import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { listMessages } from '../../db/texts/drafts.ts';
import { uuid } from '../../domain/text.ts';
import type { Budget } from '../../engine/ai/budget.ts';
import { generateTexts } from '../../engine/ai/generate.ts';
import { resolveDrafts } from '../../engine/texts/drafts.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { inSequence, messageOutput, messagesOnWire } from './list.ts';

const maxShown = 1000;

export const budgetOutput = z.object({
  per_day: z.int(),
  used_today: z.int(),
  left_today: z.int(),
  next_day_at: z.iso.datetime(),
});

export function budgetOnWire({
  perDay,
  usedToday,
  leftToday,
  nextDay,
}: Budget): z.input<typeof budgetOutput> {
  return {
    per_day: perDay,
    used_today: usedToday,
    left_today: Math.max(0, leftToday),
    next_day_at: nextDay.toISOString(),
  };
}

export const generateMessages = defineOperation({
  name: 'message.generate',
  route: 'POST /api/campaigns/{id}/generate-messages',
  cli: 'campaign generate-message',
  summary: "Write drafts of a draft campaign's messages",
  description:
    'resolve fills the variables of every touch for every person, as the first sender would ' +
    'send it. Drafts edited by hand are kept and go out as they are; all others are rendered ' +
    'anew when they are sent. Safe to repeat, after adding people or changing texts. ' +
    'generate_ai lets a model write the texts of an AI node (node_id) in the background, for ' +
    'prospect_ids or for all people without one: it answers 202, and GET …/drafts shows the ' +
    'progress. Repeating it continues the work; the texts of named people are written anew. ' +
    'dry_run only counts.',
  scope: 'write',
  input: z.object({
    id: uuid,
    action: z.enum(['resolve', 'generate_ai']).default('resolve'),
    node_id: uuid.optional().describe('generate_ai: the AI node.'),
    prospect_ids: z
      .array(uuid)
      .min(1)
      .max(1000)
      .optional()
      .describe('generate_ai: the people to write texts for, anew if they have one.'),
    dry_run: z
      .boolean()
      .optional()
      .describe('generate_ai: counts the texts that would be written, and writes none.'),
  }),
  output: z.object({
    messages: z.array(messageOutput).describe('The drafts.'),
    next_cursor: z
      .uuid()
      .nullable()
      .describe('Null: over HTTP these are all. Else GET …/generate-messages goes on from it.'),
    resolved: z.int().describe('Drafts that were written.'),
    missing: z
      .array(
        z.object({
          prospect_id: z.uuid(),
          node_id: z.uuid(),
          reason: z.string(),
          variables: z.array(z.string()),
        }),
      )
      .describe(
        'The first 100 touches that cannot be rendered, with the variables that are empty.',
      ),
    missing_count: z.int(),
    drafting: z
      .object({
        node_id: z.uuid(),
        wanted: z.int().describe('Texts that are missing.'),
        queued: z.int().describe('Of these, texts that were not waiting already.'),
        estimated_input_tokens: z
          .int()
          .describe("Estimated from the first person's prompt, at four characters a token."),
        budget: budgetOutput.nullable().describe('Before these; null in a sandbox.'),
      })
      .optional()
      .describe('Of generate_ai.'),
  }),
  errors: [
    'campaign.not_found',
    'campaign.not_draft',
    'ai.not_set_up',
    'ai.budget_exceeded',
    'node.not_found',
    'node.not_ai',
    'sequence.invalid',
    'prospect.not_found',
  ],
  unknown: 'warn',
  transaction: false,
  whole: { list: 'messages', operation: 'message.list' },
  progressOperation: 'draft.list',
  async run(context, { id, action, node_id: nodeId, prospect_ids: prospectIds, dry_run: dryRun }) {
    const { db, workspaceId, now, setStatus } = context;
    const campaign = { workspaceId, campaignId: id };
    if (action === 'generate_ai') {
      if (!nodeId)
        throw new AppError('request.invalid', 'node_id: Required.', {
          errors: [{ pointer: '/node_id', code: 'required', message: 'Required.' }],
        });
      const request = {
        ...campaign,
        nodeId,
        prospectIds: prospectIds ?? null,
        dryRun: dryRun ?? false,
        now,
      };
      const generation = await generateTexts(context, request);
      if (!dryRun) setStatus(202);
      const drafting = {
        ...generation,
        budget: generation.budget && budgetOnWire(generation.budget),
      };
      return {
        messages: [],
        next_cursor: null,
        resolved: 0,
        missing: [],
        missing_count: 0,
        drafting,
      };
    }
    const { resolved, unresolved, unresolvedCount } = await resolveDrafts(
      { db },
      { ...campaign, now },
    );
    const row = await getCampaign(db, campaign);
    const { rows, more } = await listMessages(db, {
      ...campaign,
      states: ['draft'],
      limit: maxShown,
    });
    return {
      messages: await messagesOnWire(context, await inSequence(db, row, rows)),
      next_cursor: more ? rows.at(-1)!.id : null,
      resolved,
      missing: unresolved,
      missing_count: unresolvedCount,
    };
  },
});
