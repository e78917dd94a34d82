import { z } from 'zod';
import { wakeWorkspace } from '../../db/lanes.ts';
import { saveTimeZone } from '../../db/settings.ts';
import { defaultTimeZone } from '../../domain/campaign.ts';
import { timeZone } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { settingsOutput } from './get.ts';

export const updateSettings = defineOperation({
  name: 'settings.update',
  route: 'PUT /api/settings',
  cli: 'setting update',
  summary: 'Change the settings of the workspace',
  description: 'A new time zone counts at once for every campaign that has none of its own: their senders are planned again.',
  scope: 'admin',
  input: z.object({
    timezone: timeZone().nullable().describe('IANA zone, for example Europe/Berlin; null goes back to the default, America/New_York.'),
  }),
  output: settingsOutput,
  errors: [],
  async run({ db, workspaceId, now }, { timezone }) {
    await saveTimeZone(db, workspaceId, timezone);
    await wakeWorkspace(db, workspaceId, now);
    return { timezone: timezone ?? defaultTimeZone, isDefault: timezone === null };
  },
});
