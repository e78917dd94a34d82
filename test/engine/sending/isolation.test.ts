import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { appendEvents } from '../../../src/db/events.ts';
import { requestTextsAhead } from '../../../src/engine/ai/schedule.ts';
import { runAutomations } from '../../../src/engine/people/automations.ts';
import { syncRules } from '../../../src/engine/people/rules.ts';
import { createAutomation } from '../../../src/operations/automations/create.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { people } from '../../factories/campaigns.ts';
import { createLists } from '../../factories/rosters.ts';
import { aiEmail, openAiFixture } from '../../fixtures/ai.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

type Tested = Awaited<ReturnType<typeof testDatabase>>;

/** Makes the database refuse new rows of a table that match a condition. */
async function refuse({ db }: Pick<Tested, 'db'>, table: string, condition: string): Promise<void> {
  await sql`create or replace function refuse() returns trigger language plpgsql as $$ begin raise exception 'this one is broken'; end $$`.execute(
    db,
  );
  await sql`create or replace trigger broken before insert on ${sql.ref(table)} for each row when (${sql.raw(condition)}) execute function refuse()`.execute(
    db,
  );
}

test('a campaign whose prospects cannot be stored does not stop feeding others', async () => {
  const fixture = await testDatabase();
  const { call, addLeads, makeList, makeCampaign, roster } = createLists(fixture);
  const list = await makeList(await addLeads(['ann']));
  const [broken, sound] = [await makeCampaign(), await makeCampaign()].toSorted();
  for (const id of [broken!, sound!]) await call(updateRules, { id, synced_list_ids: [list] });
  await refuse(fixture, 'prospects', `new.campaign_id = '${broken}'`);
  await expect(syncRules(fixture.services)).rejects.toThrow('this one is broken');
  expect(await roster(sound!)).toEqual({ ann: 'pending' });
});

test('a workspace whose automations fail does not stop those of others', async () => {
  const fixture = await testDatabase();
  const { db, services, clock } = fixture;
  const others = await Promise.all(Array.from({ length: 3 }, () => addWorkspace(db, clock.now())));
  const all = await Promise.all(
    others.map(async (own) => {
      const { call, makeCampaign } = createLists({ ...fixture, ...own });
      const id = await makeCampaign();
      await call(addProspects, { id, prospects: people(1) });
      await call(createAutomation, { id, event: 'replied', action: 'notify', text: 'a reply' });
      const { id: prospectId } = await db
        .selectFrom('prospects')
        .select('id')
        .where('campaign_id', '=', id)
        .executeTakeFirstOrThrow();
      const at = clock.now();
      const event = { kind: 'prospect.replied' as const, campaignId: id, prospectId, data: {} };
      await db
        .transaction()
        .execute((tx) =>
          appendEvents(tx, { workspaceId: own.workspaceId, at, actor: 'test' }, [event]),
        );
      return own.workspaceId;
    }),
  );
  const notified = async () => {
    const rows = await db
      .selectFrom('events')
      .select('workspace_id')
      .where('kind', '=', 'automation.notified')
      .execute();
    return rows.map((row) => row.workspace_id).toSorted();
  };
  await refuse(
    fixture,
    'events',
    `new.workspace_id = '${all[0]}' and new.kind = 'automation.notified'`,
  );
  await expect(runAutomations(services)).rejects.toThrow('this one is broken');
  expect(await notified()).toEqual(all.slice(1).toSorted());
});

test('a campaign whose texts cannot be queued does not stop those of others', async () => {
  const fixture = await openAiFixture();
  const senders = [await fixture.sender()];
  const ids: string[] = [];
  for (let n = 0; n < 2; n += 1)
    ids.push(await fixture.launch({ senders, nodes: [aiEmail], people: people(1, `w${n}`) }));
  const [broken, sound] = ids.toSorted();
  await refuse(fixture, 'ai_drafts', `new.campaign_id = '${broken}'`);
  await expect(requestTextsAhead(fixture.services)).rejects.toThrow('this one is broken');
  expect(await fixture.holds(sound!)).toMatchObject({
    [`w${ids.indexOf(sound!)}0`]: 'draft_pending',
  });
});
