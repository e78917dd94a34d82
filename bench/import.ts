import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import { serverFile } from '../src/data-dir.ts';
import { findImport } from '../src/db/people/imports.ts';
import { Server } from '../test/chaos/server.ts';
import { createPost } from './fixtures/client.ts';
import {
  cost,
  type Figure,
  type House,
  interleave,
  openHouse,
  rate,
  seconds,
} from './fixtures/harness.ts';
import { draftCampaign, expectPeople, people } from './fixtures/people.ts';

const rows = 200_000;
const few = 100_000;
const many = 1_000_000;
const rounds = 7;
const perPiece = 500;

/** A CSV of many people over HTTP until the last is in the roster, against COPY into the same table; and what the server needs for it. */
export async function bench(): Promise<Figure[]> {
  const house = await openHouse();
  const { services } = house;
  try {
    const server = await startServer(house);
    const client = await services.pool.connect();
    const file = [...csv(rows)];
    const ours = async (round: number) => {
      const id = await draftCampaign(house, `imported ${round}`);
      const tookS = await seconds(() => importFile({ house, server, id }, file));
      await expectPeople(house, id, rows);
      return rows / tookS;
    };
    const reference = async (round: number) => {
      const id = await draftCampaign(house, `copied ${round}`);
      const lines = [...copyLines(house, id)];
      const tookS = await seconds(() =>
        pipeline(
          Readable.from(lines),
          client.query(copyFrom(`copy prospects (${columns}) from stdin`)),
        ),
      );
      await expectPeople(house, id, rows);
      return rows / tookS;
    };
    const pair = await interleave(rounds, ours, reference);
    client.release();
    await server.stop();
    return [
      cost(
        'import-memory',
        'MB',
        await interleave(rounds, peakOf(house, many), peakOf(house, few)),
      ),
      rate('import', 'people/s', pair),
    ];
  } finally {
    await house.close();
  }
}

async function startServer({ services }: House): Promise<Server> {
  const server = new Server({
    POSTRIDER_DATA_DIR: services.config.dataDir,
    POSTRIDER_PORT: '0',
    POSTRIDER_LOG_LEVEL: 'error',
  });
  await server.start();
  return server;
}

type Target = { house: House; server: Server; id: string };

/** Resolves when the import is completed. */
async function importFile({ house, server, id }: Target, file: Iterable<string>): Promise<void> {
  const { services, workspaceId } = house;
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

/** The most memory a fresh server ever held, in MB, after an import of so many people. */
const peakOf = (house: House, count: number) => async (round: number) => {
  const server = await startServer(house);
  const id = await draftCampaign(house, `${count} people ${round}`);
  await importFile({ house, server, id }, csv(count));
  const { pid } = JSON.parse(readFileSync(serverFile(house.services.config.dataDir), 'utf8')) as {
    pid: number;
  };
  const peak =
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
  await server.stop();
  await expectPeople(house, id, count);
  await sql`truncate prospects cascade`.execute(house.services.db);
  return peak;
};

function* csv(count: number): Generator<string> {
  yield 'Email,First name,Last name,Company,Job title\r\n';
  for (let first = 0; first < count; first += perPiece) {
    yield people(first, perPiece)
      .map((person) => `${Object.values(person).join(',')}\r\n`)
      .join('');
  }
}

const columns =
  'workspace_id, id, campaign_id, identity, email, first_name, last_name, name, company, position, source, created_at, updated_at';

function* copyLines({ services, workspaceId }: House, campaignId: string): Generator<string> {
  const now = services.clock.now().toISOString();
  for (let first = 0; first < rows; first += perPiece) {
    const lines = people(first, perPiece).map((person) => {
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
      return `${[workspaceId, services.newId(), campaignId, ...profile, 'csv', now, now].join('\t')}\n`;
    });
    yield lines.join('');
  }
}
