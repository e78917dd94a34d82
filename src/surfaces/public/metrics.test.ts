import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { addSender } from '../../../test/factories/rows.ts';
import { testApi } from '../../../test/fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../../test/fixtures/database.ts';
import { insertMember, insertWorkspace } from '../../db/workspaces.ts';
import { createHealthHttp } from '../http.ts';

const database = await testDatabase();
const { db, services, clock } = database;
const { as, anonymous } = testApi(services);

function readValues(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

it('only a key of no sandbox with the scope admin reads the metrics', async () => {
  expect(await anonymous('GET /metrics')).toMatchObject({ status: 401 });
  expect(await (await as(database, ['read', 'write', 'send']))('GET /metrics')).toMatchObject({
    status: 403,
    body: { code: 'auth.scope' },
  });
  const at = clock.now();
  const sandbox = { workspaceId: services.newId(), memberId: services.newId() };
  const { workspaceId } = sandbox;
  await insertWorkspace(db, { id: workspaceId, name: 'S', at, mode: 'sandbox', clockAt: at });
  await insertMember(db, { workspaceId, id: sandbox.memberId, name: 'M', at });
  expect(await (await as(sandbox))('GET /metrics')).toMatchObject({ status: 403 });
  const answer = await (await as(database))('GET /metrics');
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('# TYPE process_resident_memory_bytes gauge');
});

it('the metrics count live workspaces together, and how long a due sender has waited', async () => {
  const other = await addWorkspace(db, clock.now());
  for (const tenant of [database, other]) await addSender(db, tenant);
  const due = new Date(clock.now().getTime() - 90_000);
  await sql`update lanes set next_at = ${due}`.execute(db);
  const { body } = await createHealthHttp(services).inject('/metrics');
  const values = readValues(body);
  expect(values.get('postrider_senders{type="email",status="active"}')).toBe(2);
  expect(values.get('postrider_lane_lag_seconds')).toBe(90);
  expect(values.get('postrider_workers')).toBe(0);
  expect(values.get('postrider_db_connections{state="awaited"}')).toBe(0);
});

it('docs/operations.md explains every metric of ours, and no other', async () => {
  const { body } = await createHealthHttp(services).inject('/metrics');
  const text = readFileSync('docs/operations.md', 'utf8');
  const explained = [...text.matchAll(/^\| `(postrider_\w+)/gm)].map(([, name]) => name);
  const served = [...body.matchAll(/^# HELP (postrider_\w+)/gm)].map(([, name]) => name);
  expect(explained.toSorted()).toEqual(served.toSorted());
});
