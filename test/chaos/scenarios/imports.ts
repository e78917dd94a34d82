import { setTimeout as pause } from 'node:timers/promises';
import { openChaosFixture } from '../fixture.ts';
import type { Scenario } from '../scenario.ts';
import type { Server } from '../server.ts';
import { until } from '../waiting.ts';

type Import = {
  id: string;
  status: string;
  rows: number;
  imported: number;
  duplicates: number;
  invalid: number;
};

/**
 * A CSV import during which the server is killed anywhere: in the upload, between batches, in a
 * batch. Every person of the file is in the campaign once.
 */
export const imports: Scenario = {
  name: 'imports',
  fault: 'F14',
  usual: { kills: '30', rows: '100000' },
  short: { kills: '2', rows: '20000' },
  async run({ options, random, say }) {
    const kills = Number(options.kills);
    const rows = Number(options.rows);
    const fixture = await openChaosFixture({ env: { POSTRIDER_LOG_LEVEL: 'silent' } });
    const [server] = fixture.servers;
    const breaches: string[] = [];
    try {
      const { campaign } = await fixture.call<{ campaign: { id: string } }>('POST /api/campaigns', {
        type: 'email',
        name: 'Import',
      });
      const file = csv(rows);
      let importId: string | null = null;
      let uploads = 0;
      for (let kill = 1; kill <= kills; kill++) {
        const killed = pause(random() * 800).then(() => server.kill());
        if (importId === null) uploads += 1;
        importId ??= await upload(server, campaign.id, file);
        const at = importId === null ? 'during the upload' : 'after the upload';
        await killed;
        await server.start();
        say(`kill ${kill} of ${kills}: ${at}`);
        // An import that is over gives the next kill nothing to break: the same file is sent again.
        if (importId !== null && (await read(server, importId)).status === 'completed')
          importId = null;
      }
      while (importId === null) importId = await upload(server, campaign.id, file);
      await until(
        'the import is over',
        async () => !['queued', 'running'].includes((await read(server, importId!)).status),
        120,
      );
      const all = await fixture.query<Import>(
        `select * from imports where campaign_id = $1 order by created_at`,
        [campaign.id],
      );
      const [roster] = await fixture.query<{ n: number; people: number }>(
        `select count(*)::int as n, count(distinct identity)::int as people
          from prospects where campaign_id = $1`,
        [campaign.id],
      );
      const whole = all.filter(({ status }) => status === 'completed');
      for (const one of whole) {
        if (
          one.rows !== rows + 2 ||
          one.imported + one.duplicates + one.invalid !== one.rows ||
          one.invalid !== 1
        )
          breaches.push(`an import counts wrongly: ${JSON.stringify(one)}`);
      }
      if (all.some(({ status }) => status === 'failed')) breaches.push('an import failed');
      const imported = all.reduce((sum, one) => sum + one.imported, 0);
      if (imported !== roster!.n)
        breaches.push(`the imports say that they brought ${imported}, there are ${roster!.n}`);
      breaches.push(...(await fixture.breaches()));
      const counts = {
        duplicates: roster!.n - roster!.people,
        lost: rows - roster!.people,
        unknown: 0,
      };
      return { ...counts, kills, rows, uploads, imports: whole.length, breaches };
    } finally {
      await fixture.close();
    }
  },
};

/** `rows` people, one of them twice, and a line that is none. */
function csv(rows: number): string {
  const lines = Array.from(
    { length: rows },
    (_, i) => `p${i}@people.test,P${i},"Company ${i}, ""quoted"""`,
  );
  return [
    'email,first_name,company',
    ...lines,
    'P0@People.test,P0,again',
    'nobody,N,none',
    '',
  ].join('\n');
}

/** The id of the import, null when the server was gone before it answered. */
async function upload(server: Server, campaignId: string, file: string): Promise<string | null> {
  const answer = await server
    .ask(`POST /api/campaigns/${campaignId}/leads/import`, { body: file })
    .catch(() => null);
  if (!answer) return null;
  if (answer.status !== 202)
    throw new Error(`An upload was answered ${answer.status}: ${answer.text}`);
  return (JSON.parse(answer.text) as { import: { id: string } }).import.id;
}

const read = async (server: Server, id: string): Promise<Import> =>
  (await server.call<{ import: Import }>(`GET /api/imports/${id}`)).import;
