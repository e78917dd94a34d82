import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { addCampaign } from '../factories/rows.ts';
import { testDatabase } from '../fixtures/database.ts';
import { root } from './documents.ts';

const test = await testDatabase();

it('0019 renames the keys of removed touches, and leaves sequences without any alone', async () => {
  const { db } = test;
  const [changed, plain] = [await addCampaign(test, 'draft'), await addCampaign(test, 'draft')];
  const [gone, next] = [changed, plain];
  await sql`alter table sequences rename column removed_touches to moved`.execute(db);
  const old = JSON.stringify({ [gone]: { stands: next, goesOn: null } });
  await sql`
    insert into sequences (workspace_id, campaign_id, revision, nodes, moved, created_at)
    select ${test.workspaceId}, id, 1, '[]', case when id = ${changed} then ${old}::jsonb else '{}' end, ${test.clock.now()}
    from campaigns`.execute(db);
  const migration = readFileSync(path.join(root, 'migrations/0019_removed_touches.sql'), 'utf8');
  await sql.raw(migration).execute(db);
  const rows = await db
    .selectFrom('sequences')
    .select(['campaign_id', 'removed_touches'])
    .execute();
  const found = new Map(rows.map((row) => [row.campaign_id, row.removed_touches]));
  expect(found.get(changed)).toEqual({ [gone]: { moveTo: next, continueAt: null } });
  expect(found.get(plain)).toEqual({});
});
