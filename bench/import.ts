import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import { serverFile } from '../src/data-dir.ts';
import { findImport } from '../src/db/imports/imports.ts';
import { Server } from '../test/chaos/server.ts';
import { createPost } from './fixtures/client.ts';
import {
  cost,
  type Figure,
  type Fixture,
  interleave,
  memoryMb,
  openFixture,
  rate,
  seconds,
} from './fixtures/harness.ts';
import { draftCampaign, expectPeople, people } from './fixtures/people.ts';

const rows = 200_000;
const few = 100_000;
const many = 1_000_000;
const rounds = 7;
const rowsPerChunk = 500;

/**
 * A CSV over HTTP until the last person is in the roster, against COPY into the same table; and the
 * memory of the server with many rows against few.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  const { services } = fixture;
  try {
    const server = await startServer(fixture);
    const client = await services.pool.connect();
    const file = [...csv(rows)];
    const ours = async (round: number) => {
      const id = await draftCampaign(fixture, `imported ${round}`);
      const tookS = await seconds(() => importFile({ fixture, server, id }, file));
      await expectPeople(fixture, id, rows);
      return rows / tookS;
    };
    const reference = async (round: number) => {
      const id = await draftCampaign(fixture, `copied ${round}`);
      const lines = [...copyLines(fixture, id)];
      const tookS = await seconds(() =>
        pipeline(
          Readable.from(lines),
          client.query(copyFrom(`copy prospects (${columns}) from stdin`)),
        ),
      );
      await expectPeople(fixture, id, rows);
      return rows / tookS;
    };
    const pair = await interleave(rounds, ours, reference);
    client.release();
    await server.stop();
    return [
      cost(
        'import-memory',
        'MB',
        await interleave(rounds, peakOf(fixture, many), peakOf(fixture, few)),
      ),
      rate('import', 'people/s', pair),
    ];
  } finally {
    await fixture.close();
  }
}

async function startServer({ services }: Fixture): Promise<Server> {
  const server = new Server({
    POSTRIDER_DATA_DIR: services.config.dataDir,
    POSTRIDER_PORT: '0',
    POSTRIDER_LOG_LEVEL: 'error',
  });
  await server.start();
  return server;
}

type Target = { fixture: Fixture; server: Server; id: string };

/** Resolves when the import is completed. */
async function importFile({ fixture, server, id }: Target, file: Iterable<string>): Promise<void> {
  const { services, workspaceId } = fixture;
  const post = createPost(server.url, services.config.dataDir);
  const answer = (await post(
    `/api/campaigns/${id}/leads/import`,
    'text/csv',
    Readable.from(file),
  )) as { import: { id: string } };
  for (;;) {
    const found = await findImport(services.db, { workspaceId, importId: answer.import.id });
    if (found?.status === 'completed') return;
    if (found?.status !== 'queued' && found?.status !== 'running')
      throw new Error(`The import is ${found?.status}: ${found?.error}`);
    await pause(10);
  }
}

/** The most memory in MB that a fresh server held during an import of `count` people. */
const peakOf = (fixture: Fixture, count: number) => async (round: number) => {
  const server = await startServer(fixture);
  const id = await draftCampaign(fixture, `${count} people ${round}`);
  await importFile({ fixture, server, id }, csv(count));
  const { pid } = JSON.parse(readFileSync(serverFile(fixture.services.config.dataDir), 'utf8')) as {
    pid: number;
  };
  const peak = memoryMb(pid, 'VmHWM');
  await server.stop();
  await expectPeople(fixture, id, count);
  await sql`truncate prospects cascade`.execute(fixture.services.db);
  return peak;
};

function* csv(count: number): Generator<string> {
  yield 'Email,First name,Last name,Company,Job title\r\n';
  for (let first = 0; first < count; first += rowsPerChunk) {
    yield people(first, rowsPerChunk)
      .map((person) => `${Object.values(person).join(',')}\r\n`)
      .join('');
  }
}

const columns =
  'workspace_id, id, campaign_id, identity, email, first_name, last_name, name, company, ' +
  'position, source, created_at, updated_at';

function* copyLines({ services, workspaceId }: Fixture, campaignId: string): Generator<string> {
  const now = services.clock.now().toISOString();
  for (let first = 0; first < rows; first += rowsPerChunk) {
    const lines = people(first, rowsPerChunk).map((person) => {
      const { email, first_name, last_name } = person;
      const profile = [
        email,
        email,
        first_name,
        last_name,
        `${first_name} ${last_name}`,
        person.company,
        person.position,
      ];
      const values = [workspaceId, services.newId(), campaignId, ...profile, 'csv', now, now];
      return `${values.join('\t')}\n`;
    });
    yield lines.join('');
  }
}
