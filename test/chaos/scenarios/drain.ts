import { setTimeout as pause } from 'node:timers/promises';
import { openEmbedded } from '../../../src/db/embedded/server.ts';
import {
  addCampaign,
  addMailboxes,
  completed,
  judge,
  launch,
  openChaosFixture,
  peopleOf,
  until,
} from '../fixture.ts';
import type { Scenario } from '../scenario.ts';
import { startProvider } from '../sink.ts';

const maxMs = 10_000;

/** SIGTERM in the middle of sending: what is under way ends, nothing stays in doubt, and it does not take long. */
export const drain: Scenario = {
  name: 'drain',
  fault: 'F3',
  usual: { drains: '10', sends: '1500' },
  short: { drains: '1', sends: '120' },
  async run({ options, random, say }) {
    const drains = Number(options.drains);
    const sends = Number(options.sends);
    const house = await openChaosFixture();
    // Without a Sent folder whatever is left behind would end as unknown.
    const provider = await startProvider({ random, thinks: [20, 800] });
    // Somebody else uses the database too, so it stays to be looked at.
    const watcher = await openEmbedded(house.dataDir);
    const [server] = house.servers;
    const breaches: string[] = [];
    let slowestMs = 0;
    try {
      const senders = await addMailboxes(house, 20, { port: provider.port, sentFolder: false });
      const campaign = await addCampaign(house, {
        name: 'Drain',
        senders,
        people: peopleOf(sends),
      });
      await launch(house, campaign);
      for (let round = 1; round <= drains; round++) {
        const before = provider.count();
        await until(
          'something is sent',
          () => provider.count() > before || provider.count() >= sends,
        );
        await pause(random() * 1000);
        const startedAt = performance.now();
        const code = await server.stop();
        const tookMs = Math.round(performance.now() - startedAt);
        slowestMs = Math.max(slowestMs, tookMs);
        const [left] = await house.query<{ n: number }>(
          `select count(*)::int as n from messages where state = 'reserved'`,
        );
        say(
          `drain ${round} of ${drains}: ${tookMs} ms, ${left?.n} in doubt, ${provider.count()} of ${sends} accepted`,
        );
        if (left?.n) breaches.push(`${left.n} messages were left in doubt by drain ${round}`);
        if (code !== 0) breaches.push(`drain ${round} ended with ${code}`);
        if (tookMs > maxMs) breaches.push(`drain ${round} took ${tookMs} ms`);
        await server.start();
      }
      await completed(house, campaign);
      const verdict = await judge(house, provider);
      if (verdict.unknown > 0) breaches.push(`${verdict.unknown} messages ended in doubt`);
      breaches.push(...(await house.breaches()));
      return { ...verdict, drains, sends, slowest_ms: slowestMs, breaches };
    } finally {
      await watcher.release();
      await house.close();
      await provider.stop();
    }
  },
};
