import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { normaliseDomain, normaliseLinkedInUrl } from '../../src/domain/identity.ts';
import { addCampaign, addPeople } from '../factories/rows.ts';
import { testDatabase } from '../fixtures/database.ts';
import { root } from './documents.ts';

const test = await testDatabase();
const readMigration = (name: string) => readFileSync(path.join(root, 'migrations', name), 'utf8');

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
  await sql.raw(readMigration('0019_removed_touches.sql')).execute(db);
  const rows = await db
    .selectFrom('sequences')
    .select(['campaign_id', 'removed_touches'])
    .execute();
  const found = new Map(rows.map((row) => [row.campaign_id, row.removed_touches]));
  expect(found.get(changed)).toEqual({ [gone]: { moveTo: next, continueAt: null } });
  expect(found.get(plain)).toEqual({});
});

it('0035 brings stored profiles and domains into the form that is compared', async () => {
  const { db, workspaceId } = test;
  const campaignId = await addCampaign(test, 'draft');
  const stored = [
    'https://linkedin.com/in/ann',
    'https://www.linkedin.com/in/ann',
    'https://de.linkedin.com/in/ben/de-de',
    'https://m.linkedin.com/mwlite/in/cid/detail/contact-info',
    'https://www.linkedin.com/in/ACoAAbCdEf',
    'https://www.linkedin.com/company/acme',
  ];
  const people = stored.map((url, index) => ({
    first_name: `old-${index}`,
    identity: url,
    linkedin_url: url,
  }));
  await addPeople(db, test, campaignId, people);
  for (const url of stored)
    await sql`insert into suppressions (workspace_id, kind, value, reason, created_at)
      values (${workspaceId}, 'linkedin', ${url}, 'asked', ${test.clock.now()})`.execute(db);
  await sql`insert into suppressions (workspace_id, kind, value, reason, created_at)
    values (${workspaceId}, 'domain', 'www.acme.example', 'asked', ${test.clock.now()})`.execute(
    db,
  );

  await sql.raw(readMigration('0035_plain_identities.sql')).execute(db);

  const { rows } = await sql<{ kind: string; value: string }>`
    select kind, value from suppressions where workspace_id = ${workspaceId}`.execute(db);
  const suppressed = new Set(rows.map(({ value }) => value));
  for (const url of stored.slice(0, 5)) expect(suppressed).toContain(normaliseLinkedInUrl(url));
  expect(suppressed).toContain(normaliseDomain('www.acme.example'));
  const now = await db
    .selectFrom('prospects')
    .select(['identity', 'linkedin_url'])
    .where('campaign_id', '=', campaignId)
    .orderBy('first_name')
    .execute();
  expect(now.map(({ identity }) => identity)).toEqual([
    // The campaign has this person already.
    'https://linkedin.com/in/ann',
    ...stored.slice(1, 5).map((url) => normaliseLinkedInUrl(url)),
    'https://www.linkedin.com/company/acme',
  ]);
  expect(now[0]!.linkedin_url).toBe('https://www.linkedin.com/in/ann');
});
