import { setTimeout as pause } from 'node:timers/promises';
import { addCampaign, addMailboxes, launch, peopleOf } from '../campaigns.ts';
import { openChaosFixture } from '../fixture.ts';
import { judge } from '../judge.ts';
import type { Scenario } from '../scenario.ts';
import { startProvider } from '../sink.ts';
import { hurryThrough, until } from '../waiting.ts';

const sendSeconds = 5;
const settleSeconds = 5;

/**
 * A worker is stopped where it stands, past its lease and the deadlines of its messages, while
 * another works; then it goes on, with everything it had in hand. It must not send again the
 * messages that the other has sent meanwhile.
 */
export const zombie: Scenario = {
  name: 'zombie',
  fault: 'F6',
  usual: { stops: '10', sends: '4000', 'stop-seconds': '14' },
  short: { stops: '1', sends: '200', 'stop-seconds': '7' },
  async run({ options, random, say }) {
    const stops = Number(options.stops);
    const sends = Number(options.sends);
    const env = {
      POSTRIDER_SEND_SECONDS: String(sendSeconds),
      POSTRIDER_SETTLE_SECONDS: String(settleSeconds),
    };
    const fixture = await openChaosFixture({ others: ['worker'], mail: true, env });
    const peers = fixture.peers!;
    const provider = await startProvider({
      random,
      sentFolder: (sender) => peers.folder(sender, 'Sent'),
      thinks: [10, 400],
    });
    const [worker, other] = [fixture.servers[1]!, fixture.servers[0]];
    const breaches: string[] = [];
    let caught = 0;
    try {
      const senders = await addMailboxes(fixture, 20, { port: provider.port, sentFolder: true });
      const campaign = await addCampaign(fixture, {
        name: 'Zombie',
        senders,
        people: peopleOf(sends),
      });
      await launch(fixture, campaign);
      for (let stop = 1; stop <= stops; stop++) {
        const share = (sends * stop) / (stops + 1);
        await until('a share is sent', () => provider.count() >= Math.min(share / 2, sends), 120);
        await pause(random() * 200);
        // Either may be the one that hangs; the first one's API hangs with it.
        const victim = stop % 2 === 1 ? worker : other;
        victim.freeze();
        const inHand = await fixture.query(`select id from messages where state = 'reserved'`);
        const before = provider.count();
        await pause(Number(options['stop-seconds']) * 1000);
        const after = provider.count();
        victim.thaw();
        caught += inHand.length;
        const sent = `${after - before} sent meanwhile, ${after} of ${sends} accepted`;
        say(`stop ${stop} of ${stops}: ${inHand.length} in hand, ${sent}`);
      }
      await hurryThrough(fixture, campaign, 300);
      const verdict = await judge(fixture, provider);
      if (verdict.unknown > 0)
        breaches.push(`${verdict.unknown} messages are in doubt although Sent shows them`);
      if (caught === 0) breaches.push('nothing was in hand at any stop: it showed nothing');
      breaches.push(...(await fixture.breaches()));
      return { ...verdict, stops, sends, in_hand: caught, breaches };
    } finally {
      await fixture.close();
      await provider.stop();
    }
  },
};
