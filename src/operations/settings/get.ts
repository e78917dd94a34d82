import { z } from 'zod';
import { readBodyDays, readTimeZone } from '../../db/settings.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { defineOperation } from '../../operation.ts';
import { noticesOutput, showNotices } from './notices.ts';

export const settingsOutput = z.object({
  timezone: z.string().describe('IANA zone that campaigns without their own use.'),
  isDefault: z.boolean().describe('True until a zone has been set.'),
  keep_bodies_days: z
    .int()
    .nullable()
    .describe(
      'Texts and files of received messages are forgotten after so many days; null: never.',
    ),
  notifications: noticesOutput,
});

export const getSettings = defineOperation({
  name: 'settings.get',
  route: 'GET /api/settings',
  cli: 'setting',
  summary: 'Show the settings of the workspace',
  scope: 'read',
  input: z.object({}),
  output: settingsOutput,
  errors: [],
  async run({ db, workspaceId }) {
    const notifications = await showNotices({ db, workspaceId });
    const timeZone = await readTimeZone(db, workspaceId);
    return {
      timezone: timeZone ?? defaultTimeZone,
      isDefault: timeZone === null,
      keep_bodies_days: await readBodyDays(db, workspaceId),
      notifications,
    };
  },
});
