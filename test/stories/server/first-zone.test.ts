import { expect, it } from 'vitest';
import { machineTimeZone } from '../../../src/config.ts';
import { readTimeZone } from '../../../src/db/settings.ts';
import { createKey } from '../../../src/operations/keys/create.ts';
import { updateSettings } from '../../../src/operations/settings/update.ts';
import { createWorkspace } from '../../../src/operations/workspaces/create.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call } = createCaller(test.services, test);

it('a sandbox has the zone of the workspace that made it, and keys of its own kind', async () => {
  await call(updateSettings, { timezone: 'Europe/Berlin' });
  const { workspace, key } = await call(createWorkspace, { name: 'Rehearsal' });
  expect(await readTimeZone(test.services.db, workspace.id)).toBe('Europe/Berlin');
  expect(key).toMatch(/^pr_test_/);
  expect((await call(createKey, { name: 'live' })).key.key).toMatch(/^pr_live_/);
});

it('the zone of the machine is one that operating hours can be in', () => {
  const { ...options } = Intl.DateTimeFormat().resolvedOptions();
  const zoneOf = (timeZone: string) => machineTimeZone({ ...options, timeZone });
  expect(['Europe/Berlin', 'Etc/UTC', 'GMT', 'Etc/Unknown'].map(zoneOf)).toEqual([
    ...['Europe/Berlin', 'UTC', 'UTC', null],
  ]);
});
