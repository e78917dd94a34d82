import { setTimeout as pause } from 'node:timers/promises';
import { readHeaders } from '../../peers/sink.ts';
import { addCampaign, addMailbox, launch, peopleOf } from '../campaigns.ts';
import { type ChaosFixture, openChaosFixture } from '../fixture.ts';
import { judge, p99 } from '../judge.ts';
import type { Run, Scenario } from '../scenario.ts';
import { type Acceptance, type Provider, replyTo, startProvider } from '../sink.ts';
import { until } from '../waiting.ts';

const touches = 12;
const effectMs = 1_000;
const publicUrl = 'https://reach.example.test';

/** A stopped prospect, and the time at which the stop was answered or seen (epoch ms). */
type Stopped = { email: string; at: number; how: 'unsubscribed' | 'replied' };
type Trial = { fixture: ChaosFixture; provider: Provider; campaign: string; run: Run };

/** Replies, unsubscribes and pauses race the sends: once one is committed, nothing more is sent. */
export const replies: Scenario = {
  name: 'replies',
  fault: 'F9',
  usual: { people: '400', pauses: '10' },
  short: { people: '24', pauses: '1' },
  async run(run) {
    const { options, random, say } = run;
    const env = { POSTRIDER_POLL_SECONDS: '1', POSTRIDER_PUBLIC_URL: publicUrl };
    const fixture = await openChaosFixture({ others: ['worker'], mail: true, env });
    const provider = await startProvider({ random });
    const breaches: string[] = [];
    try {
      const senders: string[] = [];
      for (let i = 0; i < 4; i++)
        senders.push(
          await addMailbox(fixture, {
            port: provider.port,
            address: `s${i}@sender.test`,
            sentFolder: false,
            receive: true,
          }),
        );
      const nodes = Array.from({ length: touches }, (_, i) => ({
        type: 'email',
        subject: `Touch ${i + 1}`,
        body: 'Hi %first_name%.',
      }));
      const campaign = await addCampaign(fixture, {
        name: 'Race',
        senders,
        people: peopleOf(Number(options.people)),
        nodes,
      });
      await launch(fixture, campaign);
      const trial: Trial = { fixture, provider, campaign, run };
      const stopping = stopPeople(trial);
      const pauses = await pauseNowAndThen(trial, breaches);
      const stopped = await stopping;
      await until('everybody has ended', async () => {
        const [left] = await fixture.query<{ n: number }>(
          'select count(*)::int as n from prospects where ended_at is null',
        );
        return left!.n === 0;
      });
      const effects = stopped.map(({ email, at }) => Math.max(0, lastTo(provider, email) - at));
      const late = await sentAfter(fixture, stopped);
      if (late.length > 0)
        breaches.push(
          `${late.length} messages were reserved after a committed stop: ${late.slice(0, 3)}`,
        );
      const slow = p99([...effects, ...pauses]);
      if (slow > effectMs) breaches.push(`p99 from stop to effect is ${slow} ms`);
      const verdict = await judge(fixture, provider);
      breaches.push(...(await fixture.breaches()));
      const count = (how: Stopped['how']) => stopped.filter((one) => one.how === how).length;
      say(`${provider.count()} sent, ${stopped.length} stopped`);
      return {
        ...verdict,
        sends: provider.count(),
        unsubscribed: count('unsubscribed'),
        replied: count('replied'),
        pauses: pauses.length,
        sent_after_stop: late.length,
        p99_stop_to_effect_ms: slow,
        breaches,
      };
    } finally {
      await fixture.close();
      await provider.stop();
    }
  },
};

/** Four of five people are stopped on their way, one after the other, by a link or a reply. */
async function stopPeople({ fixture, provider, run: { random } }: Trial): Promise<Stopped[]> {
  const stopped: Stopped[] = [];
  const asked = new Set<string>();
  const watched: Promise<void>[] = [];
  const wanted = Math.floor((await fixture.query('select from prospects')).length * 0.8);
  const patience = performance.now() + 120_000;
  while (asked.size < wanted && performance.now() < patience) {
    const message = provider.log.findLast(({ to }) => !asked.has(to));
    if (!message) {
      await pause(20);
      continue;
    }
    asked.add(message.to);
    if (random() < 0.5)
      watched.push(
        unsubscribe(fixture, message).then(
          (at) => void stopped.push({ email: message.to, at, how: 'unsubscribed' }),
        ),
      );
    else
      watched.push(
        reply(fixture, message).then(
          (at) => void (at && stopped.push({ email: message.to, at, how: 'replied' })),
        ),
      );
    await pause(random() * 60);
  }
  await Promise.all(watched);
  return stopped;
}

const now = () => performance.timeOrigin + performance.now();

async function unsubscribe(fixture: ChaosFixture, message: Acceptance): Promise<number> {
  const link =
    /<(https:[^>]+)>/.exec(readHeaders(message.raw)['list-unsubscribe'] ?? '')?.[1] ?? '';
  const target = fixture.servers[0].url + link.slice(publicUrl.length);
  const answer = await fetch(target, { method: 'POST', body: 'List-Unsubscribe=One-Click' });
  if (answer.status !== 200) throw new Error(`An unsubscribe link was answered ${answer.status}`);
  return now();
}

/** When the reply was seen to have stopped its person; null when the sequence ended before. */
async function reply(fixture: ChaosFixture, message: Acceptance): Promise<number | null> {
  const answer = replyTo(message);
  fixture.peers!.drop(answer.to, answer.raw);
  let at: number | null = null;
  await until(
    'a reply is heard',
    async () => {
      const [person] = await fixture.query<{ status: string }>(
        'select status from prospects where email = $1',
        [message.to],
      );
      if (person?.status === 'replied') at = now();
      return at !== null;
    },
    60,
  );
  return at;
}

/**
 * Pauses the campaign again and again. Returns how long after each answer something still went out,
 * in ms.
 */
async function pauseNowAndThen(
  { fixture, provider, campaign, run }: Trial,
  breaches: string[],
): Promise<number[]> {
  const effects: number[] = [];
  for (let i = 0; i < Number(run.options.pauses); i++) {
    await pause(300 + run.random() * 700);
    await fixture.call(`POST /api/campaigns/${campaign}/pause`);
    const at = now();
    const count = provider.count();
    await pause(1_500);
    const late = provider.log.slice(count).map((message) => message.at - at);
    effects.push(Math.max(0, ...late));
    const reserved = await fixture.query('select from messages where reserved_at > $1', [
      new Date(at),
    ]);
    if (reserved.length > 0)
      breaches.push(`${reserved.length} messages were reserved while the campaign was paused`);
    await fixture.call(`POST /api/campaigns/${campaign}/resume`);
  }
  return effects;
}

const lastTo = (provider: Provider, email: string): number =>
  provider.log.findLast(({ to }) => to === email)?.at ?? 0;

/** Messages that were reserved after their person's stop had been answered. */
async function sentAfter(fixture: ChaosFixture, stopped: readonly Stopped[]): Promise<string[]> {
  const rows = await fixture.query<{ email: string }>(
    `select p.email from messages m
      join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
      join unnest($1::text[], $2::timestamptz[]) as s (email, at)
        on s.email = p.email and m.reserved_at > s.at`,
    [stopped.map(({ email }) => email), stopped.map(({ at }) => new Date(at))],
  );
  return rows.map(({ email }) => email);
}
