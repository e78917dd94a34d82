import { afterAll } from 'vitest';
import type { Account, Channel, Invited, Outgoing } from '../src/channels/channel.ts';
import { createLinkedinChannel } from '../src/channels/linkedin/index.ts';
import { readConfig } from '../src/config.ts';
import { ManualClock } from '../src/engine/clock.ts';
import { createLog } from '../src/log.ts';
import { startUnipile } from './peers/unipile/index.ts';

export const soon = () => performance.now() + 10_000;

/** The LinkedIn channel before a stand-in of Unipile, on one manual clock. */
export async function openLinkedinChannel() {
  const clock = new ManualClock('2026-03-02T09:00:00.000Z');
  const unipile = await startUnipile({ now: () => clock.now() });
  afterAll(() => unipile.stop());
  const open = (env: Record<string, string> = {}): Channel => {
    const config = readConfig({ ...unipile.env, ...env });
    return createLinkedinChannel({ ...config, settleMs: 10 }, createLog('silent'), () => clock.now())!;
  };
  let serial = 0;
  return {
    clock,
    unipile,
    open,
    channel: open(),
    idOf: (slug: string) => unipile.world.members.find((member) => member.slug === slug)!.id,
    outgoing: (slug: string, more: Partial<Outgoing> = {}): Outgoing => ({ ...outgoing(slug, clock.now()), ...more }),
    /** A seat, its account, and the slug of somebody it may reach, a minute later. */
    meet() {
      serial += 1;
      clock.advanceMs(60_000);
      const { slug } = unipile.addMember(`jane-${serial}`);
      const seat = unipile.addSeat(`seat-${serial}`);
      return { slug, seat, account: accountOf(seat.id) };
    },
  };
}

/** An account that has sent these invitations. */
export function accountOf(providerAccountId: string, invitations: readonly Invited[] = []): Account {
  const names = { emailAddress: null, displayName: null, firstName: null, lastName: null };
  const invited = async (personKeys: readonly string[]) => invitations.filter((one) => personKeys.includes(one.personKey));
  return { id: providerAccountId, providerAccountId, isPremium: false, ...names, connection: {}, secrets: {}, invited };
}

function outgoing(slug: string, date: Date): Outgoing {
  const nothing = { subject: '', text: '', html: null, thread: [], unsubscribeUrl: null, pixelUrl: null };
  return { key: `key-${slug}`, to: `https://www.linkedin.com/in/${slug}`, toName: null, touch: 'connection_request', date, ...nothing };
}
