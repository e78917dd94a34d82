import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import {
  addTags,
  type LabelTable,
  listLabels,
  removeTags,
  setStatus,
} from '../../db/people/labels.ts';
import { listLeads, updateLead as writeLead } from '../../db/people/leads.ts';
import { leadInput, readLead } from '../../domain/people/lead.ts';
import { uuid } from '../../domain/text.ts';
import { AppError, type Problem } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { invalidIdentity } from './create.ts';
import { leadOutput, showLeads } from './wire.ts';

const labels = z.array(uuid).max(100).optional().describe('Ids of tags.');

export const updateLead = defineOperation({
  name: 'lead.update',
  route: 'PATCH /api/leads',
  cli: 'lead update',
  summary: 'Change a lead',
  description:
    'Only the given fields change, each as a whole; `type` cannot. Campaigns keep the copies they have.',
  scope: 'write',
  input: z.object({
    id: uuid,
    ...leadInput.shape,
    statusId: uuid.nullable().optional().describe('Lead status; null takes it away.'),
    addTags: labels,
    removeTags: labels,
  }),
  output: z.object({ lead: leadOutput }),
  errors: ['lead.not_found', 'lead.exists'],
  async run(
    { db, workspaceId, now },
    { id, statusId, addTags: add = [], removeTags: remove = [], ...input },
  ) {
    const { fields, invalid } = readLead(input);
    if (invalid) throw invalidIdentity(invalid);
    const row = await writeLead(db, { workspaceId, id, now }, fields).catch((error: unknown) => {
      throw (error as { code?: string }).code === '23505' ? new AppError('lead.exists') : error;
    });
    if (!row) throw new AppError('lead.not_found');
    if (statusId !== undefined) await label(db, workspaceId, { leadId: id, statusId, now });
    await refuseStrange(db, 'tags', workspaceId, { addTags: add });
    if (add.length > 0) await addTags(db, workspaceId, { leadIds: [id], tagIds: add });
    if (remove.length > 0) await removeTags(db, workspaceId, { leadId: id, tagIds: remove });
    const [updated] = await listLeads(db, { workspaceId, listId: null, ids: [id], limit: 1 });
    return { lead: (await showLeads(db, workspaceId, [updated ?? row]))[0]! };
  },
});

async function label(
  db: Db,
  workspaceId: string,
  to: { leadId: string; statusId: string | null; now: Date },
): Promise<void> {
  await refuseStrange(db, 'lead_statuses', workspaceId, {
    statusId: to.statusId === null ? [] : [to.statusId],
  });
  await setStatus(db, workspaceId, { ...to, leadIds: [to.leadId] });
}

/** @throws request.invalid naming tags or statuses the workspace does not have */
async function refuseStrange(
  db: Db,
  table: LabelTable,
  workspaceId: string,
  given: Record<string, readonly string[]>,
): Promise<void> {
  const known = new Set(
    (await listLabels(db, table, workspaceId, Object.values(given).flat())).map((row) => row.id),
  );
  const errors = Object.entries(given).flatMap(([field, ids]): Problem[] =>
    ids.flatMap((id) =>
      known.has(id)
        ? []
        : [
            {
              pointer: `/${field}`,
              code: `${nouns[table]}.not_found`,
              message: `There is no ${nouns[table]} ${id}.`,
            },
          ],
    ),
  );
  if (errors[0])
    throw new AppError('request.invalid', `${errors[0].pointer.slice(1)}: ${errors[0].message}`, {
      errors,
    });
}

const nouns = { tags: 'tag', lead_statuses: 'status' } as const;
