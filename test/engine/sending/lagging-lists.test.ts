import { beforeEach, describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { readMessages } from '../../fixtures/engine.ts';
import { launcher, openLinkedinFixture, write } from '../../fixtures/linkedin.ts';
import { openXFixture } from '../../fixtures/x.ts';
import type { Fault as UnipileFault } from '../../peers/unipile/state.ts';
import type { Fault as XFault } from '../../peers/x/state.ts';

const lagMs = minuteMs;

describe('a message that LinkedIn took, while its list lags by a minute', async () => {
  const fixture = await openLinkedinFixture();
  const { unipile, look, runFor } = fixture;
  const launch = launcher(fixture);
  beforeEach(() => {
    unipile.state.listLagMs = lagMs;
  });

  const answers: [string, Partial<UnipileFault>][] = [
    ['an error of the server', { answer: { status: 500, type: 'provider_error' } }],
    ['a bad gateway', { answer: { status: 502, type: 'unknown' } }],
    ['a service that is away', { answer: { status: 503, type: 'no_channel' } }],
    ['a timeout', { answer: { status: 504, type: 'request_timeout' } }],
    ['a timeout by another status', { answer: { status: 408, type: 'request_timeout' } }],
    ['a cut connection', { cut: 'after' }],
    ['no ids', { withholds: ['invitation_id', 'chat_id', 'message_id'] }],
  ];
  test.each(answers)('is not sent again after %s', async (_name, answer) => {
    const { id, seat, slug } = await launch({ nodes: [write], names: ['ann'] });
    unipile.befriend(seat, slug);
    unipile.addFault({ on: 'POST /chats', after: true, ...answer });
    await runFor(minuteMs / 2);
    expect(unipile.conversation(seat, slug)).toHaveLength(1);
    await look();
    expect((await readMessages(fixture, id))[0]).toMatchObject({ state: 'reserved' });
    await runFor(5 * minuteMs);
    await look();
    expect((await readMessages(fixture, id))[0]).toMatchObject({ state: 'sent', attempts: 1 });
    await runFor(dayMs);
    expect(unipile.conversation(seat, slug)).toHaveLength(1);
    await fixture.checkLaws();
  });

  test('is found before a second try although both looks came too early', async () => {
    const { id, seat, slug } = await launch({ nodes: [write], names: ['bob'] });
    unipile.befriend(seat, slug);
    unipile.state.listLagMs = hourMs;
    unipile.addFault({
      on: 'POST /chats',
      after: true,
      answer: { status: 504, type: 'request_timeout' },
    });
    await runFor(minuteMs);
    await fixture.recover();
    expect((await readMessages(fixture, id))[0]).toMatchObject({ state: 'draft' });
    unipile.state.listLagMs = 0;
    await runFor(dayMs);
    expect((await readMessages(fixture, id))[0]).toMatchObject({ state: 'sent', attempts: 2 });
    expect(unipile.conversation(seat, slug)).toHaveLength(1);
    await fixture.checkLaws();
  });

  test('is not tried again while LinkedIn cannot be asked about it', async () => {
    const { id, seat, slug } = await launch({ nodes: [write], names: ['cid'] });
    unipile.befriend(seat, slug);
    unipile.state.listLagMs = hourMs;
    unipile.addFault({ on: 'POST /chats', cut: 'after' });
    await runFor(minuteMs);
    await fixture.recover();
    unipile.state.listLagMs = 0;
    unipile.addFault({ on: 'GET /messages', times: 2, cut: 'before' });
    await runFor(dayMs);
    expect((await readMessages(fixture, id))[0]).toMatchObject({ state: 'sent', attempts: 4 });
    expect(unipile.conversation(seat, slug)).toHaveLength(1);
  });

  test('is found although LinkedIn does not flag it as the account’s own', async () => {
    const { id, seat, slug } = await launch({ nodes: [write], names: ['dee'] });
    unipile.befriend(seat, slug);
    seat.misflags = true;
    unipile.addFault({ on: 'POST /chats', cut: 'after' });
    await runFor(minuteMs);
    await look();
    expect((await readMessages(fixture, id))[0]).toMatchObject({ state: 'sent' });
    await runFor(dayMs);
    expect(unipile.conversation(seat, slug)).toHaveLength(1);
  });
});

describe('a message that X took, while its list lags by a minute', async () => {
  const fixture = await openXFixture();
  const { x, look, runFor } = fixture;
  const answers: [string, XFault['with']][] = [
    ['an error of the server', { status: 500 }],
    ['a gateway that waited too long', { status: 504 }],
    ['a timeout', { status: 408 }],
    ['an answer elsewhere', { status: 303, headers: { location: '/' } }],
    ['a cut connection', 'drop'],
    ['no ids', { status: 201, body: { data: {} } }],
    ['an empty answer', { status: 200 }],
  ];

  test.each(answers)('is not sent again after %s', async (name, answer) => {
    const user = `jane_${answers.findIndex(([one]) => one === name)}`;
    x.addUser(user);
    x.state.listLagMs = lagMs;
    const sender = await fixture.connect(`seller_${user}`);
    x.addFault({ route: 'send', after: true, with: answer });
    const id = await fixture.launch({
      name,
      senders: [sender],
      nodes: [{ type: 'message', body: 'Hello' }],
      handles: [user],
    });
    await runFor(minuteMs / 2);
    expect(x.conversation(`seller_${user}`, user)).toHaveLength(1);
    await look();
    expect((await readMessages(fixture, id))[0]).toMatchObject({ state: 'reserved' });
    await runFor(5 * minuteMs);
    await look();
    expect((await readMessages(fixture, id))[0]).toMatchObject({ state: 'sent', attempts: 1 });
    await runFor(dayMs);
    expect(x.conversation(`seller_${user}`, user)).toHaveLength(1);
    await fixture.checkLaws();
  });
});

describe('a mail that a server took, while its Sent folder lags', async () => {
  let how: 'answer' | 'cut' | 'silent' = 'cut';
  const t = await openEmailFixture({
    sink: {
      answer: () => (how === 'answer' ? '421 4.4.2 Timeout of the server behind' : undefined),
      cut: () => how === 'cut',
      silent: () => how === 'silent',
    },
    env: { POSTRIDER_SEND_SECONDS: '4' },
  });

  test.each(['answer', 'cut', 'silent'] as const)(
    'is not sent again after this: %s',
    async (one) => {
      how = one;
      t.mailServer.find = () => 'absent';
      const sender = await addMailbox(t, {
        address: `sam-${one}@sender.test`,
        smtp: t.sink,
        minGapSeconds: 1,
      });
      const [person] = people(1, one);
      const id = await launchEmailCampaign(t, {
        name: one,
        senders: [sender],
        nodes: [hello],
        people: [person!],
      });
      await t.runFor(minuteMs);
      await t.look();
      expect((await readMessages(t, id))[0]).toMatchObject({ state: 'reserved' });
      t.mailServer.find = () => 'found';
      await t.look();
      expect((await readMessages(t, id))[0]).toMatchObject({ state: 'sent', attempts: 1 });
      await t.runFor(dayMs);
      expect(mailsByRecipient(t)[person!.email]).toBe(1);
      await t.checkLaws();
    },
    30_000,
  );
});
