import { createServices } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { notifyLanes } from '../../db/database.ts';
import { readHeld, releaseDatabase } from '../../db/instance.ts';
import { stopAllScheduled } from '../../db/threads/hand-messages.ts';
import { type Confirmed, confirmSent } from '../../engine/confirm-sent.ts';
import { Inboxes } from '../../engine/inbound/inboxes.ts';
import type { Services } from '../../operation.ts';

const usage = `Usage: postrider release [--unproven]
Lets a restored or copied database send again. First it reads the mailboxes and asks them about
every touch that may have gone out since the copy: what is found is recorded as sent. People about
whom a mailbox cannot tell keep the database held, unless --unproven says to write to them.`;

/** Releases a held database. Returns the exit code. */
export async function release(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(usage);
    return 0;
  }
  const stray = argv.find((word) => word !== '--unproven');
  if (stray !== undefined) {
    console.error(`error: "release" does not take ${stray}.\n${usage}`);
    return 2;
  }
  const { services, close } = await createServices(readConfig(env), console.error);
  try {
    const held = await readHeld(services.db);
    if (!held) {
      console.log('Nothing is held: this database may send.');
      return 0;
    }
    console.error(`Held since ${held.since.toISOString()}: ${held.reason}.`);
    await readInboxes(services);
    const confirmed = await confirmSent(services);
    console.log(`${confirmed.found} touches that went out since are recorded as sent.`);
    if (confirmed.doubtful.size > 0 && !argv.includes('--unproven')) {
      console.error(describeDoubts(confirmed));
      return 1;
    }
    const answers = await stopAllScheduled(services.db, {
      before: held.since,
      now: services.clock.now(),
    });
    if (answers > 0)
      console.log(`${answers} messages written by hand may have gone out since: look at them.`);
    await releaseDatabase(services.db);
    await notifyLanes(services.db);
    console.log('Released.');
    return 0;
  } finally {
    await close();
  }
}

/** Hears of replies and acceptances since the copy, where no running server does. */
async function readInboxes(services: Services): Promise<void> {
  const inboxes = new Inboxes(services, services.newId(), { isThorough: true });
  while ((await inboxes.poll()) > 0);
  await inboxes.stop();
}

function describeDoubts({ doubtful }: Confirmed): string {
  const lines = [...doubtful.values()].map(({ sender, people, unreachable }) => {
    const why = unreachable ? 'could not be asked' : 'does not show everything it sent';
    return `  ${sender} ${why}: ${people} people`;
  });
  return [
    'Still held. Nobody can tell whether these were written to since the copy:',
    ...lines,
    'Run it again when the mailboxes can be asked. With --unproven these people are written to, ' +
      'some of them perhaps a second time.',
  ].join('\n');
}
