import { expect, it } from 'vitest';
import { minuteMs } from '../../../src/domain/time.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace } from '../../fixtures/database.ts';
import { openEmailFixture } from '../../fixtures/email.ts';

const t = await openEmailFixture();
const { as } = testApi(t.services);
const relay = () => ({
  email_address: `${t.services.newId()}@sender.test`,
  username: null,
  smtp: { host: '127.0.0.1', port: t.sink.port, tls: 'none' },
});

const closed = () => ({ ...relay(), smtp: { host: '127.0.0.1', port: 1, tls: 'none' } });

it('after ten checks that failed within a minute a workspace waits for the next', async () => {
  const write = await as(t);
  const other = await as(await addWorkspace(t.db, t.clock.now()));
  for (let made = 0; made < 12; made += 1)
    expect(await write('POST /api/email/accounts', relay())).toMatchObject({ status: 201 });
  const tries = Array.from({ length: 15 }, () => write('POST /api/email/accounts', closed()));
  const statuses = (await Promise.all(tries)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 422)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  t.clock.advanceMs(minuteMs / 4);
  const refused = await write('POST /api/email/accounts', relay());
  expect(refused).toMatchObject({
    status: 429,
    body: { code: 'request.rate_limited', retry_after: 45 },
    headers: { 'retry-after': '45' },
  });
  const { accounts } = (await write('GET /api/email/accounts')).body as {
    accounts: { id: string }[];
  };
  expect(accounts).toHaveLength(12);
  const [{ id }] = accounts as [{ id: string }];
  expect((await write(`POST /api/email/accounts/${id}/check`)).status).toBe(429);
  expect((await write(`PATCH /api/email/accounts/${id}`, { daily_limit: 5 })).status).toBe(200);
  expect((await other('POST /api/email/accounts', relay())).status).toBe(201);
  t.clock.advanceMs((3 * minuteMs) / 4);
  expect((await write('POST /api/email/accounts', relay())).status).toBe(201);
});
