import { z } from 'zod';
import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import { endImport, findImport, lockImport, noteRemoved } from '../../db/imports/imports.ts';
import { lockRoster } from '../../db/people/roster.ts';
import { deleteProspects } from '../../db/sending/roster-changes.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { importOnWire, importOutput } from './wire.ts';

export const undoImport = defineOperation({
  name: 'import.undo',
  route: 'POST /api/imports/{id}/undo',
  cli: 'import undo',
  summary: 'Take out again the people that an import added',
  description:
    'In one call, however many they are; an import that still runs is stopped first. People who ' +
    'were written to stay, also in a launched campaign. Profiles that the import changed and ' +
    'people that it suppressed stay as they are.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Import') }),
  output: z.object({
    import: importOutput,
    removed: z.int(),
    kept: z.int().describe('People of this import who were written to, or are being written to.'),
  }),
  errors: ['import.not_found'],
  async run({ db, workspaceId, now, actor }, { id }) {
    const key = { workspaceId, importId: id };
    const found = await findImport(db, key);
    if (!found) throw new AppError('import.not_found');
    const campaign = { workspaceId, campaignId: found.campaign_id };
    const roster = await lockRoster(db, campaign);
    const row = await lockImport(db, key);
    if (!roster || !row) throw new AppError('import.not_found');
    await endImport(db, key, { status: 'cancelled', error: null, now });
    const removed = await deleteProspects(db, { ...campaign, importId: id });
    if (removed > 0 && roster.status === 'active')
      await completeIfDone(db, { ...campaign, now, actor });
    const noted = await noteRemoved(db, key, { removed, now });
    const kept = Math.max(0, noted.imported - noted.removed!);
    return { import: importOnWire(noted), removed, kept };
  },
});
