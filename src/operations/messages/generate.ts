import { z } from 'zod';
import { listMessages } from '../../db/drafts.ts';
import { uuid } from '../../domain/text.ts';
import { resolveDrafts } from '../../engine/drafts.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { messageOnWire, messageOutput } from './list.ts';

const mostShown = 1000;

export const generateMessages = defineOperation({
  name: 'message.generate',
  route: 'POST /api/campaigns/{id}/generate-messages',
  cli: 'campaign generate-message',
  summary: "Write drafts of a draft campaign's messages",
  description:
    'resolve fills the variables of every touch for everybody, as the first sender would send it. Drafts edited by hand are kept and go out ' +
    'as they are; all others are rendered anew when they are sent. Safe to repeat, after adding people or changing texts. ' +
    'generate_ai needs an AI provider.',
  scope: 'write',
  input: z.object({ id: uuid, action: z.enum(['resolve', 'generate_ai']).default('resolve') }),
  output: z.object({
    messages: z.array(messageOutput).describe('The first 1,000 drafts.'),
    resolved: z.int().describe('Drafts that were written.'),
    missing: z
      .array(z.object({ prospect_id: z.uuid(), node_id: z.uuid(), reason: z.string(), variables: z.array(z.string()) }))
      .describe('The first 100 touches that cannot be rendered, with the variables that are empty.'),
    missing_count: z.int(),
  }),
  errors: ['campaign.not_found', 'campaign.not_draft', 'ai.not_set_up'],
  unknown: 'warn',
  transaction: false,
  async run({ db, workspaceId, newId, now }, { id, action }) {
    if (action === 'generate_ai') throw new AppError('ai.not_set_up');
    const campaign = { workspaceId, campaignId: id };
    const { resolved, unresolved, unresolvedCount } = await resolveDrafts({ db, newId }, { ...campaign, now });
    const rows = await listMessages(db, { ...campaign, states: ['draft'], limit: mostShown });
    return { messages: rows.map(messageOnWire), resolved, missing: unresolved, missing_count: unresolvedCount };
  },
});
