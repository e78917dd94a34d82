import { beforeEach, describe, expect, test } from 'vitest';
import { accountOf, openLinkedinChannel, soon } from '../../../test/fixtures/linkedin.ts';
import { AccountFailure } from '../channel.ts';
import { nextRelationsAt } from './receive.ts';
import { readWebhook } from './webhook.ts';

const { clock, unipile, channel, idOf, outgoing, meet } = await openLinkedinChannel();

let { slug, seat, account } = meet();
beforeEach(() => {
  ({ slug, seat, account } = meet());
});

describe('receiving', () => {
  const start = async () =>
    JSON.parse(JSON.stringify((await channel.receive(account, null)).cursor)) as unknown;

  test('leaves out the seat’s own messages', async () => {
    const cursor = await start();
    clock.advanceMs(1_000);
    unipile.befriend(seat, slug);
    unipile.writeByHand(seat, slug, 'From my phone');
    unipile.write(seat, slug, 'Thanks');
    const { received } = await channel.receive(account, cursor);
    expect(received).toMatchObject([
      {
        text: 'Thanks',
        from: `https://www.linkedin.com/in/${idOf(slug)}`,
        facts: { identities: [idOf(slug)] },
      },
    ]);
  });

  test('a note in a conversation and a new connection are the same acceptance', async () => {
    account = accountOf(seat.id, [
      { personKey: idOf(slug), key: 'invitation-1', text: 'Hello  there', at: clock.now() },
    ]);
    const cursor = await start();
    await channel.send(account, outgoing(slug, { text: 'Hello there' }), soon());
    clock.advanceMs(1_000);
    unipile.accept(seat, slug);
    const note = await channel.receive(account, cursor);
    const acceptance = {
      event: 'connected',
      sourceKey: `connected/${idOf(slug)}/invitation-1`,
      receivedAt: clock.now(),
    };
    expect(note.received).toMatchObject([acceptance]);
    clock.advanceTo(nextRelationsAt(account.id, clock.now()));
    const relations = await channel.receive(account, note.cursor);
    expect(relations.received).toMatchObject([acceptance]);
  });

  test('reads connections only when due, and an uninvited one is no acceptance', async () => {
    const cursor = await start();
    clock.advanceMs(1_000);
    unipile.befriend(seat, slug);
    const reads = () => unipile.calls('GET /users/relations').length;
    const before = reads();
    const soonAfter = await channel.receive(account, cursor);
    expect([soonAfter.received, reads()]).toEqual([[], before]);
    clock.advanceTo(nextRelationsAt(account.id, clock.now()));
    const later = await channel.receive(account, soonAfter.cursor);
    expect([later.received, reads()]).toEqual([[], before + 1]);
    await channel.receive(account, later.cursor);
    expect(reads()).toBe(before + 1);
  });

  test('a failed read of the connections blocks no message and is repeated soon', async () => {
    account = accountOf(seat.id, [
      { personKey: idOf(slug), key: 'invitation-1', text: '', at: clock.now() },
    ]);
    const cursor = await start();
    clock.advanceTo(nextRelationsAt(account.id, clock.now()));
    unipile.befriend(seat, slug);
    unipile.write(seat, slug, 'Hello');
    unipile.addFault({
      on: 'GET /users/relations',
      answer: { status: 429, type: 'too_many_requests' },
    });
    const first = await channel.receive(account, cursor);
    expect(first.received.map(({ text }) => text)).toEqual(['Hello']);
    clock.advanceMs(1_800_000);
    expect((await channel.receive(account, first.cursor)).received).toMatchObject([
      { event: 'connected' },
    ]);
  });

  test('a message that Unipile shows late is received once', async () => {
    unipile.write(seat, slug, 'early');
    const cursor = await start();
    clock.advanceMs(3_600_000);
    unipile.write(seat, slug, 'late');
    const hidden = unipile.state.messages.pop()!;
    unipile.write(seat, slug, 'later');
    hidden.at = new Date(clock.now().getTime() - 1_800_000);
    const first = await channel.receive(account, cursor);
    unipile.state.messages.push(hidden);
    const second = await channel.receive(account, first.cursor);
    expect([first.received, second.received].map((all) => all.map(({ text }) => text))).toEqual([
      ['later'],
      ['late'],
    ]);
  });

  test('an unexpected row blocks no other, and characters that cannot be stored go', async () => {
    const cursor = await start();
    clock.advanceMs(1_000);
    unipile.write(seat, slug, 'One');
    Object.assign(unipile.state.messages.at(-1)!, { id: '' });
    unipile.write(seat, slug, 'T\u0000wo\ud800');
    expect((await channel.receive(account, cursor)).received.map(({ text }) => text)).toEqual([
      'Two\ufffd',
    ]);
  });

  test('a disconnected seat throws with the health for its sender', async () => {
    const healthStatus = () =>
      channel
        .receive(account, null)
        .then(null, (error: unknown) =>
          error instanceof AccountFailure ? error.health.status : error,
        );
    unipile.setStatus(seat, 'CREDENTIALS');
    expect(await healthStatus()).toBe('credentials_required');
    unipile.setStatus(seat, 'STOPPED');
    expect(await healthStatus()).toBe('error');
    unipile.setStatus(seat, 'SOMETHING_NEW');
    expect(await healthStatus()).toBe('error');
    unipile.setStatus(seat, 'PERMISSIONS');
    expect(await healthStatus()).toBe('credentials_required');
    unipile.setStatus(seat, 'CONNECTING');
    expect(await healthStatus()).toMatchObject({ message: expect.stringContaining('connecting') });
    account = accountOf('gone');
    expect(await healthStatus()).toBe('disconnected');
  });
});

test('connections are read four times a day, at other minutes each day and seat', () => {
  const day = 86_400_000;
  const times: Date[] = [];
  for (
    let at = new Date('2026-03-02T00:00:00Z');
    at.getTime() < Date.parse('2026-03-12T00:00:00Z');
  ) {
    at = nextRelationsAt('seat', at);
    times.push(at);
  }
  expect(times.length).toBeGreaterThanOrEqual(40);
  expect(times.length).toBeLessThanOrEqual(41);
  expect(new Set(times.map((at) => at.getTime() % day)).size).toBe(times.length);
  expect(nextRelationsAt('other', times[0]!)).not.toEqual(nextRelationsAt('seat', times[0]!));
});

describe('webhooks', () => {
  const own = { type: 'LINKEDIN', user_id: 'ACoAAown' };
  const base = {
    event: 'message_received',
    account_id: 'account',
    account_info: own,
    chat_id: 'chat',
    timestamp: '2026-03-02T09:00:00.000Z',
  };
  const from = (id: string) => ({
    sender: { attendee_provider_id: id },
    attendees: [{ attendee_provider_id: 'ACoAAjane' }],
  });
  const invitation = {
    personKey: 'ACoAAjane',
    key: 'invitation-1',
    text: 'Hello',
    at: clock.now(),
  };
  const read = (body: object) =>
    readWebhook(body)!.read(accountOf('account', [invitation]), clock.now());

  test('a message is the same as polling receives', async () => {
    const sent = {
      ...base,
      message_id: 'message-1',
      message: 'Hi',
      is_sender: false,
      ...from('ACoAAjane'),
    };
    expect(await read(sent)).toMatchObject([
      {
        sourceKey: 'message/message-1',
        threadKey: 'chat',
        text: 'Hi',
        facts: { identities: ['ACoAAjane'] },
      },
    ]);
  });

  test('the seat’s own message counts only when it is the note of an invitation', async () => {
    const typed = { ...base, message_id: 'message-2', message: 'Something else' };
    expect(await read({ ...typed, is_sender: true, ...from('ACoAAown') })).toEqual([]);
    expect(await read({ ...typed, ...from('ACoAAown') })).toEqual([]);
    const note = { ...typed, message: 'Hello', is_sender: true, ...from('ACoAAown') };
    expect(await read(note)).toMatchObject([
      { event: 'connected', sourceKey: 'connected/ACoAAjane/invitation-1' },
    ]);
    expect(await read({ ...note, message_type: 'INMAIL' })).toEqual([]);
    expect(await read({ ...note, is_group: true })).toEqual([]);
  });

  test('a message to a group, and one in another inbox, are taken as when polling', async () => {
    const said = { ...base, message_id: 'message-3', message: '', ...from('ACwAAjane') };
    const sender = { attendee_provider_id: 'ACwAAjane', attendee_public_identifier: 'jane' };
    const attachments = [{ type: 'img' }];
    expect(await read({ ...said, sender, attachments })).toMatchObject([
      { text: '[image]', facts: { identities: ['ACwAAjane', 'https://www.linkedin.com/in/jane'] } },
    ]);
    expect(await read({ ...said, is_group: true })).toEqual([]);
  });

  test('an account’s unknown status makes it worth a look', () => {
    const news = (message: string) =>
      readWebhook({ AccountStatus: { account_id: 'account', account_type: 'LINKEDIN', message } });
    expect(['SOMETHING_NEW', 'OK'].map((word) => news(word)!.isUnclear)).toEqual([true, false]);
  });

  test('a new connection is an acceptance only when the person was invited', async () => {
    const made = { event: 'new_relation', account_id: 'account', user_provider_id: 'ACoAAjane' };
    expect(await read(made)).toMatchObject([
      { event: 'connected', sourceKey: 'connected/ACoAAjane/invitation-1' },
    ]);
    expect(await read({ ...made, user_provider_id: 'ACoAAsomebody' })).toEqual([]);
  });

  test.each([
    ['OK', 'active'],
    ['CREATION_SUCCESS', 'active'],
    ['RECONNECTED', 'active'],
    ['SYNC_SUCCESS', 'active'],
    ['CREDENTIALS', 'credentials_required'],
    ['ERROR', 'error'],
    ['STOPPED', 'error'],
    ['PERMISSIONS', 'credentials_required'],
    ['DELETED', 'disconnected'],
    ['CONNECTING', undefined],
    ['SOMETHING_NEW', undefined],
  ])('the status %s of an account makes its sender %s', (message, status) => {
    expect(
      readWebhook({ AccountStatus: { account_id: 'account', account_type: 'LINKEDIN', message } })!
        .health?.status,
    ).toBe(status);
  });

  test('an event that does not concern us is ignored', () => {
    const events = [
      { ...base, message_id: 'm', is_event: 1 },
      { ...base, event: 'message_read' },
      { ...base, message_id: 'm', timestamp: 'then' },
    ];
    expect([null, 1, [], {}, ...events].map(readWebhook)).toEqual(Array(7).fill(null));
  });
});
