import { describe, expect, test } from 'vitest';
import { accountOf, openLinkedinChannel } from '../../../../test/fixtures/linkedin.ts';
import type { Seat } from '../../../../test/peers/unipile/state.ts';
import { sign } from '../../../../test/peers/unipile/v2/events.ts';
import { idV2, messageV2, relationV2 } from '../../../../test/peers/unipile/v2/wire.ts';
import { minuteMs } from '../../../domain/time.ts';
import { openUnipile } from '../unipile.ts';
import { readEvent } from './events.ts';
import { isSignedBy, readSignature } from './signature.ts';

const { clock, unipile, idOf, meet } = await openLinkedinChannel();
const client = openUnipile({ url: unipile.url, apiKey: unipile.apiKey, version: 'v2' }, 5_000);
const eventOf = (seat: Seat, type: string, payload: object) =>
  readEvent(client, { id: 'evt_1', type, account_id: idV2(seat), payload });

describe('a message', () => {
  /** The result of the event of the last message, for an account that sent these invitations. */
  async function readLast(seat: Seat, note: string | null = null) {
    const message = unipile.state.messages.at(-1)!;
    const invited = {
      personKey: message.chat.member.id,
      key: 'our-key',
      text: note ?? '',
      at: clock.now(),
    };
    const account = accountOf(idV2(seat), note === null ? [] : [invited]);
    const found = eventOf(seat, 'message.new', messageV2(seat, message));
    return (await found?.event?.read(account, clock.now())) ?? [];
  }

  test('of the other person is received, with the names of its author', async () => {
    const { seat, slug } = meet();
    unipile.write(seat, slug, 'Hello');
    expect(await readLast(seat)).toMatchObject([
      {
        text: 'Hello',
        threadKey: expect.stringMatching(/^2-/),
        facts: { identities: [idOf(slug)] },
      },
    ]);
  });

  test('of our own is none, also when Unipile does not flag it', async () => {
    const { seat, slug } = meet();
    unipile.writeByHand(seat, slug, 'Hello');
    expect(await readLast(seat)).toEqual([]);
    seat.misflags = true;
    expect(await readLast(seat)).toEqual([]);
  });

  test('in a group is none', async () => {
    const { seat, slug } = meet();
    unipile.write(seat, slug, 'Hello all', { others: [seat.member.slug] });
    expect(await readLast(seat)).toEqual([]);
  });

  test('that is the note of an invitation tells that it was accepted', async () => {
    const { seat, slug } = meet();
    unipile.writeByHand(seat, slug, 'Shall we connect?');
    expect(await readLast(seat, 'Shall we connect?')).toMatchObject([{ event: 'connected' }]);
  });
});

test.each(['relation.new', 'relation.request.accept'])('%s is an acceptance', async (type) => {
  const { seat, slug } = meet();
  const member = unipile.state.members.find((one) => one.slug === slug)!;
  const invited = { personKey: member.id, key: 'our-key', text: '', at: clock.now() };
  const found = eventOf(seat, type, relationV2(seat, member));
  const account = accountOf(idV2(seat), [invited]);
  expect(await found?.event?.read(account, clock.now())).toMatchObject([{ event: 'connected' }]);
});

test.each([
  ['account.status.running', { status: 'active' }, false],
  ['account.status.disconnected', { status: 'credentials_required' }, false],
  ['account.status.errored', { status: 'error' }, false],
  ['account.status.paused', { status: 'error' }, false],
  ['account.locked', { status: 'error' }, false],
  ['account.remove', { status: 'disconnected' }, false],
  ['account.reconnect', { status: 'active', isNewLogin: true }, false],
  ['account.status.partial', null, true],
  ['account.unlocked', null, true],
  ['account.status.something', null, true],
])('%s is health, or asks for a look', (type, health, isUnclear) => {
  const { event } = eventOf(meet().seat, type, {})!;
  expect(event).toMatchObject({ isUnclear });
  if (health === null) expect(event!.health).toBeNull();
  else expect(event!.health).toMatchObject(health);
});

test('a login comes with the name of its link', () => {
  const { seat } = meet();
  const login = { name: 'secret', providerAccountId: idV2(seat) };
  expect(eventOf(seat, 'account.add', { state: 'secret' })).toMatchObject({ login });
  expect(eventOf(seat, 'account.add', {})).toMatchObject({ login: null });
  expect(eventOf(seat, 'account.status.running', { state: 'secret' })).toMatchObject({
    login: null,
  });
});

test.each([null, 'text', [], {}, { type: 'message.new' }, { type: 7, account_id: 'acc_1' }])(
  'a body that is no event of ours is none: %j',
  (body) => expect(readEvent(client, body)).toBeNull(),
);

test.each([{}, { id: 'x' }, 'text', null])(
  'a message that cannot be read is none: %j',
  async (one) => {
    const { seat } = meet();
    const body = { type: 'message.new', account_id: idV2(seat), payload: one };
    const found = readEvent(client, body);
    expect(await found!.event!.read(accountOf(idV2(seat)), clock.now())).toEqual([]);
  },
);

describe('a signature', () => {
  const now = clock.now();
  const header = (at: Date) => sign('body', 'key', at);

  test('holds for five minutes, for its body and its key', () => {
    const signature = readSignature(header(now), now)!;
    expect(isSignedBy(['another', 'key'], signature, 'body')).toBe(true);
    expect(isSignedBy(['key'], signature, 'body ')).toBe(false);
    expect(isSignedBy(['another'], signature, 'body')).toBe(false);
    expect(isSignedBy([], signature, 'body')).toBe(false);
    for (const [minutes, isGood] of [
      [4, true],
      [-4, true],
      [6, false],
      [-6, false],
    ] as const) {
      const at = new Date(now.getTime() + minutes * minuteMs);
      expect(readSignature(header(at), now) !== null).toBe(isGood);
    }
  });

  test.each([undefined, '', 't=1', 't=x,v0=y', ['t=1,v0=2'], `t=1,v0=${'g'.repeat(64)}`])(
    'that has another form is none: %j',
    (text) => expect(readSignature(text, now)).toBeNull(),
  );
});
