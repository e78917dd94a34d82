import { describe, expect, test } from 'vitest';
import { openSandboxFixture } from '../../../test/fixtures/sandbox.ts';
import { insertDeliveries } from '../../db/forecast/sandbox-mail.ts';
import { ManualClock } from '../../engine/clock.ts';
import { inSandbox } from '../../engine/sandbox.ts';
import { createSandboxSender } from '../../operations/senders/create-sandbox.ts';
import { channelSuite, sought } from '../channel.suite.ts';
import type { Account, Outgoing } from '../channel.ts';
import { createEmailChannel } from '../email/index.ts';

const start = '2026-03-02T09:00:00.000Z';
const account = (id: string): Account => {
  const names = {
    emailAddress: 'sam@sender.test',
    displayName: null,
    firstName: null,
    lastName: null,
  };
  return { id, ...names, providerAccountId: null, isPremium: false, connection: {}, secrets: {} };
};
const outgoing = (key: string, more: Partial<Outgoing> = {}): Outgoing => ({
  key,
  to: 'jane@people.test',
  toName: 'Jane',
  touch: 'email',
  subject: 'Hello',
  text: 'Hi Jane',
  html: null,
  date: new Date(start),
  thread: [],
  unsubscribeUrl: null,
  pixelUrl: null,
  ...more,
});
const soon = () => performance.now() + 10_000;

const fixture = await openSandboxFixture({ clock: start });
const { services, workspaceId } = fixture;

async function openChannel() {
  const clock = new ManualClock(start);
  const own = inSandbox(
    {
      ...services,
      channels: new Map([['email', createEmailChannel(services.config, services.log)]]),
    },
    workspaceId,
    clock,
  );
  const sender = await fixture.call(createSandboxSender, {
    email_address: `${services.newId()}@sender.test`,
  });
  return { clock, channel: own.channels.get('email')!, account: account(sender.account.id) };
}

channelSuite('the sandbox channel', async () => {
  const { clock, channel, account: known } = await openChannel();
  return {
    channel: {
      ...channel,
      // Answers are replies: their subjects begin with "Re: ", and the suite compares without it.
      async receive(...request) {
        const { received, cursor } = await channel.receive(...request);
        return {
          received: received.map((mail) => ({
            ...mail,
            subject: mail.subject!.replace(/^Re: /, ''),
          })),
          cursor,
        };
      },
    },
    account: known,
    stranger: { ...known, emailAddress: 'sam+refused@sender.test' },
    message: (key) => outgoing(key),
    async arrive(subject) {
      clock.advanceMs(1);
      const at = { sentAt: clock.now(), answer: 'reply', answerAt: clock.now(), backAt: null };
      await insertDeliveries(services.db, workspaceId, [
        { senderId: known.id, key: subject, to: 'jane@people.test', subject, ...at },
      ]);
    },
    tellsAbsence: true,
    stop: async () => {},
  };
});

describe('the sandbox channel', () => {
  test('refuses a message that the real channel could not write', async () => {
    const { channel, account: known } = await openChannel();
    expect(await channel.send(known, outgoing('bad', { to: 'no address' }), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'bad_recipient' },
    });
    expect(await channel.find(known, sought('bad'))).toBe('absent');
  });

  test('answers only the first message of a conversation and sends one absence note', async () => {
    const { channel, clock, account: known } = await openChannel();
    const away = 'jo+ooo-2d@people.test';
    await channel.send(known, outgoing('one', { to: away }), soon());
    await channel.send(known, outgoing('two', { to: away, thread: ['one'] }), soon());
    await channel.send(known, outgoing('three', { to: away }), soon());
    const cursor = { after: start };
    clock.advanceMs(86_400_000);
    const { received } = await channel.receive(known, cursor);
    expect(received.map(({ key }) => key)).toEqual(['answer.one']);
  });
});

describe('the sandbox channel of LinkedIn', () => {
  const profile = (name: string) => `https://www.linkedin.com/in/${name}`;
  const openSeat = async () => {
    const clock = new ManualClock(start);
    const sender = await fixture.call(createSandboxSender, { type: 'linkedin', first_name: 'Sam' });
    const channel = inSandbox(services, workspaceId, clock).channels.get('linkedin')!;
    const receive = async () =>
      (await channel.receive(account(sender.account.id), { after: start })).received;
    return { clock, channel, seat: account(sender.account.id), receive };
  };
  const invitation = (name: string) =>
    outgoing(`${name}@linkedin`, {
      to: profile(name),
      touch: 'connection_request',
      subject: '',
      text: '',
    });
  const soughtFor = (name: string) => sought(`${name}@linkedin`, invitation(name));

  test('people accept and reply at the times in their names, after a day by default', async () => {
    const { clock, channel, seat, receive } = await openSeat();
    for (const name of ['ann', 'bob+accept-2h', 'cas+never']) {
      expect(await channel.send(seat, invitation(name), soon())).toMatchObject({
        ok: true,
        personKey: profile(name),
      });
    }
    const message = { to: profile('dan+accept-1h+reply-3h'), touch: 'message', subject: '' };
    await channel.send(seat, outgoing('first@linkedin', message), soon());
    await channel.send(
      seat,
      outgoing('second@linkedin', { ...message, threadKey: 'chat' }),
      soon(),
    );
    clock.advanceMs(23 * 3_600_000);
    expect(
      (await receive()).map(({ event, from, receivedAt }) => [
        event,
        from,
        receivedAt.toISOString(),
      ]),
    ).toEqual([
      ['connected', profile('bob+accept-2h'), '2026-03-02T11:00:00.000Z'],
      [undefined, profile('dan+accept-1h+reply-3h'), '2026-03-02T12:00:00.000Z'],
    ]);
    clock.advanceMs(3_600_000);
    expect((await receive()).at(-1)).toMatchObject({
      event: 'connected',
      from: profile('ann'),
      subject: null,
    });
  });

  test('people are already connected or unreachable when their names say so', async () => {
    const { channel, seat } = await openSeat();
    expect(await channel.send(seat, invitation('eve+connected'), soon())).toMatchObject({
      ok: true,
      alreadyConnected: true,
    });
    expect(await channel.find(seat, soughtFor('eve+connected'))).toBe('absent');
    expect(await channel.send(seat, invitation('fox+unreachable'), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'unreachable_person' },
    });
  });

  test('a withdrawn invitation cannot be accepted, and an accepted one is gone', async () => {
    const { clock, channel, seat, receive } = await openSeat();
    for (const name of ['gus+accept-1h', 'hal+accept-3h', 'ivy+never'])
      await channel.send(seat, invitation(name), soon());
    clock.advanceMs(2 * 3_600_000);
    expect(await channel.withdraw!(seat, soughtFor('gus+accept-1h'))).toBe('gone');
    expect(await channel.withdraw!(seat, soughtFor('hal+accept-3h'))).toBe('withdrawn');
    expect(await channel.withdraw!(seat, soughtFor('ivy+never'))).toBe('withdrawn');
    expect(await channel.withdraw!(seat, soughtFor('never sent'))).toBe('gone');
    clock.advanceMs(48 * 3_600_000);
    expect((await receive()).map(({ from }) => from)).toEqual([profile('gus+accept-1h')]);
    expect(
      await channel.withdraw!(
        { ...seat, emailAddress: 'sam+refused@sender.test' },
        soughtFor('ivy+never'),
      ),
    ).toMatchObject({
      kind: 'credentials',
    });
  });
});
