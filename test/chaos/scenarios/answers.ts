import { setTimeout as pause } from 'node:timers/promises';
import { addMailboxes } from '../campaigns.ts';
import { type ChaosFixture, openChaosFixture } from '../fixture.ts';
import type { Scenario, Verdict } from '../scenario.ts';
import { type Provider, startProvider } from '../sink.ts';
import { until } from '../waiting.ts';

const mailboxes = 3;
const lookMs = 20;

type Entry = { state: string; address: string };

/**
 * People answer by hand while the server is killed again and again: between the request and the
 * reservation, before, during and after the hand-over. A client asks again, with the same
 * Idempotency-Key, until it is answered. Without a Sent folder, what was under way stays in doubt.
 */
export const answers: Scenario = {
  name: 'answers',
  fault: 'F30',
  usual: { kills: '40', answers: '1500', 'send-seconds': '4', thinks: '70' },
  short: { kills: '2', answers: '40', 'send-seconds': '2', thinks: '70' },
  async run({ options, random, say }): Promise<Verdict> {
    const total = Number(options.answers);
    const kills = Number(options.kills);
    const env = {
      POSTRIDER_SEND_SECONDS: options['send-seconds'] ?? '',
      POSTRIDER_SETTLE_SECONDS: '1',
    };
    const fixture = await openChaosFixture({ env });
    const provider = await startProvider({ random, thinks: [10, Number(options.thinks)] });
    const [server] = fixture.servers;
    try {
      const port = { port: provider.port, sentFolder: false };
      const senders = await addMailboxes(fixture, mailboxes, port);
      const threads = await begin(fixture, senders, total);
      const writing = Promise.all(threads.map((id, index) => write(fixture, id, index)));
      for (let kill = 1; kill <= kills; kill++) {
        await untilShare(provider, ((total * kill) / (kills + 1)) * random());
        await server.kill();
        say(`kill ${kill} of ${kills}: ${provider.count()} of ${total} accepted`);
        await server.start();
      }
      await writing;
      await until('every answer has an end', () => isOver(fixture), 300);
      const counts = await compare(fixture, provider, total);
      return { ...counts, kills, answers: total, breaches: await fixture.breaches() };
    } finally {
      await fixture.close();
      await provider.stop();
    }
  },
};

/** Conversations with people of no campaign, each with its draft. Returns their ids. */
async function begin(
  fixture: ChaosFixture,
  senders: readonly string[],
  total: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < total; index++) {
    const { thread } = await fixture.call<{ thread: { id: string } }>('POST /api/threads', {
      participant_email: `answer${index}@people.test`,
      account_id: senders[index % senders.length],
      draft_subject: `Answer ${index}`,
    });
    ids.push(thread.id);
  }
  return ids;
}

/** Sends one answer, asking until the server says that it has it. */
async function write(fixture: ChaosFixture, id: string, index: number): Promise<void> {
  const [server] = fixture.servers;
  for (;;) {
    const answer = await server
      .ask(`POST /api/threads/${id}/messages`, {
        body: { body_text: `This is answer ${index}.` },
        headers: { 'idempotency-key': `answer-${index}` },
      })
      .catch(() => null);
    if (answer && answer.status < 300) return;
    if (answer && answer.status < 500 && answer.status !== 429)
      throw new Error(`An answer was refused: ${answer.status} ${answer.text}`);
    await pause(lookMs);
  }
}

async function untilShare(provider: Provider, count: number): Promise<void> {
  const patience = performance.now() + 8_000;
  while (provider.count() < count && performance.now() < patience) await pause(lookMs);
}

const read = (fixture: ChaosFixture) =>
  fixture.query<Entry>(
    `select state, to_address as address from hand_messages where state <> 'draft'`,
  );

async function isOver(fixture: ChaosFixture): Promise<boolean> {
  return (await read(fixture)).every(({ state }) => state !== 'scheduled' && state !== 'reserved');
}

/** Lost: neither delivered nor shown as in doubt. */
async function compare(fixture: ChaosFixture, provider: Provider, total: number) {
  const entries = await read(fixture);
  const states = new Map(entries.map(({ address, state }) => [address, state]));
  const duplicates = [...provider.accepted.values()].reduce(
    (sum, keys) => sum + keys.length - 1,
    0,
  );
  const arrived = (index: number) => provider.accepted.has(`answer${index}@people.test`);
  const lost = Array.from({ length: total }, (_, index) => index).filter((index) => {
    const state = states.get(`answer${index}@people.test`);
    return state === 'sent' ? !arrived(index) : state !== 'unknown';
  });
  const unknown = entries.filter(({ state }) => state === 'unknown').length;
  return { duplicates, lost: lost.length, unknown };
}
