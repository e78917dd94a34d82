import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase();
const { services, clock, workspaceId } = database;
const { as, anonymous } = testApi(services);
const send = await as(database);

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const create = async (body: object) =>
  (await send('POST /api/keys', body)).body.key as { id: string; key: string; prefix: string };

describe('API keys', () => {
  it('are shown when they are created and never again', async () => {
    const made = await create({ name: 'ci', scopes: ['read', 'read', 'send'] });
    expect(made.key).toMatch(/^pr_live_[\w-]{43}$/);
    expect(made).toMatchObject({
      name: 'ci',
      scopes: ['read', 'send'],
      prefix: made.key.slice(0, 12),
      created_at: '2026-03-02T09:00:00.000Z',
      revoked_at: null,
    });
    const listed = await send('GET /api/keys');
    expect(listed.text).not.toContain(made.key);
    expect(listed.body.keys).toContainEqual(
      expect.objectContaining({ id: made.id, prefix: made.prefix }),
    );
    expect(await anonymous('GET /api/settings', undefined, bearer(made.key))).toMatchObject({
      status: 200,
    });
  });

  it('stop working soon after they are revoked, even when they were just used', async () => {
    const made = await create({ name: 'leaked', scopes: ['read'] });
    expect(await anonymous('GET /api/settings', undefined, bearer(made.key))).toMatchObject({
      status: 200,
    });
    const revokedAt = performance.now();
    expect(await send(`DELETE /api/keys/${made.id}`)).toMatchObject({
      status: 200,
      body: { key: { revoked_at: '2026-03-02T09:00:00.000Z' } },
    });
    let status = 200;
    while (status === 200 && performance.now() - revokedAt < 5000)
      ({ status } = await anonymous('GET /api/settings', undefined, bearer(made.key)));
    expect(status).toBe(401);
    expect(performance.now() - revokedAt).toBeLessThan(1500);
    expect(
      await send(`DELETE /api/keys/${made.id}`),
      'revoking again changes nothing',
    ).toMatchObject({ status: 200 });
  });

  it('stop working when they expire', async () => {
    expect(
      await send('POST /api/keys', { name: 'late', expires_at: '2026-03-02T08:59:59Z' }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/expires_at' }] },
    });
    const made = await create({
      name: 'short',
      scopes: ['read'],
      expires_at: '2026-03-02T10:30:00+01:00',
    });
    expect(await anonymous('GET /api/settings', undefined, bearer(made.key))).toMatchObject({
      status: 200,
    });
    clock.advanceMs(31 * 60_000);
    expect(await anonymous('GET /api/settings', undefined, bearer(made.key))).toMatchObject({
      status: 401,
    });
  });

  it('are managed by admins only', async () => {
    const writer = await as(database, ['read', 'write', 'send']);
    for (const route of ['GET /api/keys', `DELETE /api/keys/${services.newId()}`])
      expect(await writer(route)).toMatchObject({ status: 403 });
    expect(await writer('POST /api/keys', { name: 'more', scopes: ['admin'] })).toMatchObject({
      status: 403,
    });
  });
});

describe('settings', () => {
  it('have a time zone, which is New York by default', async () => {
    expect((await send('GET /api/settings')).body).toEqual({
      timezone: 'America/New_York',
      isDefault: true,
      notifications: null,
      keep_bodies_days: null,
    });
    expect((await send('PUT /api/settings', { timezone: 'europe/berlin' })).body).toEqual({
      timezone: 'Europe/Berlin',
      isDefault: false,
      notifications: null,
      keep_bodies_days: null,
    });
    expect((await send('GET /api/settings')).body).toEqual({
      timezone: 'Europe/Berlin',
      isDefault: false,
      notifications: null,
      keep_bodies_days: null,
    });
    expect((await send('PUT /api/settings', { timezone: null })).body).toEqual({
      timezone: 'America/New_York',
      isDefault: true,
      notifications: null,
      keep_bodies_days: null,
    });
  });

  it.each(['Mars/Base', '+02:00', '', 7])('refuse the zone %j', async (timezone) => {
    expect(await send('PUT /api/settings', { timezone })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/timezone' }] },
    });
  });

  it('wake the lanes when the zone changes, because open hours move', async () => {
    const [senderId, now] = [services.newId(), clock.now()];
    await sql`insert into senders (workspace_id, id, member_id, type, status, created_at, updated_at)
      values (${workspaceId}, ${senderId}, ${database.memberId}, 'email', 'active', ${now}, ${now})`.execute(
      services.db,
    );
    await sql`insert into lanes (workspace_id, sender_id, because) values (${workspaceId}, ${senderId}, 'closed')`.execute(
      services.db,
    );
    await send('PUT /api/settings', { timezone: 'Asia/Tokyo' });
    const { rows } =
      await sql`select next_at, because from lanes where sender_id = ${senderId}`.execute(
        services.db,
      );
    expect(rows).toEqual([{ next_at: now, because: 'planning' }]);
  });
});

describe('suppressions', () => {
  it('are normalised, counted once and found by a part of their value', async () => {
    const items = [
      { value: ' Jane@Example.TEST ' },
      { value: 'jane@example.test' },
      { kind: 'domain', value: '@Rival.test', reason: 'competitor' },
      { kind: 'linkedin', value: 'https://www.linkedin.com/in/Jane/?x=1' },
    ];
    expect((await send('POST /api/suppressions', { items })).body).toEqual({
      added: 3,
      duplicates: 1,
      invalid: 0,
      errors: [],
    });
    expect((await send('POST /api/suppressions', { items })).body).toEqual({
      added: 0,
      duplicates: 4,
      invalid: 0,
      errors: [],
    });
    expect((await send('GET /api/suppressions?kind=email&q=EXAMPLE')).body).toEqual({
      suppressions: [
        {
          kind: 'email',
          value: 'jane@example.test',
          reason: 'manual',
          campaign_id: null,
          created_at: clock.now().toISOString(),
        },
      ],
      total: 1,
      page: 1,
      limit: 100,
      next_cursor: null,
    });
    expect((await send('GET /api/suppressions?limit=1&page=3')).body).toMatchObject({
      total: 3,
      page: 3,
      suppressions: [{}],
    });
  });

  it('are taken where they are good, the others named, and refused when none is good', async () => {
    const bad = [{ value: 'no address' }, { kind: 'domain', value: 'x@y@z' }];
    const some = await send('POST /api/suppressions', {
      items: [{ value: 'good@a.test' }, ...bad],
    });
    expect(some.body).toMatchObject({
      added: 1,
      invalid: 2,
      errors: [{ index: 1 }, { index: 2 }],
    });
    expect((await send('GET /api/suppressions?q=good@a.test')).body.total).toBe(1);
    expect(await send('POST /api/suppressions', { items: bad })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/items/0/value' }, { pointer: '/items/1/value' }] },
    });
  });

  it('can be lifted by admins only', async () => {
    await send('POST /api/suppressions', { items: [{ value: 'back@a.test' }] });
    expect(
      await (await as(database, ['write']))('DELETE /api/suppressions', { value: 'back@a.test' }),
    ).toMatchObject({ status: 403 });
    expect(
      await send('DELETE /api/suppressions', { kind: 'email', value: 'Back@A.test' }),
    ).toMatchObject({
      status: 200,
      body: { success: true },
    });
    expect(await send('DELETE /api/suppressions?value=back@a.test')).toMatchObject({
      status: 404,
      body: { code: 'suppression.not_found' },
    });
  });

  it('belong to one workspace', async () => {
    const stranger = await as(await addWorkspace(services.db, clock.now()));
    expect((await stranger('GET /api/suppressions')).body.total).toBe(0);
    expect(
      await stranger('DELETE /api/suppressions', { value: 'jane@example.test' }),
    ).toMatchObject({ status: 404 });
  });
});
