import { setTimeout as pause } from 'node:timers/promises';
import {
  addCampaign,
  addMailboxes,
  hurryThrough,
  judge,
  launch,
  openChaosFixture,
  peopleOf,
  until,
} from '../fixture.ts';
import type { Scenario } from '../scenario.ts';
import { startProvider } from '../sink.ts';

const sendSeconds = 3;
const settleSeconds = 1;

/**
 * A worker is stopped where it stands, past its lease and the deadlines of its messages, while another works; then it goes on, with
 * everything it had in hand. What the other has sent meanwhile it must not send again.
 */
export const zombie: Scenario = {
  name: 'zombie',
  fault: 'F6',
  usual: { stops: '10', sends: '4000', 'stop-seconds': '14' },
  short: { stops: '1', sends: '200', 'stop-seconds': '5' },
  async run({ options, random, say }) {
    const stops = Number(options.stops);
    const sends = Number(options.sends);
    const env = {
      POSTRIDER_SEND_SECONDS: String(sendSeconds),
      POSTRIDER_SETTLE_SECONDS: String(settleSeconds),
    };
    const house = await openChaosFixture({ others: ['worker'], mail: true, env });
    const peers = house.peers!;
    const provider = await startProvider({
      random,
      sentFolder: (sender) => peers.folder(sender, 'Sent'),
      thinks: [10, 400],
    });
    const [worker, other] = [house.servers[1]!, house.servers[0]];
    const breaches: string[] = [];
    let caught = 0;
    try {
      const senders = await addMailboxes(house, 20, { port: provider.port, sentFolder: true });
      const campaign = await addCampaign(house, {
        name: 'Zombie',
        senders,
        people: peopleOf(sends),
      });
      await launch(house, campaign);
      for (let stop = 1; stop <= stops; stop++) {
        const share = (sends * stop) / (stops + 1);
        await until('a share is sent', () => provider.count() >= Math.min(share / 2, sends), 120);
        await pause(random() * 200);
        // Either may be the one that hangs; the first one's API hangs with it.
        const victim = stop % 2 === 1 ? worker : other;
        victim.freeze();
        const inHand = await house.query(`select id from messages where state = 'reserved'`);
        const before = provider.count();
        await pause(Number(options['stop-seconds']) * 1000);
        const after = provider.count();
        victim.thaw();
        caught += inHand.length;
        say(
          `stop ${stop} of ${stops}: ${inHand.length} in hand, ${after - before} sent meanwhile, ${after} of ${sends} accepted`,
        );
      }
      await hurryThrough(house, campaign, 300);
      const verdict = await judge(house, provider);
      if (verdict.unknown > 0)
        breaches.push(`${verdict.unknown} messages are in doubt although Sent shows them`);
      if (caught === 0) breaches.push('nothing was in hand at any stop: it showed nothing');
      breaches.push(...(await house.breaches()));
      return { ...verdict, stops, sends, in_hand: caught, breaches };
    } finally {
      await house.close();
      await provider.stop();
    }
  },
};
