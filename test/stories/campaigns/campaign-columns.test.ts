import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createColumn } from '../../../src/operations/columns/create.ts';
import { deleteColumn } from '../../../src/operations/columns/delete.ts';
import { listColumns } from '../../../src/operations/columns/list.ts';
import { setColumnValues } from '../../../src/operations/columns/set-values.ts';
import { updateColumn } from '../../../src/operations/columns/update.ts';
import { createLead } from '../../../src/operations/leads/create.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { createLists } from '../../factories/rosters.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { db } = test;
const { call, fail, makeList, put, makeCampaign, settle } = createLists(test);

const people = async (id: string) => (await call(listRoster, { id })).prospects;
const addLead = async (name: string, attributes: Record<string, unknown>) =>
  (await call(createLead, { name, email: `${name}@example.com`, industry: 'Tools', attributes }))
    .lead.id;

it('columns of a campaign are created, renamed and deleted', async () => {
  const id = await makeCampaign();
  const { column } = await call(createColumn, {
    id,
    name: 'Opening line',
    type: 'text',
    description: 'First sentence',
  });
  expect(column).toMatchObject({
    id: expect.stringMatching(/^custom_[0-9a-z]{24}$/),
    name: 'Opening line',
    type: 'text',
    description: 'First sentence',
  });
  await call(updateColumn, { id, columnId: column.id, name: 'Opener', description: null });
  expect((await call(listColumns, { id })).columns).toMatchObject([
    { id: column.id, name: 'Opener', description: null },
  ]);
  await call(deleteColumn, { id, columnId: column.id });
  expect((await call(listColumns, { id })).columns).toEqual([]);
  expect(await fail(updateColumn, { id, columnId: column.id, name: 'x' })).toMatchObject({
    status: 404,
    code: 'column.not_found',
  });
  expect(await fail(createColumn, { id, name: ' ' })).toMatchObject({ status: 400 });
});

it("people of a synced list arrive with its mapped columns and the lead's attributes", async () => {
  const id = await makeCampaign();
  const { column } = await call(createColumn, { id, name: 'Opener' });
  const [one, two] = [
    await makeList([await addLead('ann', { hook: 'your talk', team: 7 })]),
    await makeList([await addLead('bob', { pitch: 'your post' })]),
  ];
  const column_mappings = {
    [one]: { hook: column.id },
    [two]: { pitch: column.id, missing: 'other' },
  };
  expect(
    (await call(updateRules, { id, synced_list_ids: [one, two], column_mappings })).rules,
  ).toMatchObject({ column_mappings });
  await settle();
  expect(
    (await people(id)).map(({ name, source, custom_fields }) => ({ name, source, custom_fields })),
  ).toEqual([
    {
      name: 'ann',
      source: 'rule',
      custom_fields: { hook: 'your talk', team: 7, industry: 'Tools', [column.id]: 'your talk' },
    },
    {
      name: 'bob',
      source: 'rule',
      custom_fields: { pitch: 'your post', industry: 'Tools', [column.id]: 'your post' },
    },
  ]);
});

it("setting a person's column values releases the hold for a missing variable", async () => {
  const id = await makeCampaign();
  const { column } = await call(createColumn, { id, name: 'Opener' });
  const { column: score } = await call(createColumn, { id, name: 'Score', type: 'number' });
  await call(updateRules, {
    id,
    synced_list_ids: [await makeList([await addLead('cid', { team: 1 })])],
  });
  await settle();
  const [cid] = await people(id);
  await sql`update campaigns set status = 'active' where id = ${id}`.execute(db);
  await sql`update prospects set hold = 'missing_variable', hold_detail = 'opener' where id = ${cid!.id}`.execute(
    db,
  );
  const set = (data: Record<string, unknown>) => ({ id, prospectId: cid!.id, data });
  const { prospect } = await call(
    setColumnValues,
    set({ [column.id]: 'Hello there', [score.id]: 3 }),
  );
  expect(prospect).toMatchObject({
    hold: null,
    hold_detail: null,
    custom_fields: { team: 1, industry: 'Tools', [column.id]: 'Hello there', [score.id]: 3 },
  });
  expect((await call(setColumnValues, set({ [column.id]: null }))).prospect.custom_fields).toEqual({
    team: 1,
    industry: 'Tools',
    [score.id]: 3,
  });
  expect(await fail(setColumnValues, set({ team: 2 }))).toMatchObject({
    status: 400,
    errors: [{ pointer: '/data/team', code: 'column.not_found' }],
  });
  const { column: more } = await call(createColumn, { id, name: 'More' });
  const long = {
    [column.id]: 'a'.repeat(9_999),
    [score.id]: 'b'.repeat(9_999),
    [more.id]: 'c'.repeat(9_999),
  };
  await call(setColumnValues, set(long));
  const last = (await call(createColumn, { id, name: 'Last' })).column.id;
  expect(await fail(setColumnValues, set({ [last]: 'd'.repeat(9_999) }))).toMatchObject({
    status: 400,
    errors: [{ code: 'too_big' }],
  });
});

it('people of a synced list get time zones when the campaign has local hours', async () => {
  const id = await makeCampaign({ local_hours: true });
  const list = await makeList([await addLead('dan', { timezone: 'Asia/Tokyo' })]);
  await call(updateRules, { id, synced_list_ids: [list] });
  await settle();
  await put(list, [await addLead('eva', { timezone: 'Europe/Paris' })]);
  await settle();
  expect(
    (await people(id)).map(({ name, local_zone, local_zone_source }) => [
      name,
      local_zone,
      local_zone_source,
    ]),
  ).toEqual([
    ['dan', 'Asia/Tokyo', 'field'],
    ['eva', 'Europe/Paris', 'field'],
  ]);
});
