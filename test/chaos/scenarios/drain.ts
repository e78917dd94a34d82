import { setTimeout as pause } from 'node:timers/promises';
import { openEmbedded } from '../../../src/db/embedded/server.ts';
import { addCampaign, addMailboxes, launch, peopleOf } from '../campaigns.ts';
import { openChaosFixture } from '../fixture.ts';
import { judge } from '../judge.ts';
import type { Scenario } from '../scenario.ts';
import { startProvider } from '../sink.ts';
import { completed, until } from '../waiting.ts';

const maxMs = 10_000;

/**
 * SIGTERM in the middle of sending: sends under way end, nothing stays in doubt, and it does not
 * take long.
 */
export const drain: Scenario = {
  name: 'drain',
  fault: 'F3',
  usual: { drains: '10', sends: '1500' },
  short: { drains: '1', sends: '120' },
  async run({ options, random, say }) {
    const drains = Number(options.drains);
    const sends = Number(options.sends);
    const fixture = await openChaosFixture();
    // Without a Sent folder, every message left behind would end as unknown.
    const provider = await startProvider({ random, thinks: [20, 800] });
    // A second process uses the database too, so that it keeps running for the checks.
    const watcher = await openEmbedded(fixture.dataDir);
    const [server] = fixture.servers;
    const breaches: string[] = [];
    let slowestMs = 0;
    try {
      const senders = await addMailboxes(fixture, 20, { port: provider.port, sentFolder: false });
      const campaign = await addCampaign(fixture, {
        name: 'Drain',
        senders,
        people: peopleOf(sends),
      });
      await launch(fixture, campaign);
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
        const [left] = await fixture.query<{ n: number }>(
          `select count(*)::int as n from messages where state = 'reserved'`,
        );
        const accepted = `${provider.count()} of ${sends} accepted`;
        say(`drain ${round} of ${drains}: ${tookMs} ms, ${left?.n} in doubt, ${accepted}`);
        if (left?.n) breaches.push(`${left.n} messages were left in doubt by drain ${round}`);
        if (code !== 0) breaches.push(`drain ${round} ended with ${code}`);
        if (tookMs > maxMs) breaches.push(`drain ${round} took ${tookMs} ms`);
        await server.start();
      }
      await completed(fixture, campaign);
      const verdict = await judge(fixture, provider);
      if (verdict.unknown > 0) breaches.push(`${verdict.unknown} messages ended in doubt`);
      breaches.push(...(await fixture.breaches()));
      return { ...verdict, drains, sends, slowest_ms: slowestMs, breaches };
    } finally {
      await watcher.release();
      await fixture.close();
      await provider.stop();
    }
  },
};
