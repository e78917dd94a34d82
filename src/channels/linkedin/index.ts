import { z } from 'zod';
import type { Config } from '../../config.ts';
import { hourMs, minuteMs } from '../../domain/time.ts';
import type { Log } from '../../log.ts';
import type { Channel } from '../channel.ts';
import { createCredits } from './credits.ts';
import { findTouch, withdrawInvitation } from './find.ts';
import { receiveSince } from './receive.ts';
import { checkSeat } from './seat.ts';
import { sendTouch } from './send.ts';
import { openUnipile } from './unipile.ts';

const nothing = z.strictObject({});
/** Version 1 of Unipile answers from a copy of its own, 30 to 60 seconds behind LinkedIn. */
const lagMs = minuteMs;
/**
 * Version 2 has no copy: each look asks LinkedIn itself, which takes frequent reads for automation.
 * Webhooks tell of news at once.
 */
const looksOfV2 = { pollMs: 5 * minuteMs, idlePollMs: hourMs };

type Settings = Pick<Config, 'sendMs' | 'unipile'>;

/**
 * LinkedIn through Unipile; null when Unipile is not set up. Unipile keeps the session, and a
 * sender here names a seat there. `now` decides when connections are due to be read.
 */
export function createLinkedinChannel(config: Settings, log: Log, now: () => Date): Channel | null {
  if (!config.unipile) return null;
  // Half of a message's time is for handing it over, half for the answer.
  const client = openUnipile(config.unipile, config.sendMs / 2);
  const sending = { client, credits: createCredits(client, now) };
  return {
    type: 'linkedin',
    connection: nothing,
    secrets: nothing,
    lagMs,
    ...(client.version === 'v2' ? looksOfV2 : {}),
    check: (account) => checkSeat(client, account),
    async send(account, message, deadline) {
      const result = await sendTouch(sending, account, message, deadline);
      if (!result.ok)
        log.info({ accountId: account.id, fault: result.fault }, 'LinkedIn did not take a touch');
      return result;
    },
    find: (account, sought) => findTouch(client, account, sought),
    withdraw: (account, invitation) => withdrawInvitation(client, account, invitation),
    receive: (account, cursor, how = {}) =>
      receiveSince({ client, account, now: now(), ...how }, cursor),
    isRepairedAtProvider: true,
    close: async () => {},
  };
}
