import type { AddressInfo } from 'node:net';
import type { PoolClient } from 'pg';
import { createHttp } from '../src/surfaces/http.ts';
import { createPost } from './fixtures/client.ts';
import {
  type Figure,
  type Fixture,
  interleave,
  openFixture,
  rate,
  seconds,
} from './fixtures/harness.ts';
import { draftCampaign, expectPeople, type Person, people } from './fixtures/people.ts';

const perCall = 1_000;
const calls = 10;
const rounds = 15;

/**
 * Adds people by POST over HTTP, a thousand in a call, against a bare statement for each thousand
 * into the same table.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  const { services } = fixture;
  const http = createHttp(services, { perMinute: 1_000_000 });
  await http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = http.server.address() as AddressInfo;
  const post = createPost(`http://127.0.0.1:${port}`, services.config.dataDir);
  const client = await services.pool.connect();
  const batches = Array.from({ length: calls }, (_, call) => people(call * perCall, perCall));
  const bodies = batches.map((prospects) => Buffer.from(JSON.stringify({ prospects })));
  const ours = async (round: number) => {
    const id = await draftCampaign(fixture, `posted ${round}`);
    const tookS = await seconds(async () => {
      for (const body of bodies) await post(`/api/campaigns/${id}/leads`, 'application/json', body);
    });
    await expectPeople(fixture, id, calls * perCall);
    return (calls * perCall) / tookS;
  };
  const reference = async (round: number) => {
    const id = await draftCampaign(fixture, `inserted ${round}`);
    const statements = batches.map((rows) => bareInsert(fixture, id, rows));
    const tookS = await seconds(async () => {
      for (const statement of statements) await insertOnce(client, statement);
    });
    await expectPeople(fixture, id, calls * perCall);
    return (calls * perCall) / tookS;
  };
  try {
    return [rate('bulk', 'people/s', await interleave(rounds, ours, reference))];
  } finally {
    client.release();
    await http.close();
    await fixture.close();
  }
}

type Statement = { text: string; values: unknown[] };

/** Inserts the same columns as ours, each value a parameter. Built before the clock starts. */
function bareInsert(
  { services, workspaceId }: Fixture,
  campaignId: string,
  rows: readonly Person[],
): Statement {
  const now = services.clock.now();
  const columns =
    'workspace_id, id, campaign_id, identity, email, first_name, last_name, name, company, ' +
    'position, source, created_at, updated_at';
  const values = rows.flatMap((row) => {
    const name = `${row.first_name} ${row.last_name}`;
    const profile = [
      row.email,
      row.email,
      row.first_name,
      row.last_name,
      name,
      row.company,
      row.position,
    ];
    return [workspaceId, services.newId(), campaignId, ...profile, 'api', now, now];
  });
  const width = values.length / rows.length;
  const tuples = rows.map(
    (_, row) =>
      `(${Array.from({ length: width }, (_, column) => `$${row * width + column + 1}`).join(',')})`,
  );
  return { text: `insert into prospects (${columns}) values ${tuples.join(',')}`, values };
}

async function insertOnce(client: PoolClient, statement: Statement): Promise<void> {
  await client.query('begin');
  await client.query(statement);
  await client.query('commit');
}
