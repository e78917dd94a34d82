import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { listImports as listRows } from '../../db/imports/imports.ts';
import { pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { importOnWire, importOutput } from './wire.ts';

export const listImports = defineOperation({
  name: 'import.list',
  route: 'GET /api/campaigns/{id}/imports',
  cli: 'import list',
  summary: 'List the imports of a campaign',
  description: 'Files that came into its roster, or are on their way, the newest first.',
  scope: 'read',
  input: z.object({
    id: uuid.describe('Campaign'),
    cursor: uuid.optional().describe('`next_cursor` of the page before.'),
    limit: pageLimit(200, 50),
  }),
  output: z.object({
    imports: z.array(importOutput),
    next_cursor: z.uuid().nullable().describe('Null on the last page.'),
  }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId }, { id: campaignId, cursor, limit }) {
    await getCampaign(db, { workspaceId, campaignId });
    const asked = { workspaceId, campaignId, before: cursor ?? null, limit: limit + 1 };
    const found = await listRows(db, asked);
    const imports = found.slice(0, limit);
    return {
      imports: imports.map(importOnWire),
      next_cursor: found.length > limit ? imports.at(-1)!.id : null,
    };
  },
});
