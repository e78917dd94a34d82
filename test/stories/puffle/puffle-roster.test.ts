import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { prospectStatuses } from '../../../src/domain/people/prospect.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { createRosters } from '../../factories/rosters.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call, fail, makeDraft, fill } = createRosters(test);

describe('the list of prospects', () => {
  it('the list answers its total and every documented field', async () => {
    const id = await makeDraft();
    const jane = {
      email: 'jane@acme.com',
      first_name: 'Jane',
      last_name: 'Doe',
      company: 'Acme',
      position: 'VP of Sales',
    };
    await call(addProspects, {
      id,
      prospects: [jane, { email: 'sam@acme.com', custom_fields: { industry: 'SaaS' } }],
    });
    const page = await call(listRoster, { id });
    expect(page).toMatchObject({ total: 2, page: 1, limit: 100, next_cursor: null });
    expect(page.prospects[0]).toEqual({
      id: expect.any(String),
      campaign_id: id,
      user_id: test.memberId,
      status: 'pending',
      ...jane,
      linkedin_url: null,
      x_handle: null,
      name: 'Jane Doe',
      headline: null,
      custom_fields: null,
      source: 'api',
      source_ref: null,
      lead_id: null,
      sender_id: null,
      current_node_id: null,
      hold: null,
      hold_detail: null,
      local_zone: null,
      local_zone_source: null,
      next_touch_at: null,
      because: 'campaign_draft',
      contacted_at: null,
      replied_at: null,
      bounced_at: null,
      ended_at: null,
      expected_at: null,
      unknown_touches: 0,
      end_reason: null,
      created_at: '2026-03-02T09:00:00.000Z',
      updated_at: '2026-03-02T09:00:00.000Z',
    });
    expect(page.prospects[1]).toMatchObject({ custom_fields: { industry: 'SaaS' }, name: null });
  });

  it('a page holds at most 200 prospects, and pages count from 1', async () => {
    const id = await makeDraft();
    const ids = await fill(id, 250);
    expect(ids).toHaveLength(200);
    const second = await call(listRoster, { id, limit: 100_000, page: 2 });
    expect(second).toMatchObject({ limit: 200, page: 2, total: 250 });
    expect(second.prospects).toHaveLength(50);
    expect((await call(listRoster, { id, page: Number.MAX_SAFE_INTEGER })).prospects).toEqual([]);
    expect((await fail(listRoster, { id, page: 0 })).errors[0]!.pointer).toBe('/page');
  });

  it('a cursor walks the prospects in the same order as pages', async () => {
    const id = await makeDraft();
    const ids = await fill(id, 25);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { prospects: { id: string }[]; next_cursor: string | null } = await call(
        listRoster,
        {
          id,
          limit: 10,
          ...(cursor ? { cursor } : {}),
        },
      );
      seen.push(...page.prospects.map((prospect) => prospect.id));
      cursor = page.next_cursor;
    } while (cursor);
    expect(seen).toEqual(ids);
  });

  it('the status filter keeps prospects of one status and counts them', async () => {
    const id = await makeDraft();
    const ids = await fill(id, prospectStatuses.length);
    for (const [index, status] of prospectStatuses.entries()) {
      await sql`update prospects set status = ${status} where id = ${ids[index]!}`.execute(test.db);
      // The fill counted every prospect as pending.
      const change = status === 'pending' ? 1 - ids.length : 1;
      await sql`
        insert into counters values
        (${test.workspaceId}, ${id}, ${status}, ${ids[0]!}, ${ids[0]!}, 1, ${change})`.execute(
        test.db,
      );
    }
    for (const [index, status] of prospectStatuses.entries()) {
      const page = await call(listRoster, { id, status });
      expect(page.prospects.map((prospect) => prospect.id)).toEqual([ids[index]]);
      expect(page.total).toBe(1);
    }
    const all = await call(listRoster, { id });
    expect(all.prospects.map((prospect) => prospect.id)).toEqual(ids);
    expect(all.total).toBe(ids.length);
    expect((await fail(listRoster, { id, status: 'asleep' })).status).toBe(400);
  });

  it('the search finds prospects whose address begins with its text', async () => {
    const id = await makeDraft();
    await call(addProspects, {
      id,
      prospects: ['ann@x.de', 'anna@y.de', 'bob@x.de'].map((email) => ({ email })),
    });
    const page = await call(listRoster, { id, q: 'ANN', limit: 1 });
    expect(page).toMatchObject({ total: 2, prospects: [{ email: 'ann@x.de' }] });
    expect((await call(listRoster, { id, q: '%' })).total).toBe(0);
  });
});

describe('the addition of prospects', () => {
  it('a call adds from 1 to 1,000 prospects', async () => {
    const id = await makeDraft();
    const many = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ email: `p${n}@x.de` }));
    expect(await call(addProspects, { id, prospects: many(1000) })).toEqual({
      imported: 1000,
      duplicates: 0,
    });
    for (const prospects of [[], many(1001)])
      expect((await fail(addProspects, { id, prospects })).status).toBe(400);
  });

  it('rows without the required identity are named, and no row is added', async () => {
    const email = await makeDraft();
    const wrong = [
      { email: 'a@x.de' },
      { linkedin_url: 'https://www.linkedin.com/in/jane' },
      { email: 'not an address' },
    ];
    const refused = await fail(addProspects, { id: email, prospects: wrong });
    expect(refused).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(refused.detail).toMatch(/^prospects\/1\/email: /);
    expect(refused.errors.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/prospects/1/email', 'required'],
      ['/prospects/2/email', 'invalid_format'],
    ]);
    expect((await call(listRoster, { id: email })).total).toBe(0);
    const linkedin = await makeDraft('linkedin');
    const there = await fail(addProspects, { id: linkedin, prospects: [{ email: 'a@x.de' }] });
    expect(there.errors[0]!.pointer).toBe('/prospects/0/linkedin_url');
  });

  it('the identity of the other channel is stored when it is valid', async () => {
    const id = await makeDraft('linkedin');
    const people = [
      { linkedin_url: 'https://www.linkedin.com/in/jane', email: 'Jane@X.de' },
      { linkedin_url: 'https://www.linkedin.com/in/joe', email: 'nonsense' },
    ];
    const answer = await call(addProspects, { id, prospects: people });
    expect(answer.warnings).toEqual([
      {
        pointer: '/prospects/1/email',
        code: 'ignored',
        message: 'email is not valid; it was left out.',
      },
    ]);
    const { prospects } = await call(listRoster, { id });
    expect(prospects.map((prospect) => prospect.email)).toEqual(['jane@x.de', null]);
  });

  it('duplicates in the call and in the campaign are counted and not added', async () => {
    const id = await makeDraft();
    await call(addProspects, { id, prospects: [{ email: 'a@x.de' }] });
    const again = await call(addProspects, {
      id,
      prospects: [{ email: 'a@x.de' }, { email: 'b@x.de' }, { email: 'b@x.de' }],
    });
    expect(again).toEqual({ imported: 1, duplicates: 2 });
  });

  it('spellings of one address or LinkedIn URL count as duplicates', async () => {
    const email = await makeDraft();
    expect(
      await call(addProspects, {
        id: email,
        prospects: [{ email: 'A@X.de' }, { email: ' a@x.DE ' }],
      }),
    ).toEqual({
      imported: 1,
      duplicates: 1,
    });
    const linkedin = await makeDraft('linkedin');
    const urls = [
      'https://www.linkedin.com/in/jane/',
      'https://www.linkedin.com/in/jane?utm=1',
      'https://www.linkedin.com/in/Jane',
    ];
    const answer = await call(addProspects, {
      id: linkedin,
      prospects: urls.map((linkedin_url) => ({ linkedin_url })),
    });
    expect(answer).toEqual({ imported: 1, duplicates: 2 });
    expect((await call(listRoster, { id: linkedin })).prospects[0]!.linkedin_url).toBe(
      'https://www.linkedin.com/in/jane',
    );
  });

  it('custom_fields store any JSON', async () => {
    const id = await makeDraft();
    const custom_fields = {
      industry: 'SaaS',
      'deal size': 1.5,
      notes: ['ä', null, { deep: true }],
      text: 'a \\u0000 that is text',
    };
    await call(addProspects, { id, prospects: [{ email: 'a@x.de', custom_fields }] });
    expect((await call(listRoster, { id })).prospects[0]!.custom_fields).toEqual(custom_fields);
  });

  it('invalid values are refused by row and field, and unknown fields are warned of', async () => {
    const id = await makeDraft();
    const bad = [
      { email: 'a@x.de', company: 'NUL \u0000' },
      { email: 'b@x.de', custom_fields: { x: ['\ud800'] } },
      { email: 'c@x.de', first_name: 7 },
      { email: 'd@x.de', custom_fields: [] },
      'nobody',
    ];
    const { errors } = await fail(addProspects, { id, prospects: bad });
    expect(errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/prospects/0/company custom',
      '/prospects/1/custom_fields custom',
      '/prospects/2/first_name invalid_type',
      '/prospects/3/custom_fields invalid_type',
      '/prospects/4 not_an_object',
    ]);
    const odd = { email: 'a@x.de', title: 'CEO', nickname: 'Jo', headline: 'x'.repeat(2001) };
    const warned = await call(addProspects, { id, prospects: [odd] });
    expect(warned.warnings).toMatchObject([
      { pointer: '/prospects/*/title', message: '"title" was taken as position.' },
      { pointer: '/prospects/*/nickname', code: 'ignored' },
      { pointer: '/prospects/0/headline', message: expect.stringContaining('was cut') },
    ]);
    const [kept] = (await call(listRoster, { id })).prospects;
    expect([kept?.position, kept?.headline?.length]).toEqual(['CEO', 2000]);
    expect(
      (
        await fail(
          addProspects,
          { id, prospects: [{ email: 'b@x.de', title: 'CEO' }] },
          { strict: true },
        )
      ).code,
    ).toBe('request.ignored_field');
  });
});
