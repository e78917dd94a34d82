import { expect, test, vi } from 'vitest';
import { secondLookAfterMs } from '../domain/sending/outcome.ts';
import type { Account, Channel, Outgoing, SoughtTouch } from './channel.ts';

/** What becomes of the answer to a message that had its effect. */
export type Answer = 'well' | 'error' | 'cut' | 'silence';

/** A provider between its effects and what it says of them. */
export type DoubtfulPeer = {
  /** The next message has its effect and gets this answer, by a channel that gives up soon. */
  answer: (how: Answer) => Promise<{ channel: Channel; account: Account }>;
  /** The provider's lists lag by `ms` from now on. */
  lag: (ms: number) => void;
  pass: (ms: number) => Promise<void>;
};

type Doubts = {
  channel: Channel;
  peer: DoubtfulPeer;
  message: (key: string) => Outgoing;
  sought: (message: Outgoing) => SoughtTouch;
};

/** The lag of a channel that names none, by the usual settings. */
const usualLagMs = 30_000;
const soon = () => performance.now() + 10_000;
const patience = { timeout: 15_000, interval: 50 };

/** Tests what a channel makes of answers that say less than what happened, and of late lists. */
export function testDoubts(get: () => Doubts | null): void {
  const look = async (channel: Channel, account: Account, message: Outgoing) => {
    const found = await channel.find(account, get()!.sought(message));
    return typeof found === 'string' ? found : 'found';
  };

  test.each(['error', 'cut', 'silence'] as const)(
    'a message is in doubt after an effect and then this: %s',
    async (how) => {
      const subject = get();
      if (!subject) return;
      const { peer } = subject;
      peer.lag(0);
      const { channel, account } = await peer.answer(how);
      const message = subject.message(`suite-${how}@sender.test`);
      expect(await channel.send(account, message, soon())).toMatchObject({
        ok: false,
        fault: { kind: 'ambiguous' },
      });
      await vi.waitFor(
        async () => expect(await look(channel, account, message)).toBe('found'),
        patience,
      );
    },
    30_000,
  );

  test.each([1, 30, 60, 120])('a list that lags by %i seconds is no proof', async (seconds) => {
    const subject = get();
    if (!subject) return;
    const { peer } = subject;
    peer.lag(seconds * 1_000);
    const { channel, account } = await peer.answer('well');
    const message = subject.message(`suite-lag-${seconds}@sender.test`);
    expect(await channel.send(account, message, soon())).toMatchObject({ ok: true });
    expect(await look(channel, account, message)).not.toBe('found');
    await peer.pass(secondLookAfterMs(channel.lagMs ?? usualLagMs));
    await vi.waitFor(
      async () => expect(await look(channel, account, message)).toBe('found'),
      patience,
    );
    peer.lag(0);
  });
}
