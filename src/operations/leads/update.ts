import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import {
  addTags,
  type LabelTable,
  listLabels,
  removeTags,
  setStatus,
} from '../../db/people/labels.ts';
import { listLeads } from '../../db/people/lead-search.ts';
import { type LeadRow, updateLead as writeLead } from '../../db/people/leads.ts';
import { listsOfLeads } from '../../db/people/lists.ts';
import { updateThreadsOf } from '../../db/threads/threads.ts';
import { leadInput, readLead } from '../../domain/people/lead.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { requireMember } from '../members/require.ts';
import { onDuplicate, refuseProblems } from '../refusals.ts';
import { requireSendForLists } from '../require-send.ts';
import { invalidIdentity } from './create.ts';
import { leadOutput, showLeads } from './wire.ts';

const tagIds = z.array(uuid).max(100).optional().describe('Ids of tags.');

export const updateLead = defineOperation({
  name: 'lead.update',
  route: 'PATCH /api/leads',
  cli: 'lead update',
  summary: 'Change a lead',
  description:
    'Only the given fields change, each as a whole; `type` cannot. Campaigns keep the copies ' +
    'they have.',
  scope: 'write',
  input: z.object({
    id: uuid,
    ...leadInput.shape,
    statusId: uuid.nullable().optional().describe('Lead status; null removes it.'),
    addTags: tagIds,
    removeTags: tagIds,
    notes: text({ max: 10_000 }).nullable().optional(),
    valuation: z.number().min(0).max(1e15).nullable().optional(),
    assigneeId: uuid.nullable().optional().describe('A member; null for nobody.'),
    done: z.boolean().optional(),
  }),
  output: z.object({ lead: leadOutput }),
  longTexts: 'cut',
  errors: ['lead.not_found', 'lead.exists'],
  async run(context, { id, statusId, addTags: add = [], removeTags: remove = [], ...given }) {
    const { db, workspaceId, now } = context;
    const { notes, valuation, assigneeId, done, ...input } = given;
    const { fields, invalid } = readLead(input);
    if (assigneeId) await requireMember(context, assigneeId, '/assigneeId');
    const own = { notes, valuation, done, assignee_id: assigneeId };
    if (invalid) throw invalidIdentity(invalid);
    const [before] = await listLeads(db, { workspaceId, listId: null, ids: [id], limit: 1 });
    if (identityColumns.some((column) => isNew(fields[column], before?.[column]))) {
      const lists = await listsOfLeads(db, workspaceId, [id]);
      const ids = lists.map(({ list_id: listId }) => listId);
      await requireSendForLists(context, ids, ['synced']);
    }
    const row = await writeLead(db, { workspaceId, id, now }, { ...fields, ...own }).catch(
      onDuplicate(() => new AppError('lead.exists')),
    );
    if (!row) throw new AppError('lead.not_found');
    await changeThreads(context, row, { done, assigneeId });
    if (statusId !== undefined) await changeStatus(db, workspaceId, { leadId: id, statusId, now });
    await requireLabels(db, 'tags', workspaceId, { addTags: add });
    if (add.length > 0) await addTags(db, workspaceId, { leadIds: [id], tagIds: add });
    if (remove.length > 0) await removeTags(db, workspaceId, { leadId: id, tagIds: remove });
    const [updated] = await listLeads(db, { workspaceId, listId: null, ids: [id], limit: 1 });
    return { lead: (await showLeads(db, workspaceId, [updated ?? row]))[0]! };
  },
});

/** A lead without an identity for a channel can be written to once it has one. */
const identityColumns = ['email', 'linkedin_url', 'x_handle'] as const;

/** Who looks after a person, and that nothing is left to do, holds for all their conversations. */
async function changeThreads(
  { db, workspaceId, now }: Context,
  row: LeadRow,
  { done, assigneeId }: { done: boolean | undefined; assigneeId: string | null | undefined },
): Promise<void> {
  const identities = identityColumns.flatMap((column) => row[column] ?? []);
  await updateThreadsOf(
    db,
    { workspaceId, identities, now },
    {
      ...(done === undefined ? {} : { done }),
      ...(assigneeId === undefined ? {} : { assignee_id: assigneeId }),
    },
  );
}

const isNew = (given: string | null | undefined, before: string | null | undefined) =>
  given !== undefined && given !== before;

async function changeStatus(
  db: Db,
  workspaceId: string,
  change: { leadId: string; statusId: string | null; now: Date },
): Promise<void> {
  const { leadId, statusId } = change;
  await requireLabels(db, 'lead_statuses', workspaceId, {
    statusId: statusId === null ? [] : [statusId],
  });
  await setStatus(db, workspaceId, { ...change, leadIds: [leadId] });
}

/** @throws request.invalid naming each tag or status that the workspace does not have */
async function requireLabels(
  db: Db,
  table: LabelTable,
  workspaceId: string,
  idsByField: Record<string, readonly string[]>,
): Promise<void> {
  const rows = await listLabels(db, table, workspaceId, Object.values(idsByField).flat());
  const known = new Set(rows.map((row) => row.id));
  const noun = nouns[table];
  const problems = Object.entries(idsByField).flatMap(([field, ids]) =>
    ids
      .filter((id) => !known.has(id))
      .map((id) => ({
        pointer: `/${field}`,
        code: `${noun}.not_found`,
        message: `There is no ${noun} ${id}.`,
      })),
  );
  refuseProblems(problems);
}

const nouns = { tags: 'tag', lead_statuses: 'status' } as const;
