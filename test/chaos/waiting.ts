import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosFixture } from './fixture.ts';

/** Polls `look` until it is true. @throws Error that names the awaited thing, after `seconds` */
export async function until(
  what: string,
  look: () => boolean | Promise<boolean>,
  seconds = 60,
): Promise<void> {
  const patience = performance.now() + seconds * 1000;
  while (!(await look())) {
    if (performance.now() > patience) throw new Error(`Waited ${seconds} s in vain: ${what}`);
    await pause(25);
  }
}

/** Waits until a campaign is completed. @throws after `seconds`, with its stats */
export async function completed(fixture: ChaosFixture, id: string, seconds = 300): Promise<void> {
  const ask = () =>
    fixture.call<{ campaign: { status: string; stats: unknown } }>(`GET /api/campaigns/${id}`);
  await until(
    'the campaign is completed',
    async () => (await ask()).campaign.status === 'completed',
    seconds,
  ).catch(async (error: Error) => {
    throw new Error(`${error.message} ${JSON.stringify((await ask()).campaign.stats)}`);
  });
}

/**
 * Waits as `completed` does, and ends every pause before a retry of a mailbox or a prospect at
 * once.
 */
export async function hurryThrough(
  fixture: ChaosFixture,
  campaign: string,
  seconds: number,
): Promise<void> {
  const over = AbortSignal.timeout(seconds * 1000);
  const waiting = async () => {
    await hurry(fixture, campaign);
    return completed(fixture, campaign, 0.5).then(
      () => false,
      () => true,
    );
  };
  while (await waiting()) over.throwIfAborted();
}

/** Ends the pauses before the next try. */
async function hurry(fixture: ChaosFixture, campaign: string): Promise<void> {
  await fixture.query(
    `update prospects set hold_until = now()
      where campaign_id = $1 and hold = 'retry' and hold_until > now()`,
    [campaign],
  );
  await hurryMailboxes(fixture, campaign);
}

/**
 * Ends the pauses of mailboxes but not those of prospects, so that every prospect gets a first try.
 */
export async function hurryMailboxes(fixture: ChaosFixture, campaign: string): Promise<void> {
  await fixture.query(
    `update lanes l set next_at = now(), quiet_until = null, quiet_because = null
      from campaign_senders cs
      where cs.campaign_id = $1 and cs.sender_id = l.sender_id
        and l.workspace_id = cs.workspace_id and l.quiet_until > now()`,
    [campaign],
  );
}
