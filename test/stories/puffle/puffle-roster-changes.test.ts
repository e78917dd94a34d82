import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { removeProspects } from '../../../src/operations/roster/remove.ts';
import { updateProspect } from '../../../src/operations/roster/update.ts';
import { createRosters } from '../../factories/rosters.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call, fail, makeDraft, fill, setStatus, stats } = createRosters(test);

describe('PATCH of one prospect', () => {
  it('changes the given fields, replaces custom_fields and normalises the identity', async () => {
    const id = await makeDraft();
    await call(addProspects, {
      id,
      prospects: [
        {
          email: 'a@x.de',
          first_name: 'Jane',
          last_name: 'Doe',
          company: 'Acme',
          custom_fields: { a: 1 },
        },
      ],
    });
    const prospect_id = (await call(listRoster, { id })).prospects[0]!.id;
    const updates = {
      email: 'Jane@X.de',
      last_name: 'Roe',
      company: null,
      custom_fields: { b: 2 },
      status: 'replied',
    };
    const { prospect, warnings } = await call(updateProspect, { id, prospect_id, updates });
    expect(prospect).toMatchObject({
      email: 'jane@x.de',
      name: 'Jane Roe',
      company: null,
      custom_fields: { b: 2 },
      status: 'pending',
    });
    expect(warnings).toMatchObject([{ pointer: '/updates/status', code: 'ignored' }]);
    expect(await call(addProspects, { id, prospects: [{ email: 'jane@x.de' }] })).toEqual({
      imported: 0,
      duplicates: 1,
    });
    const named = await call(updateProspect, { id, prospect_id, updates: { name: 'Dr. Roe' } });
    expect(named.prospect.name).toBe('Dr. Roe');
    expect(
      (await call(updateProspect, { id, prospect_id, updates: { first_name: 'J.' } })).prospect
        .name,
    ).toBe('Dr. Roe');
  });

  it('refuses a taken or missing identity and a prospect of another campaign', async () => {
    const id = await makeDraft();
    const [first] = await fill(id, 2);
    const elsewhere = await makeDraft();
    expect(
      await fail(updateProspect, {
        id,
        prospect_id: first,
        updates: { email: 'P1@acme.example.com' },
      }),
    ).toMatchObject({
      status: 409,
      code: 'prospect.identity_taken',
    });
    expect(
      (await fail(updateProspect, { id, prospect_id: first, updates: { email: null } })).errors[0],
    ).toMatchObject({
      pointer: '/updates/email',
      code: 'required',
    });
    expect(
      await fail(updateProspect, { id: elsewhere, prospect_id: first, updates: { company: 'x' } }),
    ).toMatchObject({
      status: 404,
      code: 'prospect.not_found',
    });
  });

  it('releases a prospect held for a missing variable while the campaign runs', async () => {
    const id = await makeDraft();
    const [held, other] = await fill(id, 2);
    await sql`
      update prospects set hold = 'missing_variable', hold_detail = 'first_name'
      where id = ${held!}`.execute(test.db);
    await setStatus(id, 'active');
    const { prospect } = await call(updateProspect, {
      id,
      prospect_id: held,
      updates: { first_name: 'Jane' },
    });
    expect(prospect).toMatchObject({ first_name: 'Jane', hold: null, hold_detail: null });
    expect(
      (await fail(updateProspect, { id, prospect_id: other, updates: { first_name: 'Joe' } })).code,
    ).toBe('campaign.roster_frozen');
  });
});

describe('DELETE of prospects', () => {
  it('removes up to 500 of them by id', async () => {
    const id = await makeDraft();
    const ids = await fill(id, 3);
    const foreign = await fill(await makeDraft(), 1);
    expect(await call(removeProspects, { id, prospect_ids: [ids[0], ids[1], ...foreign] })).toEqual(
      { deleted: 2 },
    );
    expect((await call(listRoster, { id })).prospects.map((prospect) => prospect.id)).toEqual([
      ids[2],
    ]);
    const tooMany = Array.from({ length: 501 }, () => ids[2]);
    for (const raw of [{ prospect_ids: tooMany }, { prospect_ids: [] }, {}])
      expect((await fail(removeProspects, { id, ...raw })).status).toBe(400);
  });

  it('removes all of them with { all: true }', async () => {
    const id = await makeDraft();
    const ids = await fill(id, 3);
    expect(await call(removeProspects, { id, all: true, prospect_ids: [ids[0]] })).toEqual({
      deleted: 'all',
    });
    expect(await call(listRoster, { id })).toMatchObject({ total: 0, prospects: [] });
  });
});

describe('the roster', () => {
  it('refuses every change with a 400 once the campaign is no draft', async () => {
    const id = await makeDraft();
    const [first] = await fill(id, 1);
    for (const status of ['launching', 'active', 'paused', 'completed']) {
      await setStatus(id, status);
      const frozen = { status: 400, code: 'campaign.roster_frozen' };
      expect(await fail(addProspects, { id, prospects: [{ email: 'new@x.de' }] })).toMatchObject(
        frozen,
      );
      expect(
        await fail(updateProspect, { id, prospect_id: first, updates: { company: 'x' } }),
      ).toMatchObject(frozen);
      expect(await fail(removeProspects, { id, prospect_ids: [first] })).toMatchObject(frozen);
      expect(await fail(removeProspects, { id, all: true })).toMatchObject(frozen);
    }
    expect((await call(listRoster, { id })).total).toBe(1);
  });

  it('updates the stats of the campaign with every addition and removal', async () => {
    const id = await makeDraft();
    expect(await stats(id)).toMatchObject({ total: 0, pending: 0 });
    const ids = await fill(id, 5);
    expect(await stats(id)).toMatchObject({ total: 5, pending: 5, sent: 0 });
    await call(removeProspects, { id, prospect_ids: ids.slice(0, 2) });
    expect(await stats(id)).toMatchObject({ total: 3, pending: 3 });
    await call(removeProspects, { id, all: true });
    expect(await stats(id)).toMatchObject({ total: 0, pending: 0 });
  });

  it('takes prospects after the completion when it is open, and the campaign goes on', async () => {
    const id = await makeDraft('email', { roster: 'open' });
    const [contacted] = await fill(id, 1);
    await sql`
      update prospects set sender_id = ${contacted!}, status = 'sent'
      where id = ${contacted!}`.execute(test.db);
    await setStatus(id, 'completed');
    expect(await call(addProspects, { id, prospects: [{ email: 'new@x.de' }] })).toEqual({
      imported: 1,
      duplicates: 0,
    });
    expect((await call(getCampaign, { id })).campaign.status).toBe('active');
    const refused = await fail(removeProspects, { id, prospect_ids: [contacted] });
    expect(refused).toMatchObject({
      code: 'campaign.roster_frozen',
      errors: [{ pointer: '/prospect_ids/0', code: 'written_to' }],
    });
    const fresh = (await call(listRoster, { id, q: 'new@' })).prospects[0]!.id;
    expect(await call(removeProspects, { id, prospect_ids: [fresh] })).toEqual({ deleted: 1 });
  });

  it('is not found by another workspace', async () => {
    const id = await makeDraft();
    const [first] = await fill(id, 1);
    const other = createCaller(test.services, await addWorkspace(test.db, test.clock.now()));
    for (const call of [
      () => other.fail(listRoster, { id }),
      () => other.fail(addProspects, { id, prospects: [{ email: 'x@y.de' }] }),
      () => other.fail(updateProspect, { id, prospect_id: first, updates: {} }),
      () => other.fail(removeProspects, { id, all: true }),
    ]) {
      expect(await call()).toMatchObject({ status: 404, code: 'campaign.not_found' });
    }
  });
});
