import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { nearbyMail } from '../../peers/ports.ts';
import { addCampaign, addMailboxes, launch, peopleOf } from '../campaigns.ts';
import { clear, freshFolder, openChaosFixture, shortDeadlines } from '../fixture.ts';
import type { Scenario } from '../scenario.ts';
import { main, Server } from '../server.ts';
import { startProvider } from '../sink.ts';
import { until } from '../waiting.ts';

const mailboxes = 10;

/**
 * A server is saved amid sending, goes on, and dies. What was saved is restored elsewhere: people
 * written to since are not written to again, and nobody is left out.
 */
export const restore: Scenario = {
  name: 'restore',
  fault: 'F16',
  usual: { sends: '5000' },
  short: { sends: '400' },
  async run({ options, random, say }) {
    const sends = Number(options.sends);
    const fixture = await openChaosFixture({ mail: true });
    const peers = fixture.peers!;
    const sentFolder = (sender: string) => peers.folder(sender, 'Sent');
    const provider = await startProvider({ random, sentFolder });
    const folder = freshFolder();
    const env = {
      ...nearbyMail,
      ...shortDeadlines,
      POSTRIDER_DATA_DIR: path.join(folder, 'data'),
      POSTRIDER_PORT: '0',
      POSTRIDER_LOG_LEVEL: 'silent',
    };
    const second = new Server(env);
    const file = path.join(folder, 'saved.backup');
    const breaches: string[] = [];
    try {
      const senders = await addMailboxes(fixture, mailboxes, {
        port: provider.port,
        sentFolder: true,
      });
      const campaign = await addCampaign(fixture, {
        name: 'Saved',
        senders,
        people: peopleOf(sends),
      });
      await launch(fixture, campaign);
      await until('some are sent', () => provider.count() > sends / 8);
      await run({ ...env, POSTRIDER_DATA_DIR: fixture.dataDir }, 'backup', file);
      const saved = provider.count();
      await until('more are sent', () => provider.count() > Math.max((sends * 5) / 8, saved + 20));
      await fixture.servers[0].kill();
      const died = provider.count();
      say(`${died} of ${sends} sent, ${saved} of them when the backup was over`);
      if (died <= saved) breaches.push('nothing was sent between the backup and the end');

      mkdirSync(env.POSTRIDER_DATA_DIR);
      for (const key of ['master.key', 'admin.key'])
        copyFileSync(path.join(fixture.dataDir, key), path.join(env.POSTRIDER_DATA_DIR, key));
      await run(env, 'restore', file);
      await second.start();
      say((await run(env, 'release')).trim().replaceAll('\n', ' '));
      await until(
        'the campaign is completed',
        async () => {
          const answer = await second.call<{ campaign: { status: string } }>(
            `GET /api/campaigns/${campaign}`,
          );
          return answer.campaign.status === 'completed';
        },
        300,
      );
      const { messages } = await second.call<{ messages: object[] }>(
        `GET /api/campaigns/${campaign}/generate-messages?status=unknown`,
      );
      const taken = [...provider.accepted.values()];
      return {
        duplicates: taken.reduce((sum, keys) => sum + keys.length - 1, 0),
        lost: sends - taken.length,
        unknown: messages.length,
        sends,
        sent_since_backup: died - saved,
        breaches,
      };
    } finally {
      await second.stop();
      await fixture.close();
      await provider.stop();
      clear(env.POSTRIDER_DATA_DIR);
      clear(folder);
    }
  },
};

/** Runs a command beside the servers. Returns its output. @throws when it fails */
async function run(env: Record<string, string>, ...args: string[]): Promise<string> {
  const options = { env: { ...process.env, ...env } };
  return (await promisify(execFile)(process.execPath, [main, ...args], options)).stdout;
}
