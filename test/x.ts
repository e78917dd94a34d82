import type { Account, Outgoing } from '../src/channels/channel.ts';
import { createXChannel } from '../src/channels/x/index.ts';
import { readConfig } from '../src/config.ts';
import { ManualClock } from '../src/engine/clock.ts';
import { createLog } from '../src/log.ts';
import { startX } from './peers/x/index.ts';

const start = '2026-03-02T09:00:00.000Z';
export const soon = () => performance.now() + 10_000;

/** A stand-in of X with an account, @Sam_Sender, the channel before it, and somebody to write to, @Jane. */
export async function openX(env: Record<string, string> = {}) {
  const clock = new ManualClock(start);
  const x = await startX({ now: () => clock.now() });
  const sam = x.addUser('Sam_Sender');
  x.addUser('Jane');
  const channel = createXChannel(readConfig({ ...x.env, ...env }), createLog('silent'))!;
  return { x, clock, sam, channel, account: accountOf(sam.id, x.login('sam_sender')) };
}

/** The same for tests that each begin on a new day with a new login: `begin` is for before each. */
export async function openXDaily() {
  const opened = await openX();
  const { x, clock, sam, channel, account } = opened;
  const send = (more: Partial<Outgoing> = {}) => channel.send(account, outgoing({ date: clock.now(), ...more }), soon());
  return {
    ...opened,
    send,
    begin() {
      x.world.mishaps.length = 0;
      Object.assign(account, accountOf(sam.id, x.login('sam_sender')));
      clock.advanceMs(24 * 60 * 60_000);
    },
    async faultOf(more: Partial<Outgoing> = {}) {
      const result = await send(more);
      return result.ok ? null : result.fault;
    },
  };
}

/** An account whose secrets are kept in itself. */
export function accountOf(providerAccountId: string, secrets: Record<string, unknown>): Account {
  const names = { emailAddress: null, displayName: null, firstName: null, lastName: null };
  let stored = secrets;
  return {
    id: providerAccountId,
    providerAccountId,
    isPremium: false,
    ...names,
    connection: {},
    secrets,
    renew: async (make) => {
      stored = (await make(stored)) ?? stored;
      return stored;
    },
  };
}

export const outgoing = (more: Partial<Outgoing> = {}): Outgoing => ({
  key: 'key',
  to: 'jane',
  toName: 'Jane',
  touch: 'message',
  subject: '',
  text: 'Hi Jane',
  html: null,
  date: new Date(start),
  thread: [],
  unsubscribeUrl: null,
  pixelUrl: null,
  ...more,
});
