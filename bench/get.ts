import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { adminKeyFile } from '../src/data-dir.ts';
import { type Figure, interleave, openFixture, rate, seconds } from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';

const requests = 20_000;
const connections = 16;
const rounds = 7;

/**
 * GET of one import by its id, with API key, rate limit and response schema, against bare node:http
 * with the same query, prepared.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  const { services, workspaceId } = fixture;
  const lanes = await addSenders(fixture, 2, { host: '127.0.0.1', port: 25 });
  const campaignId = await fillCampaign(fixture, {
    name: 'get',
    people: 1,
    senders: lanes,
    launch: false,
  });
  const id = services.newId();
  await services.pool.query(
    `insert into imports (workspace_id, id, campaign_id, status, created_at, updated_at)
     values ($1, $2, $3, 'completed', now(), now())`,
    [workspaceId, id, campaignId],
  );
  const child = fork(path.join(import.meta.dirname, './fixtures/child/get.ts'), [
    services.config.dataDir,
    workspaceId,
  ]);
  const [ports] = (await once(child, 'message')) as [[number, number]];
  const key = readFileSync(adminKeyFile(services.config.dataDir), 'utf8').trim();
  const authorization = `Bearer ${key}`;
  const measure = (port: number) => async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const get = () =>
      getOnce({ agent, port, path: `/api/imports/${id}`, headers: { authorization } });
    const tookS = await seconds(() =>
      Promise.all(
        Array.from({ length: connections }, async () => {
          for (let n = 0; n < requests / connections; n++) await get();
        }),
      ),
    );
    agent.destroy();
    return requests / tookS;
  };
  try {
    const pair = await interleave(rounds, measure(ports[0]), measure(ports[1]));
    return [rate('get', 'requests/s', pair)];
  } finally {
    const gone = once(child, 'exit');
    child.kill();
    await gone;
    await fixture.close();
  }
}

/** @throws unless the answer is 200 */
function getOnce(options: {
  agent: Agent;
  port: number;
  path: string;
  headers: Record<string, string>;
}): Promise<void> {
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200
          ? resolve()
          : reject(new Error(`status ${response.statusCode}`)),
      );
    })
      .on('error', reject)
      .end();
  });
}
