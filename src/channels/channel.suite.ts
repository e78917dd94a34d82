import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Account, Channel, Outgoing, Received, SoughtTouch } from './channel.ts';
import { type DoubtfulPeer, testDoubts } from './doubt.suite.ts';

/** The subject of the suite: a channel, a peer it talks to, and an account there. */
export type Subject = {
  channel: Channel;
  account: Account;
  /** The same account with a secret its provider refuses. */
  stranger: Account;
  /**
   * A message to a reachable person with this key. Without keys, another key means another text.
   */
  message: (key: string) => Outgoing;
  /** Sends a message to the account, and resolves when it has arrived. */
  arrive: (subject: string) => Promise<void>;
  /** Whether a message that is not found was surely not sent. */
  tellsAbsence: boolean;
  /** Absent where no provider can come between (a sandbox), or where it never tells absence. */
  peer?: DoubtfulPeer;
  /**
   * An account at a provider that sends a byte now and then, and never ends an answer. Left out
   * when the channel bounds each request by the clock.
   */
  dribbling?: Account;
  stop: () => Promise<void>;
};

/** The question of `find` about a message; by default about one that never existed. */
export function sought(
  key: string,
  { to, touch, text, date }: Partial<Outgoing> = {},
): SoughtTouch {
  const known = {
    to: to ?? 'nobody@people.test',
    touch: touch ?? 'message',
    text: text ?? 'Hi',
    reservedAt: date ?? new Date('2026-01-01T00:00:00Z'),
  };
  return { key, ...known, providerKey: null, threadKey: null, personKey: null };
}

/** The channel's answer in one word. */
async function find(
  { channel }: Subject,
  account: Account,
  question: SoughtTouch,
): Promise<string> {
  const found = await channel.find(account, question);
  return typeof found === 'string' ? found : 'found';
}

const soon = () => performance.now() + 10_000;
const patience = { timeout: 15_000, interval: 50 };

/** Tests that every channel must pass, with any peer. */
export function channelSuite(name: string, make: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject;
    beforeAll(async () => {
      subject = await make();
    }, 60_000);
    afterAll(async () => {
      await subject?.channel.close();
      await subject?.stop();
    });
    testSending(() => subject);
    testDoubts(() => {
      const { peer } = subject;
      return peer ? { ...subject, peer, sought: (message) => sought(message.key, message) } : null;
    });
    testReceiving(() => subject);
    testDribbling(() => subject);
  });
}

function testSending(get: () => Subject): void {
  test('its schemas take the declared settings and no others', () => {
    const { channel, account } = get();
    expect(channel.connection.safeParse(account.connection).success).toBe(true);
    expect(channel.secrets.safeParse(account.secrets).success).toBe(true);
    expect(channel.connection.safeParse({ ...account.connection, surprise: 1 }).success).toBe(
      false,
    );
    expect(channel.secrets.safeParse({ ...account.secrets, surprise: 1 }).success).toBe(false);
  });

  test('check passes a good account and ends at the failing step of a bad one', async () => {
    const { channel, account, stranger } = get();
    const good = await channel.check(account);
    expect(good.length).toBeGreaterThan(0);
    expect(good.filter(({ ok }) => !ok)).toEqual([]);
    const bad = await channel.check(stranger);
    expect(bad.map(({ ok }) => ok)).toEqual([...bad.slice(1).map(() => true), false]);
    expect(bad.at(-1)?.detail).not.toBe('');
  });

  test('find sees a message that was sent', async () => {
    const { channel, account, message } = get();
    const sent = message('suite-1@sender.test');
    expect(await channel.send(account, sent, soon())).toMatchObject({ ok: true });
    await vi.waitFor(
      async () => expect(await find(get(), account, sought(sent.key, sent))).toBe('found'),
      patience,
    );
  });

  test('an unsent message is absent where the channel can tell, else unknown', async () => {
    const { account, message, tellsAbsence } = get();
    const never = message('never@sender.test');
    expect(await find(get(), account, sought(never.key, never))).toBe(
      tellsAbsence ? 'absent' : 'unknown',
    );
  });

  test('find says unreachable when the provider cannot be asked', async () => {
    const { message, stranger } = get();
    const never = message('never@sender.test');
    expect(await find(get(), stranger, sought(never.key, never))).toBe('unreachable');
  });

  test('nothing is sent once the deadline has passed', async () => {
    const { channel, account, message } = get();
    const late = message('suite-late@sender.test');
    expect(await channel.send(account, late, performance.now() - 1)).toMatchObject({
      ok: false,
      fault: { kind: 'temporary' },
    });
    expect(await find(get(), account, sought(late.key, late))).not.toBe('found');
  });

  test('a person that is refused by the provider’s id gets no message', async () => {
    const { channel, account, message } = get();
    const fault = { kind: 'unreachable_person', code: null, detail: 'the same person' } as const;
    const askedFor: string[] = [];
    const refuse = async (personKey: string) => {
      askedFor.push(personKey);
      return fault;
    };
    const refused = message('suite-refused@sender.test');
    const result = await channel.send(account, { ...refused, refuse }, soon());
    // A channel that knows people by their address alone does not ask.
    expect([askedFor.length, result.ok]).toBeOneOf([
      [1, false],
      [0, true],
    ]);
    if (askedFor.length > 0) expect(result).toEqual({ ok: false, fault });
    if (askedFor.length > 0)
      expect(await find(get(), account, sought(refused.key, refused))).not.toBe('found');
  });

  test('a refused login is a fault of the credentials', async () => {
    const { channel, stranger, message } = get();
    expect(
      await channel.send(stranger, message('suite-stranger@sender.test'), soon()),
    ).toMatchObject({
      ok: false,
      fault: { kind: 'credentials' },
    });
  });

  test('close can be repeated, and the next send connects again', async () => {
    const { channel, account, message } = get();
    await channel.close(account.id);
    await channel.close(account.id);
    await channel.close('nobody');
    expect(await channel.send(account, message('suite-2@sender.test'), soon())).toMatchObject({
      ok: true,
    });
  });
}

function testReceiving(get: () => Subject): void {
  test('receiving starts now and gives each message once, with a cursor kept as JSON', async () => {
    const { channel, account, arrive } = get();
    const start = await channel.receive(account, null);
    expect(start.received).toEqual([]);
    for (const subject of ['first', 'second']) await arrive(subject);
    const seen: Received[] = [];
    let cursor = JSON.parse(JSON.stringify(start.cursor)) as unknown;
    await vi.waitFor(async () => {
      const more = await channel.receive(account, cursor);
      seen.push(...more.received);
      cursor = JSON.parse(JSON.stringify(more.cursor));
      expect(seen.length).toBeGreaterThanOrEqual(2);
    }, patience);
    expect(new Set(seen.map(({ subject }) => subject))).toEqual(new Set(['first', 'second']));
    expect(seen).toHaveLength(2);
    expect((await channel.receive(account, cursor)).received).toEqual([]);
    const again = await channel.receive(account, start.cursor);
    expect(new Set(again.received.map(({ sourceKey }) => sourceKey))).toEqual(
      new Set(seen.map(({ sourceKey }) => sourceKey)),
    );
  });

  test('receiving with a refused login throws', async () => {
    const { channel, stranger } = get();
    await expect(channel.receive(stranger, null)).rejects.toThrow();
  });

  test('a watch reports that a message may have come in', async () => {
    const { channel, account, arrive } = get();
    if (!channel.watch) return;
    const onNews = vi.fn();
    const stop = channel.watch(account, { onNews, onEnd: () => {} });
    await vi.waitFor(() => expect(onNews).toHaveBeenCalledTimes(1), patience);
    await arrive('third');
    await vi.waitFor(() => expect(onNews.mock.calls.length).toBeGreaterThan(1), patience);
    stop();
  });
}

function testDribbling(get: () => Subject): void {
  test('a peer that never ends an answer holds up a call until its deadline or close', async () => {
    const { channel, dribbling: account, message } = get();
    if (!account) return;
    const mail = message('suite-dribble@sender.test');
    const asked = [
      channel.check(account),
      channel.find(account, sought(mail.key, mail)),
      channel.receive(account, null),
    ];
    const sent = await channel.send(account, mail, performance.now() + 500);
    expect(sent).toMatchObject({ ok: false, fault: { kind: expect.any(String) } });
    await channel.close(account.id);
    const [, found, received] = await Promise.allSettled(asked);
    expect(found).toMatchObject({ value: 'unreachable' });
    expect(received!.status).toBe('rejected');
  });
}
