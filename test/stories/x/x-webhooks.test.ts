import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hourMs } from '../../../src/domain/time.ts';
import { testApi } from '../../fixtures/api.ts';
import { peopleOf } from '../../fixtures/x.ts';
import { followUp, hello, openXCampaigns, pause } from './campaigns.ts';

const fixture = await openXCampaigns({ hooks: true });
const { x, services, prepare, readInboxes, run, runFor } = fixture;
const { app } = testApi(services);
await app.listen({ port: 0, host: '127.0.0.1' });
const address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
const reach = (url: string) => url.replace('https://postrider.test', address);
x.state.reach = reach;

const sign = (text: string, secret = x.state.app.consumerSecret) =>
  `sha256=${createHmac('sha256', secret).update(text).digest('base64')}`;
const post = (body: string, signature = sign(body)) =>
  fetch(`${address}/x/news`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-twitter-webhooks-signature': signature },
    body,
  });
const statusOf = async (id: string, handle: string) => (await peopleOf(fixture, id))[handle];

describe('webhooks of X', () => {
  it('a reply in encrypted chat stops the sequence and says where it is', async () => {
    const { seller, sender, handles } = await prepare(2);
    const [jane, joe] = handles as [string, string];
    const id = await run('Chat', { sender, handles }, [hello, pause, followUp]);
    await runFor(hourMs);
    await readInboxes();
    x.writeInChat(jane, seller);
    x.writeInChat(joe, seller, 'g1578398451921985538');
    expect(await x.deliver()).toEqual([200, 200]);
    await readInboxes();
    expect(await statusOf(id, jane)).toMatchObject({ status: 'replied' });
    await runFor(6 * hourMs);
    expect(x.conversation(seller, jane), 'no follow-up after the reply').toHaveLength(1);
    expect(x.conversation(seller, joe), 'a group is no reply').toHaveLength(2);
    const { rows } = await services.pool.query(
      `select body_text from inbound_messages where body_text like '%encrypted chat%'`,
    );
    expect(rows).toHaveLength(1);
    await fixture.checkLaws();
  });

  it('a reply that X tells of stops at once, and is no other when it is read as well', async () => {
    const { seller, sender, handles } = await prepare(1);
    const [jane] = handles as [string];
    const id = await run('Told', { sender, handles }, [hello, pause, followUp]);
    await runFor(hourMs);
    await readInboxes();
    const { from } = x.write(jane, seller, 'Yes & no');
    const [told] = x.state.outbox;
    const looks = x.calls('events');
    expect(await x.deliver()).toEqual([200]);
    await readInboxes();
    expect(x.calls('events')).toBe(looks);
    expect(await statusOf(id, jane)).toMatchObject({ status: 'replied', person_key: from });
    expect((await post(told!.body)).status).toBe(200);
    x.state.reach = () => 'http://127.0.0.1:1';
    fixture.clock.advanceMs(hourMs);
    await readInboxes();
    x.state.reach = reach;
    expect(x.calls('events')).toBeGreaterThan(looks);
    const { rows } = await services.pool.query(
      `select from_address, body_text, kind from inbound_messages where body_text = 'Yes & no'`,
    );
    expect(rows).toEqual([{ from_address: jane, body_text: 'Yes & no', kind: 'reply' }]);
  });

  it('an event needs a signature of X, and nobody can ask for one', async () => {
    const body = JSON.stringify({ data: { event_type: 'dm.received' } });
    expect((await post(body)).status).toBe(200);
    for (const wrong of ['', 'sha256=', sign(body, 'other'), sign(`${body} `)])
      expect((await post(body, wrong)).status).toBe(404);
    expect((await post('x'.repeat(300_000))).status).toBe(413);
    const ask = (token: string) =>
      fetch(`${address}/x/news?crc_token=${encodeURIComponent(token)}`);
    expect(await (await ask('a-b_c.1=')).json()).toEqual({ response_token: sign('a-b_c.1=') });
    for (const token of [body, '[]', '"a"', '', 'a'.repeat(501), ' '])
      expect((await ask(token)).status).toBe(404);
  });

  it.each([
    '',
    '{',
    'null',
    '{"data":[]}',
    ...[
      { event_type: 'constructor', payload: {} },
      { event_type: 'dm.received', payload: null },
      { event_type: 'dm.received', payload: { direct_message_events: [1, {}, null], users: 4 } },
      { event_type: 'chat.received', payload: { id: '\u0000', sender_id: '1; drop' } },
      { event_type: 'chat.received', payload: { id: 'a', sender_id: '9', conversation_id: '9' } },
    ].map((data) => JSON.stringify({ data: { filter: { user_id: '1' }, ...data } })),
  ])('an event of any content is taken: %s', async (body) => {
    expect((await post(body)).status).toBe(200);
  });
});
