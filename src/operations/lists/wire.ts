import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import { type ListId, type ListRow, listLists, listOfAllLeads } from '../../db/people/lists.ts';
import { AppError } from '../../errors.ts';

export const listTypes = ['person', 'company', 'mixed'] as const;

export const listOutput = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string().nullable(),
    leadType: z.enum(listTypes),
    leadCount: z.int(),
    personCount: z.int(),
    companyCount: z.int(),
    protected: z.boolean().describe('The list "all" holds every lead; it cannot be changed.'),
    activeSearchTaskId: z.null(),
    searchFilters: z.null(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'List' });

/** The list as the wire shows it. */
export function listOnWire(row: ListRow): z.input<typeof listOutput> {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    leadType: row.lead_type as z.input<typeof listOutput>['leadType'],
    leadCount: row.people + row.companies,
    personCount: row.people,
    companyCount: row.companies,
    protected: row.protected,
    activeSearchTaskId: null,
    searchFilters: null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** A list of the workspace, also the list of all leads, which has its id. @throws list.not_found */
export async function getList(db: Db, { workspaceId, listId }: ListId): Promise<ListRow> {
  if (listId === workspaceId) return listOfAllLeads(db, workspaceId);
  const [row] = await listLists(db, workspaceId, [listId]);
  if (!row) throw new AppError('list.not_found');
  return row;
}

/** A list that can be changed. @throws list.not_found, list.protected */
export async function getOwnList(db: Db, id: ListId): Promise<ListRow> {
  const row = await getList(db, id);
  if (row.protected) throw new AppError('list.protected');
  return row;
}
