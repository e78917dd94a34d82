import { afterAll, expect, test, vi } from 'vitest';
import { openLiveEmail } from '../../../test/fixtures/live-email.ts';
import { startProxy } from '../../../test/peers/proxy.ts';

const { peers, channel, newAccount, relay, receiveFirst, stop } = await openLiveEmail();
afterAll(stop);

test('a message that the server sorted into Junk is received', async () => {
  const account = newAccount();
  const { cursor } = await channel.receive(account, null);
  await relay({
    from: 'bob@people.test',
    to: account.emailAddress!,
    subject: 'Re: Hello',
    headers: { 'X-Spam-Flag': 'YES' },
  });
  const message = await receiveFirst(account, cursor);
  expect(message.sourceKey).toMatch(/^Junk\/\d+\/1$/);
});

test('after a change of UIDVALIDITY the folder is read again without loss', async () => {
  const account = newAccount();
  const address = account.emailAddress!;
  const drop = (name: string) =>
    peers.drop(
      address,
      `From: bob@people.test\nSubject: ${name}\nMessage-ID: <${name}@people.test>\n\nHi\n`,
    );
  drop('one');
  const first = await channel.receive(account, null);
  drop('two');
  const second = await channel.receive(account, first.cursor);
  expect(second.received.map(({ key }) => key)).toEqual(['two@people.test']);
  await channel.close(account.id);
  peers.renumber(address);
  drop('three');
  const third = await channel.receive(account, second.cursor);
  expect(new Set(third.received.map(({ key }) => key))).toEqual(
    new Set(['one@people.test', 'two@people.test', 'three@people.test']),
  );
  expect(third.received).toHaveLength(3);
  expect(third.received.map(({ sourceKey }) => sourceKey)).not.toContain(
    second.received[0]?.sourceKey,
  );
  expect(third.received.every(({ sourceKey }) => /\/[123]$/.test(sourceKey))).toBe(true);
  expect((await channel.receive(account, third.cursor)).received).toEqual([]);
});

test('one call reads at most 200 messages and the next call reads the rest', async () => {
  const account = newAccount();
  const { cursor } = await channel.receive(account, null);
  for (let index = 0; index < 205; index += 1)
    peers.drop(account.emailAddress!, `Subject: ${index}\n\nHi\n`);
  const first = await channel.receive(account, cursor);
  const rest = await channel.receive(account, first.cursor);
  expect([first.received.length, rest.received.length]).toEqual([200, 5]);
});

test('only the beginning of a huge message is read', async () => {
  const account = newAccount();
  const { cursor } = await channel.receive(account, null);
  const header = 'From: bob@people.test\nSubject: Big\nIn-Reply-To: <m@sender.test>\n';
  const filling = 'x'.repeat(76).concat('\n').repeat(40_000);
  peers.drop(account.emailAddress!, `${header}\nHi Ann\n${filling}`);
  const [message] = (await channel.receive(account, cursor)).received;
  expect(message).toMatchObject({ subject: 'Big', facts: { references: ['m@sender.test'] } });
  expect(message?.text.startsWith('Hi Ann')).toBe(true);
  expect(message?.text.length).toBeLessThanOrEqual(65_536);
});

test('a lost IMAP connection is opened again for receiving, and its watch has ended', async () => {
  const proxy = await startProxy(peers.ports.imap);
  const account = newAccount({ imap: { host: '127.0.0.1', port: proxy.port, tls: 'none' } });
  const { cursor } = await channel.receive(account, null);
  const [onNews, onEnd] = [vi.fn(), vi.fn()];
  channel.watch?.(account, { onNews, onEnd });
  await vi.waitFor(() => expect(onNews).toHaveBeenCalledTimes(1), 10_000);
  expect(proxy.connections()).toBe(2);
  proxy.cut();
  await vi.waitFor(() => expect(onEnd).toHaveBeenCalledTimes(1), 10_000);
  peers.drop(account.emailAddress!, 'Subject: After\n\nHi\n');
  expect((await channel.receive(account, cursor)).received.map(({ subject }) => subject)).toEqual([
    'After',
  ]);
  expect(proxy.connections()).toBe(3);
  await proxy.stop();
});
