import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { openXChannel } from '../../../test/fixtures/x.ts';
import { dayMs, hourMs, minuteMs } from '../../domain/time.ts';
import { signatureOf } from './webhook.ts';

const { x, clock, sam, channel, account } = await openXChannel({ hooks: true });
const { state } = x;
/** Stands for this server: it answers X's challenges with this secret. */
const receiver = { secret: state.app.consumerSecret };
const server = createServer((request, response) => {
  const token = new URL(request.url!, 'http://a.test').searchParams.get('crc_token') ?? '';
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ response_token: signatureOf(token, receiver.secret) }));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const nobody = 'http://127.0.0.1:1';
state.reach = () => address;
afterAll(async () => {
  server.close();
  await x.stop();
});

for (let n = 0; n < 60; n += 1) x.write('jane', 'sam_sender', `old ${n}`);
let cursor: unknown = null;
async function receive(): Promise<string[]> {
  const read = await channel.receive(account, cursor);
  cursor = JSON.parse(JSON.stringify(read.cursor));
  return read.received.map(({ text }) => text);
}
/** Lets time pass, looking now and then. Returns all that was read. */
async function watch(ms: number, everyMs = 10 * minuteMs): Promise<string[]> {
  const texts: string[] = [];
  for (let passed = 0; passed < ms; passed += everyMs) {
    clock.advanceMs(everyMs);
    texts.push(...(await receive()));
  }
  return texts;
}

describe('an account that X tells of by itself', () => {
  test('is subscribed once to direct messages and encrypted chats', async () => {
    await watch(hourMs);
    expect(state.webhooks).toMatchObject([{ url: 'https://postrider.test/x/news', valid: true }]);
    const [{ id: webhook_id } = { id: '' }] = state.webhooks;
    const filter = { user_id: sam.id };
    expect(state.subscriptions).toMatchObject([
      { event_type: 'dm.received', filter, webhook_id },
      { event_type: 'chat.received', filter, webhook_id },
    ]);
    expect(x.calls('subscribe')).toBe(2);
  });

  test('costs five cents on an idle day, on which it is read once', async () => {
    clock.advanceTo(new Date(Math.ceil(clock.now().getTime() / dayMs) * dayMs));
    const bill = x.billed();
    expect(await watch(dayMs, hourMs)).toEqual([]);
    expect(x.billed() - bill).toBeCloseTo(0.05);
  });

  test('is read as before while X cannot reach this server, and in full once it can', async () => {
    state.reach = () => nobody;
    expect(await watch(20 * minuteMs)).toEqual([]);
    for (let n = 0; n < 7; n += 1) x.write('jane', 'sam_sender', `unheard ${n}`);
    expect(await watch(10 * minuteMs)).toHaveLength(7);
    for (let n = 0; n < 7; n += 1) x.write('jane', 'sam_sender', `unheard again ${n}`);
    state.reach = () => address;
    expect(await watch(10 * minuteMs)).toHaveLength(7);
    const reads = x.calls('events');
    await watch(hourMs);
    expect(x.calls('events')).toBe(reads);
  });

  test('is read while this server has another secret than the app', async () => {
    receiver.secret = 'wrong';
    clock.advanceMs(hourMs);
    x.write('jane', 'sam_sender', 'with a wrong secret');
    expect(await receive()).toEqual(['with a wrong secret']);
    receiver.secret = state.app.consumerSecret;
  });

  test('is told of at the new address of this server', async () => {
    state.webhooks[0]!.url = 'https://old.test/x/news';
    state.webhooks[0]!.valid = false;
    const old = state.webhooks[0]!.id;
    clock.advanceMs(hourMs);
    await receive();
    expect(state.subscriptions).toHaveLength(2);
    for (const { webhook_id } of state.subscriptions) expect(webhook_id).not.toBe(old);
  });

  test.each(['subscribe', 'subscriptions', 'hooks', 'probe'])(
    'is read when X refuses the call %s',
    async (route) => {
      state.subscriptions.length = 0;
      clock.advanceMs(hourMs);
      x.addFault({ route, with: { status: 503 } });
      x.write('jane', 'sam_sender', `without ${route}`);
      expect(await receive()).toEqual([`without ${route}`]);
      state.faults.length = 0;
      await watch(hourMs);
      expect(state.subscriptions).toHaveLength(2);
    },
  );
});
