import { beforeEach, describe, expect, test } from 'vitest';
import { openLinkedinChannel, soon } from '../../../test/fixtures/linkedin.ts';
import { dayMs, hourMs } from '../../domain/time.ts';
import { sought } from '../channel.suite.ts';
import type { Outgoing } from '../channel.ts';

const { clock, unipile, channel, idOf, outgoing, meet } = await openLinkedinChannel();
const soughtFor = (message: Outgoing) => sought(message.key, message);
const memberOf = (slug: string) => unipile.state.members.find((one) => one.slug === slug)!;

let { slug, seat, account } = meet();
beforeEach(() => {
  ({ slug, seat, account } = meet());
});
const send = (more: Partial<Outgoing> = {}) => channel.send(account, outgoing(slug, more), soon());

describe('LinkedIn’s one answer for a person and for an account', () => {
  test('an invitation was withdrawn or ignored: the person fails alone', async () => {
    await send();
    expect(await channel.withdraw!(account, soughtFor(outgoing(slug)))).toBe('withdrawn');
    expect(await send()).toMatchObject({
      fault: { kind: 'unreachable_person', code: 'cannot_resend_yet 422' },
    });
    const ignoring = unipile.addMember(`${slug}-ignoring`, { ignores: true }).slug;
    const again = () => channel.send(account, outgoing(ignoring), soon());
    await again();
    expect(await again()).toMatchObject({
      fault: { kind: 'unreachable_person', detail: expect.stringContaining('ignored') },
    });
  });

  test('the profile tells nothing: the person is put off, and counts', async () => {
    unipile.addFault({
      on: 'POST /users/invite',
      answer: { status: 422, type: 'cannot_resend_within_24hrs' },
    });
    expect(await send()).toMatchObject({
      fault: {
        kind: 'rate_limited',
        rest: { of: 'connection_request', ms: dayMs, afterPeople: 3 },
      },
    });
  });

  test('the person has invited the account: their acceptance is waited for', async () => {
    memberOf(slug).invites = true;
    expect(await send()).toMatchObject({
      fault: { kind: 'already_invited', detail: expect.stringContaining('accept it on LinkedIn') },
    });
    expect(await channel.find(account, soughtFor(outgoing(slug)))).toBe('absent');
  });

  test('the person is a connection by now', async () => {
    unipile.befriend(seat, slug);
    unipile.addFault({
      on: 'POST /users/invite',
      answer: { status: 422, type: 'cannot_resend_yet' },
    });
    expect(await send({ personKey: idOf(slug) })).toMatchObject({ alreadyConnected: true });
  });

  test('no refusal walks through the list of invitations', async () => {
    const before = unipile.calls('GET /users/invite/sent').length;
    await send();
    await send();
    expect(unipile.calls('GET /users/invite/sent')).toHaveLength(before);
  });
});

describe('a note that LinkedIn does not take', () => {
  test.each([
    ['LinkedIn takes no more notes', 'Hello'],
    ['it is too long for this account', 'x'.repeat(250)],
  ])('is left out where it may be: %s', async (_why, text) => {
    seat.notesUsedUp = true;
    expect(await send({ text, isTextOptional: true })).toMatchObject({
      ok: true,
      rest: { of: 'note', ms: 30 * dayMs },
    });
    expect(unipile.state.invitations.at(-1)).toMatchObject({ member: { slug }, note: null });
  });

  test('keeps the invitation back where it must go along', async () => {
    seat.notesUsedUp = true;
    expect(await send({ text: 'Hello' })).toMatchObject({ fault: { kind: 'rate_limited' } });
    expect(unipile.invited(seat)).toEqual([]);
  });

  test('is no reason to invite a person whose invitation is pending already', async () => {
    await send();
    unipile.addFault({
      on: 'POST /users/invite',
      answer: { status: 422, type: 'cannot_resend_yet' },
    });
    expect(await send({ text: 'Hello', isTextOptional: true })).toMatchObject({
      fault: { kind: 'already_invited' },
    });
  });
});

describe('limits', () => {
  test.each([
    [75, undefined],
    [90, { of: 'connection_request', ms: dayMs }],
    [97, { of: 'connection_request', ms: dayMs }],
  ])('invitations rest a day once %i percent are used up', async (usage, rest) => {
    seat.usage = usage;
    const sent = await send();
    expect(sent).toMatchObject({ ok: true, ...(rest ? { rest } : {}) });
    expect('rest' in sent).toBe(rest !== undefined);
  });

  test('a limit of messages is none of invitations', async () => {
    unipile.befriend(seat, slug);
    unipile.addFault({ on: 'POST /chats', answer: { status: 422, type: 'limit_exceeded' } });
    expect(await send({ touch: 'message', text: 'Hi' })).toMatchObject({
      fault: { kind: 'rate_limited', rest: { of: 'message' } },
    });
  });
});

describe('an address that LinkedIn asks for', () => {
  test('is given when it is known', async () => {
    memberOf(slug).email = 'jane@people.test';
    expect(await send({ email: 'jane@people.test', text: 'Hi' })).toMatchObject({ ok: true });
    expect(unipile.state.invitations.at(-1)).toMatchObject({ member: { slug }, note: 'Hi' });
  });

  test.each([null, 'another@people.test'])('fails the person when it is %s', async (email) => {
    memberOf(slug).email = 'jane@people.test';
    expect(await send({ email })).toMatchObject({ fault: { kind: 'unreachable_person' } });
    expect(unipile.invited(seat)).toEqual([]);
  });
});

describe('an address of Sales Navigator or Recruiter', () => {
  test.each(['ACwAAAsales', 'AEMAArecruiter'])(
    'is the person’s, whose usual id is written to (%s)',
    async (prefix) => {
      seat.hasProducts = true;
      const salesId = `${prefix}-${slug}`;
      memberOf(slug).salesId = salesId;
      const to = `https://www.linkedin.com/in/${salesId}`;
      expect(await send({ to })).toMatchObject({ ok: true, personKey: idOf(slug) });
      expect(unipile.invited(seat)).toEqual([slug]);
    },
  );

  test('needs another where the account lacks the product', async () => {
    memberOf(slug).salesId = `ACwAAAsales-${slug}`;
    const to = `https://www.linkedin.com/in/ACwAAAsales-${slug}`;
    expect(await send({ to })).toMatchObject({
      fault: { kind: 'unreachable_person', detail: expect.stringContaining('linkedin.com/in/') },
    });
  });
});

describe('a like', () => {
  const like = { touch: 'like' };
  const likes = () => unipile.state.posts.map((post) => post.likes.length);

  test('goes to the latest post of the person’s own, and once', async () => {
    for (const isRepost of [false, false, true]) {
      unipile.post(slug, { isRepost });
      clock.advanceMs(hourMs);
    }
    const sent = { ok: true, response: expect.stringContaining('urn:li:activity') };
    expect([await send(like), await send(like)]).toMatchObject([sent, sent]);
    expect(likes()).toEqual([0, 1, 0]);
  });

  test('is skipped when the person has no post of late', async () => {
    unipile.state.posts.length = 0;
    expect(await send(like)).toMatchObject({ ok: true, skipped: 'no_post' });
    unipile.post(slug);
    expect(
      await send({ ...like, date: new Date(clock.now().getTime() + 61 * dayMs) }),
    ).toMatchObject({ ok: true, skipped: 'no_post' });
    expect(likes()).toEqual([0]);
  });
});

describe('a visit', () => {
  const visit = { touch: 'profile_visit' };

  test('is shown to the person, and asks for nothing', async () => {
    expect(await send(visit)).toMatchObject({ ok: true, personKey: idOf(slug) });
    expect([seat.visits, unipile.invited(seat)]).toEqual([[slug], []]);
    await send();
    expect(seat.visits).toEqual([slug]);
  });

  test('of too many is put off, and the other touches go on', async () => {
    const answer = { status: 429, type: 'too_many_requests' };
    unipile.addFault({ on: 'GET /users/{identifier}', answer });
    expect(await send({ ...visit, personKey: idOf(slug) })).toMatchObject({
      fault: { kind: 'rate_limited', rest: { of: 'profile_visit' } },
    });
  });

  test('shows nowhere, so that one in doubt stays so', async () => {
    expect(await channel.find(account, soughtFor(outgoing(slug, visit)))).toBe('unknown');
  });
});

describe('taking an invitation back', () => {
  test.each([404, 400])(
    'goes by the list when the id of the answer is not the list’s (%i)',
    async (status) => {
      unipile.state.otherIds = status;
      const sent = await send();
      const { providerKey } = sent as { providerKey: string };
      const invitation = { ...soughtFor(outgoing(slug)), providerKey, personKey: idOf(slug) };
      expect(await channel.withdraw!(account, invitation)).toBe('withdrawn');
      expect(unipile.invited(seat)).toEqual([]);
      expect(await channel.withdraw!(account, invitation)).toBe('gone');
      unipile.state.otherIds = null;
    },
  );

  test('says of an invitation that was accepted that it is gone', async () => {
    await send();
    unipile.accept(seat, slug);
    const invitation = { ...soughtFor(outgoing(slug)), personKey: idOf(slug) };
    expect(await channel.withdraw!(account, invitation)).toBe('gone');
  });

  test('is a fault of the account when the account is gone', async () => {
    await send();
    const invitation = { ...soughtFor(outgoing(slug)), personKey: idOf(slug) };
    unipile.state.seats.splice(unipile.state.seats.indexOf(seat), 1);
    expect(await channel.withdraw!(account, invitation)).toMatchObject({ kind: 'credentials' });
  });
});

describe('an invitation in doubt', () => {
  test('stays in doubt when the person has ignored one, which may be an earlier one', async () => {
    memberOf(slug).ignores = true;
    await send();
    expect(await channel.find(account, soughtFor(outgoing(slug)))).toBe('unknown');
  });

  test('was not made when the earlier one is known to be withdrawn', async () => {
    await send();
    await channel.withdraw!(account, soughtFor(outgoing(slug)));
    expect(await channel.find(account, soughtFor(outgoing(slug)))).toBe('absent');
  });
});

describe('a redirection', () => {
  test.each(['GET /users/{identifier}', 'POST /users/invite'])(
    'of %s to the same server is followed',
    async (on) => {
      const path = on.startsWith('GET') ? `/api/v1/users/${slug}` : '/api/v1/users/invite';
      const headers = { location: `${unipile.url}${path}?account_id=${seat.id}` };
      unipile.addFault({ on, answer: { status: 301, type: 'moved', headers } });
      expect(await send()).toMatchObject({ ok: true });
    },
  );

  test('to another server is not, and the key stays here', async () => {
    const headers = { location: 'http://elsewhere.test/api/v1/users/invite' };
    unipile.addFault({ on: 'POST /users/invite', answer: { status: 308, type: 'moved', headers } });
    expect(await send()).toMatchObject({
      fault: { kind: 'temporary', detail: expect.stringContaining('POSTRIDER_UNIPILE_DSN') },
    });
  });
});
