import { setTimeout as pause } from 'node:timers/promises';
import { peopleOf } from '../campaigns.ts';
import { type ChaosFixture, openChaosFixture } from '../fixture.ts';
import type { Scenario } from '../scenario.ts';
import type { Server } from '../server.ts';

/**
 * The same write with the same Idempotency-Key, many at once at two processes, and again after one
 * of them was killed over it.
 */
export const idempotency: Scenario = {
  name: 'idempotency',
  fault: 'F13',
  usual: { rounds: '20', parallel: '100' },
  short: { rounds: '2', parallel: '100' },
  async run({ options, random, say }) {
    const rounds = Number(options.rounds);
    const parallel = Number(options.parallel);
    const fixture = await openChaosFixture({ others: ['api'] });
    const [first, second] = [fixture.servers[0], fixture.servers[1]!];
    const breaches: string[] = [];
    let duplicates = 0;
    let lost = 0;
    try {
      for (let round = 1; round <= rounds; round++) {
        const name = `Once ${round}`;
        const write = (server: Server, body: object = { type: 'email', name }) =>
          server.ask('POST /api/campaigns', {
            body,
            headers: { 'idempotency-key': `key-${round}` },
          });
        // In every second round one process is killed while it answers; callers without an answer
        // ask the other.
        const killing = round % 2 === 0;
        const killed = killing ? pause(random() * 60).then(() => second.kill()) : null;
        const asked = Array.from({ length: parallel }, (_, i) =>
          write(i % 2 === 0 ? first : second).catch(() => null),
        );
        const heard = await Promise.all(asked);
        await killed;
        const answers = await Promise.all(heard.map((answer) => answer ?? write(first)));
        if (killing) await second.start();
        const bodies = new Set(answers.map(({ text }) => canonical(text)));
        const statuses = new Set(answers.map(({ status }) => status));
        const made = await fixture.query(`select id from campaigns where name = $1`, [name]);
        const again = heard.filter((answer) => !answer).length;
        say(`round ${round} of ${rounds}: ${made.length} made, ${again} had to ask again`);
        if (bodies.size !== 1 || [...statuses].some((status) => status !== 201)) {
          const seen = [...statuses].join(', ');
          breaches.push(`round ${round}: ${bodies.size} different answers, of status ${seen}`);
        }
        const other = await write(first, { type: 'email', name: `Another ${round}` });
        if (other.status !== 422)
          breaches.push(`round ${round}: another body was answered ${other.status}`);
        duplicates += Math.max(0, made.length - 1);
        lost += made.length === 0 ? 1 : 0;
      }
      duplicates += await addBatchSize(fixture, { parallel, breaches });
      return { duplicates, lost, unknown: 0, rounds, parallel, breaches };
    } finally {
      await fixture.close();
    }
  },
};

/**
 * The same hundred people, added by many at once under one key. Returns how many are there too
 * often.
 */
async function addBatchSize(
  fixture: ChaosFixture,
  { parallel, breaches }: { parallel: number; breaches: string[] },
): Promise<number> {
  const { campaign } = await fixture.call<{ campaign: { id: string } }>('POST /api/campaigns', {
    type: 'email',
    name: 'People',
  });
  const body = { prospects: peopleOf(100).map((email) => ({ email })) };
  const answers = await Promise.all(
    Array.from({ length: parallel }, (_, i) =>
      fixture.servers[i % 2]!.ask(`POST /api/campaigns/${campaign.id}/leads`, {
        body,
        headers: { 'idempotency-key': 'people' },
      }),
    ),
  );
  const different = new Set(answers.map(({ status, text }) => `${status} ${canonical(text)}`)).size;
  if (different !== 1 || answers[0]!.status >= 300)
    breaches.push(`${different} different answers to the same people: ${answers[0]!.text}`);
  const [roster] = await fixture.query<{ n: number }>(
    `select count(*)::int as n from prospects where campaign_id = $1`,
    [campaign.id],
  );
  if (roster!.n < 100) breaches.push(`${roster!.n} of 100 people were added`);
  return Math.max(0, roster!.n - 100);
}

/** A JSON text with sorted members, because their order says nothing. */
function canonical(text: string): string {
  const sort = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value;
  return JSON.stringify(JSON.parse(text), sort);
}
