import { setTimeout as pause } from 'node:timers/promises';
import { startProxy } from '../../peers/proxy.ts';
import { addCampaign, addMailbox, launch, peopleOf } from '../campaigns.ts';
import { openChaosFixture } from '../fixture.ts';
import { judge } from '../judge.ts';
import type { Scenario } from '../scenario.ts';
import { replyTo, startProvider } from '../sink.ts';
import { until } from '../waiting.ts';

/**
 * A real IMAP server renumbers messages, delivers twice and loses connections, and our server is
 * killed: every reply is processed once.
 */
export const imap: Scenario = {
  name: 'imap',
  fault: 'F11',
  usual: { people: '1000', troubles: '40' },
  short: { people: '30', troubles: '3' },
  async run({ options, random, say }) {
    const people = Number(options.people);
    const troubles = Number(options.troubles);
    const fixture = await openChaosFixture({ mail: true, env: { POSTRIDER_POLL_SECONDS: '1' } });
    const peers = fixture.peers!;
    const provider = await startProvider({ random, thinks: [0, 5] });
    const proxy = await startProxy(peers.ports.imap);
    const breaches: string[] = [];
    try {
      const addresses = ['ann@sender.test', 'max@sender.test'];
      const senders: string[] = [];
      for (const address of addresses)
        senders.push(
          await addMailbox(fixture, {
            port: provider.port,
            address,
            sentFolder: false,
            receive: true,
            imapPort: proxy.port,
          }),
        );
      const nodes = [
        { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' },
        { type: 'delay', delay_days: 1 },
        { type: 'email', subject: 'Again', body: 'Still there?' },
      ];
      const campaign = await addCampaign(fixture, {
        name: 'Imap',
        senders,
        people: peopleOf(people),
        nodes,
      });
      await launch(fixture, campaign);
      await until('everybody is written to', () => provider.count() >= people, 60 + people / 5);
      const faults: Record<string, () => unknown> = {
        renumbered: () => peers.renumber(addresses[Math.floor(random() * addresses.length)]!),
        cut: () => proxy.cut(),
        killed: async () => {
          await fixture.servers[0].kill();
          await fixture.servers[0].start();
        },
      };
      for (const [index, message] of provider.log.entries()) {
        const reply = replyTo(message);
        peers.drop(reply.to, reply.raw);
        if (random() < 0.3) peers.drop(reply.to, reply.raw);
        if ((index + 1) % Math.ceil(people / troubles) !== 0) continue;
        const names = Object.keys(faults);
        const name = names[Math.floor(index / Math.ceil(people / troubles)) % names.length]!;
        await faults[name]!();
        say(`${index + 1} of ${people} have replied, ${name}`);
        await pause(random() * 1000);
      }
      const replied = () =>
        fixture.query<{ id: string }>(`select id from prospects where status = 'replied'`);
      await until(
        'every reply is heard',
        async () => (await replied()).length >= people,
        60 + people / 5,
      ).catch((error: Error) => breaches.push(error.message));
      // A reply that is processed twice would show by now.
      await pause(2_500);
      const twice = await fixture.query<{ prospect_id: string }>(
        `select prospect_id from events where kind = 'prospect.replied'
          group by 1 having count(*) > 1`,
      );
      const [events] = await fixture.query<{ n: number }>(
        `select count(*)::int as n from events where kind = 'prospect.replied'`,
      );
      const verdict = await judge(fixture, provider);
      breaches.push(...(await fixture.breaches()));
      const missed = people - (await replied()).length;
      return {
        ...verdict,
        duplicates: verdict.duplicates + twice.length,
        lost: verdict.lost + missed,
        replies: events!.n,
        troubles,
        connections: proxy.connections(),
        breaches,
      };
    } finally {
      await fixture.close();
      await proxy.stop();
      await provider.stop();
    }
  },
};
