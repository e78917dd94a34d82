import { beforeEach, describe, expect, test } from 'vitest';
import { accountOf, openLinkedinChannel, soon } from '../../../test/fixtures/linkedin.ts';
import { freePorts } from '../../../test/peers/ports.ts';
import { dayMs } from '../../domain/time.ts';
import { sought } from '../channel.suite.ts';
import type { Outgoing } from '../channel.ts';

const { unipile, channel, open, idOf, outgoing, meet } = await openLinkedinChannel();
const soughtFor = (message: Outgoing) => sought(message.key, message);

let { slug, seat, account } = meet();
beforeEach(() => {
  ({ slug, seat, account } = meet());
});

describe('inviting', () => {
  test('looks the person up once and returns the ids of invitation and person', async () => {
    const sent = await channel.send(account, outgoing(slug, { text: 'Hello' }), soon());
    const { id, note } = unipile.state.invitations.at(-1)!;
    expect([sent, note]).toEqual([
      { ok: true, response: `invitation ${id}`, providerKey: id, personKey: idOf(slug) },
      'Hello',
    ]);
    const reads = unipile.calls('GET /users/{identifier}').length;
    await channel.withdraw!(account, { ...soughtFor(outgoing(slug)), providerKey: id });
    const other = unipile.addMember(`${slug}-known`);
    await channel.send(account, outgoing(other.slug, { personKey: other.id }), soon());
    expect(unipile.calls('GET /users/{identifier}')).toHaveLength(reads);
  });

  test('reads no profile when the URL contains the opaque id', async () => {
    const reads = unipile.calls('GET /users/{identifier}').length;
    expect(await channel.send(account, outgoing(idOf(slug)), soon())).toMatchObject({
      ok: true,
      personKey: idOf(slug),
    });
    expect(unipile.calls('GET /users/{identifier}')).toHaveLength(reads);
  });

  test('invites no connection, by the profile or by the refusal', async () => {
    unipile.befriend(seat, slug);
    const result = { ok: true, alreadyConnected: true, personKey: idOf(slug) };
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject(result);
    expect(
      await channel.send(account, outgoing(slug, { personKey: idOf(slug) }), soon()),
    ).toMatchObject(result);
    expect(unipile.invited(seat)).toEqual([]);
  });

  test('waits for a pending invitation, and fails after a withdrawn one', async () => {
    await channel.send(account, outgoing(slug), soon());
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'already_invited' },
    });
    expect(await channel.withdraw!(account, soughtFor(outgoing(slug)))).toBe('withdrawn');
    expect(await channel.withdraw!(account, soughtFor(outgoing(slug)))).toBe('gone');
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'unreachable_person', detail: expect.stringContaining('three weeks') },
    });
  });

  test('finds out by the profile which of its two meanings a refusal has', async () => {
    const ambiguousRefusal = {
      on: 'POST /users/invite',
      answer: { status: 422, type: 'cannot_resend_yet' },
    };
    unipile.addFault({ ...ambiguousRefusal });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      ok: false,
      fault: {
        kind: 'rate_limited',
        rest: { of: 'connection_request', ms: dayMs, afterPeople: 3 },
      },
    });
    await channel.send(account, outgoing(slug), soon());
    unipile.addFault({ ...ambiguousRefusal });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'already_invited' },
    });
  });

  test('fails a missing person with the reason, but not for a missing seat', async () => {
    expect(await channel.send(account, outgoing('nobody-here'), soon())).toMatchObject({
      fault: { kind: 'unreachable_person', detail: expect.stringContaining('no such profile') },
    });
    const company = outgoing(slug, { to: 'https://www.linkedin.com/company/acme' });
    expect(await channel.send(account, company, soon())).toMatchObject({
      fault: { kind: 'unreachable_person' },
    });
    expect(await channel.send(accountOf('gone'), outgoing(slug), soon())).toMatchObject({
      fault: { kind: 'credentials' },
    });
  });

  test('refuses a note that is too long for the seat, with the reason', async () => {
    expect(
      await channel.send(account, outgoing(slug, { text: 'x'.repeat(201) }), soon()),
    ).toMatchObject({
      fault: { kind: 'refused', code: 'too_many_characters 400' },
    });
  });
});

describe('an invitation without an answer', () => {
  test('is found in the profile, without a walk through the list, and not sent again', async () => {
    unipile.addFault({ on: 'POST /users/invite', cut: 'after' });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      ok: false,
      fault: { kind: 'ambiguous' },
    });
    expect(await channel.find(account, soughtFor(outgoing(slug)))).toMatchObject({
      found: true,
      personKey: idOf(slug),
    });
    expect(unipile.invited(seat)).toEqual([slug]);
  });

  test('is absent when Unipile never received it', async () => {
    unipile.addFault({ on: 'POST /users/invite', cut: 'before' });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      fault: { kind: 'ambiguous' },
    });
    expect(await channel.find(account, soughtFor(outgoing(slug)))).toBe('absent');
  });

  test('is found as a connection when the person accepted it', async () => {
    await channel.send(account, outgoing(slug), soon());
    unipile.accept(seat, slug);
    expect(await channel.find(account, soughtFor(outgoing(slug)))).toMatchObject({
      found: true,
      personKey: idOf(slug),
    });
  });

  test('cannot be looked for while the session of the seat is over', async () => {
    unipile.setStatus(seat, 'ERROR');
    expect(await channel.find(account, soughtFor(outgoing(slug)))).toBe('unreachable');
  });

  test.each([true, false])(
    'is in doubt after a server error, and the sender slows down (effect: %s)',
    async (after) => {
      const answer = { status: 500, type: 'provider_error' };
      unipile.addFault({ on: 'POST /users/invite', after, answer });
      expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
        fault: { kind: 'ambiguous', rest: { of: 'connection_request', ms: 3_600_000 } },
      });
      expect(unipile.invited(seat)).toEqual(after ? [slug] : []);
      expect(await channel.find(account, soughtFor(outgoing(slug)))).toEqual(
        after ? expect.objectContaining({ found: true }) : 'absent',
      );
    },
  );

  test('is in doubt when the answer names no invitation', async () => {
    unipile.addFault({ on: 'POST /users/invite', withholds: ['invitation_id'] });
    expect(await channel.send(account, outgoing(slug), soon())).toMatchObject({
      fault: { kind: 'ambiguous' },
      personKey: idOf(slug),
    });
  });

  test('is temporary when no server answers at all', async () => {
    const [port] = await freePorts(1);
    const away = open({ POSTRIDER_UNIPILE_DSN: `http://127.0.0.1:${port}` });
    expect(await away.send(account, outgoing(slug), soon())).toMatchObject({
      fault: { kind: 'temporary', code: 'ECONNREFUSED' },
    });
  });
});
