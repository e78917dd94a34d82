import { z } from 'zod';
import { joinList } from '../../db/people/lists.ts';
import { text, uuid } from '../../domain/text.ts';
import { nameLeads } from '../../engine/people/named-leads.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendForLists } from '../require-send.ts';
import { getOwnList } from './wire.ts';

/** Names a person by lead or by identity. */
export const namedInput = {
  lead_id: uuid.optional(),
  email: text({ max: 500 }).optional(),
  linkedin_url: text({ max: 1000 }).optional(),
  x_handle: text({ max: 200 }).optional(),
};

const maxNamed = 2000;

export const enrolInList = defineOperation({
  name: 'list_lead.enrol',
  route: 'POST /api/lists/{id}/leads/enrol',
  cli: 'list lead enrol',
  summary: 'Put people into a list by lead or identity',
  description:
    'Each person is named by `lead_id`, or by address, LinkedIn profile or name on X. A ' +
    'person who is not yet a lead of the workspace becomes one. The answer has the outcome of ' +
    'each, in the order of the call.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('List'),
    people: z.array(z.strictObject(namedInput)).min(1).max(maxNamed),
  }),
  output: z.object({
    added: z.int(),
    skipped: z.int().describe('In the list already, or twice in the call.'),
    failed: z.int(),
    results: z.array(
      z.object({
        index: z.int(),
        outcome: z.enum(['added', 'skipped', 'failed']),
        code: z.string().nullable(),
        message: z.string().nullable(),
        lead_id: z.uuid().nullable(),
      }),
    ),
  }),
  errors: ['list.not_found', 'list.protected'],
  maxValues: 50_000,
  async run(context, { id, people }) {
    const { db, workspaceId, now } = context;
    const list = { workspaceId, listId: id };
    await getOwnList(db, list);
    await requireSendForLists(context, [id], ['synced']);
    const named = await nameLeads(context, people);
    const added = new Set(
      await joinList(db, list, {
        leadIds: named.flatMap((person) => ('lead' in person ? person.lead.id : [])),
        now,
      }),
    );
    const results = named.map((person, index) => {
      if (!('lead' in person)) {
        const { code, message } = person;
        return { index, outcome: 'failed' as const, code, message, lead_id: null };
      }
      const { id: leadId } = person.lead;
      // The second time that the call names a lead, it is no longer new.
      const outcome = added.delete(leadId) ? ('added' as const) : ('skipped' as const);
      return { index, outcome, code: null, message: null, lead_id: leadId };
    });
    return { ...countOutcomes(results), results };
  },
});

export function countOutcomes(results: readonly { outcome: 'added' | 'skipped' | 'failed' }[]) {
  const count = (wanted: string) => results.filter(({ outcome }) => outcome === wanted).length;
  return { added: count('added'), skipped: count('skipped'), failed: count('failed') };
}
