import { setTimeout as pause } from 'node:timers/promises';
import { addCampaign, addMailboxes, launch, peopleOf } from '../campaigns.ts';
import { type ChaosFixture, openChaosFixture } from '../fixture.ts';
import type { Run, Scenario, Verdict } from '../scenario.ts';
import { type Provider, startProvider } from '../sink.ts';
import { completed } from '../waiting.ts';

const mailboxes = 30;
const lookMs = 20;

type Round = {
  sent_folder: boolean;
  sends: number;
  kills: number;
  duplicates: number;
  lost: number;
  unknown: number;
};
type Message = { id: string; prospect_id: string; status: string };
type Prospect = { id: string; email: string; status: string };

/**
 * Server processes are killed again and again while they send. Without a Sent folder, messages
 * under way stay in doubt.
 */
export const kills: Scenario = {
  name: 'kills',
  fault: 'F1',
  usual: {
    kills: '50',
    sends: '5000',
    workers: '1',
    'sent-folder': 'both',
    'send-seconds': '10',
    thinks: '70',
  },
  short: {
    kills: '2',
    sends: '200',
    workers: '2',
    'sent-folder': 'yes',
    'send-seconds': '3',
    thinks: '70',
  },
  async run(run): Promise<Verdict> {
    const modes = { yes: [true], no: [false], both: [true, false] }[
      run.options['sent-folder'] ?? ''
    ];
    if (!modes) throw new Error('--sent-folder takes yes, no or both');
    const rounds: Round[] = [];
    const breaches: string[] = [];
    for (const withSentFolder of modes) {
      const { laws, ...round } = await killWhileSending(run, withSentFolder);
      run.report(round);
      rounds.push(round);
      breaches.push(...laws);
    }
    const sum = (pick: (round: Round) => number) =>
      rounds.reduce((total, round) => total + pick(round), 0);
    const doubtful = sum((round) => (round.sent_folder ? round.unknown : 0));
    if (doubtful > 0) breaches.push(`${doubtful} messages are in doubt although Sent shows them`);
    return {
      duplicates: sum((round) => round.duplicates),
      lost: sum((round) => round.lost),
      unknown: sum((round) => round.unknown),
      kills: sum((round) => round.kills),
      sends: sum((round) => round.sends),
      workers: Number(run.options.workers),
      unknown_with_sent_folder: doubtful,
      breaches,
    };
  },
};

/** One campaign through `mailboxes` senders, with a process killed again and again on the way. */
async function killWhileSending(
  { options, random, say }: Run,
  withSentFolder: boolean,
): Promise<Round & { laws: string[] }> {
  const sends = Number(options.sends);
  const total = Number(options.kills);
  const others = Array(Number(options.workers) - 1).fill('worker');
  const env = { POSTRIDER_SEND_SECONDS: options['send-seconds'] ?? '' };
  const fixture = await openChaosFixture({ others, mail: withSentFolder, env });
  const { peers } = fixture;
  const thinks = [10, Number(options.thinks)] as const;
  const provider = await startProvider({
    random,
    thinks,
    ...(peers ? { sentFolder: (sender) => peers.folder(sender, 'Sent') } : {}),
  });
  try {
    const senders = await addMailboxes(fixture, mailboxes, {
      port: provider.port,
      sentFolder: withSentFolder,
    });
    const campaign = await addCampaign(fixture, {
      name: 'Chaos',
      senders,
      people: peopleOf(sends),
    });
    await launch(fixture, campaign);
    for (let kill = 1; kill <= total; kill++) {
      await untilNextKill(provider, random, { sends, left: total - kill });
      const victim =
        fixture.servers[Math.floor(random() * fixture.servers.length)] ?? fixture.servers[0];
      await victim.kill();
      say(`kill ${kill} of ${total}: ${provider.count()} of ${sends} accepted`);
      await victim.start();
    }
    await completed(fixture, campaign);
    const found = await compare(fixture, provider, { campaign, sends });
    return {
      sent_folder: withSentFolder,
      sends,
      kills: total,
      ...found,
      laws: await fixture.breaches(),
    };
  } finally {
    await fixture.close();
    await provider.stop();
  }
}

/** Lets the server send its share of what is left, or for a moment when it does not get to send. */
async function untilNextKill(
  provider: Provider,
  random: () => number,
  { sends, left }: { sends: number; left: number },
): Promise<void> {
  const before = provider.count();
  const share = Math.ceil(((sends - before) / (left + 2)) * 2 * random());
  const patience = performance.now() + 8_000;
  while (provider.count() < before + share && performance.now() < patience) await pause(lookMs);
  await pause(random() * 50);
}

/** Compares the mails of recipients with the API. Lost: neither delivered nor listed as unknown. */
async function compare(
  fixture: ChaosFixture,
  provider: Provider,
  { campaign, sends }: { campaign: string; sends: number },
) {
  const unknown = new Set<string>();
  for (let cursor = ''; ; ) {
    const page = await fixture.call<{ messages: Message[]; next_cursor: string | null }>(
      `GET /api/campaigns/${campaign}/generate-messages?status=unknown${cursor}`,
    );
    for (const message of page.messages) unknown.add(message.prospect_id);
    if (page.next_cursor === null) break;
    cursor = `&cursor=${page.next_cursor}`;
  }
  let seen = 0;
  let reached = 0;
  for (let cursor = ''; ; ) {
    const page = await fixture.call<{ prospects: Prospect[]; next_cursor: string | null }>(
      `GET /api/campaigns/${campaign}/leads?limit=200${cursor}`,
    );
    seen += page.prospects.length;
    reached += page.prospects.filter(
      (prospect) => provider.accepted.has(prospect.email) || unknown.has(prospect.id),
    ).length;
    if (page.next_cursor === null) break;
    cursor = `&cursor=${page.next_cursor}`;
  }
  if (seen !== sends) throw new Error(`${seen} people are listed, ${sends} were added`);
  const duplicates = [...provider.accepted.values()].reduce(
    (sum, keys) => sum + keys.length - 1,
    0,
  );
  return { duplicates, lost: sends - reached, unknown: unknown.size };
}
