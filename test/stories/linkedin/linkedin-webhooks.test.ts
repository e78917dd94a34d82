import { describe, expect, it } from 'vitest';
import { listSeatsOfWorkspace } from '../../../src/operations/unipile/accounts.ts';
import { connectSeat } from '../../../src/operations/unipile/connect.ts';
import { openLinkedinFixture } from '../../fixtures/linkedin.ts';

const fixture = await openLinkedinFixture();
const { call, unipile } = fixture;

/** Posts to Postrider as Unipile's servers do. */
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${fixture.services.config.publicUrl}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
const seats = async () => (await call(listSeatsOfWorkspace, {})).accounts;

/** The headers with the secret that Unipile was asked to send along. */
const secretHeaders = (): Record<string, string> =>
  Object.fromEntries(unipile.state.hooks[0]!.headers.map(({ key, value }) => [key, value]));

describe('webhooks', () => {
  it('webhooks are registered once, at our address, with a secret', async () => {
    const hooks = () => unipile.state.hooks.map(({ source, request_url }) => [source, request_url]);
    const address = `${fixture.services.config.publicUrl}/unipile/news`;
    await call(connectSeat, {});
    expect(hooks()).toEqual(
      ['messaging', 'users', 'account_status'].map((source) => [source, address]),
    );
    unipile.state.hooks[0]!.name = 'of another secret';
    await call(connectSeat, {});
    expect(hooks().sort()).toEqual(
      ['account_status', 'messaging', 'users'].map((source) => [source, address]),
    );
  });

  it('a webhook needs the secret and readable JSON', async () => {
    const { id, seat } = await fixture.connect('john-mccarthy');
    const news = {
      AccountStatus: { account_id: seat.id, account_type: 'LINKEDIN', message: 'CREDENTIALS' },
    };
    const secret = secretHeaders();
    const wrong = { ...secret, 'x-postrider-secret': `${secret['x-postrider-secret']}x` };
    const status = async () => (await seats()).find((account) => account.id === id)!.status;
    expect([
      (await post('/unipile/news', news)).status,
      (await post('/unipile/news', news, wrong)).status,
    ]).toEqual([404, 404]);
    expect(await status()).toBe('connected');
    expect((await post('/unipile/news', news, secret)).status).toBe(200);
    expect(await status()).toBe('credentials_required');
    const broken = await fetch(`${fixture.services.config.publicUrl}/unipile/news`, {
      method: 'POST',
      headers: secret,
      body: '{',
    });
    const large = await post('/unipile/news', { text: 'x'.repeat(300_000) }, secret);
    expect([broken.status, large.status]).toEqual([400, 413]);
  });

  it('a webhook of any content is accepted, and applied or ignored', async () => {
    const { seat } = await fixture.connect('ada-lovelace');
    const secret = secretHeaders();
    const unknownStatuses = ['constructor', 'toString', '__proto__'].map((message) => ({
      AccountStatus: { account_id: seat.id, message },
    }));
    const message = {
      event: 'message_received',
      account_id: seat.id,
      chat_id: 'c',
      timestamp: '2026-03-02T09:00:00Z',
    };
    const sender = { attendee_provider_id: 'somebody' };
    const written = [
      { message_id: 'a', message: '\u0000😀\ud83d', sender },
      { message_id: 'b', subject: `${'x'.repeat(999)}😀`, sender },
      { message_id: '\ud83d', sender: { attendee_provider_id: `../../${'😀'.repeat(240)}` } },
      { message_id: 'c', timestamp: '+275760-09-13T00:00:00Z', sender },
      { message_id: 'd', is_sender: true, attendees: [{ attendee_provider_id: '\u0000' }] },
      { message_id: 'e', account_id: 7 },
    ].map((more) => ({ ...message, ...more }));
    const unknownSeat = { AccountStatus: { account_id: 'unknown', message: 'OK' } };
    for (const odd of [
      [],
      'text',
      null,
      { event: 'message_read' },
      unknownSeat,
      ...unknownStatuses,
      ...written,
    ])
      expect((await post('/unipile/news', odd, secret)).status, JSON.stringify(odd)).toBe(200);
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(
      (
        await fetch(`${fixture.services.config.publicUrl}/unipile/news`, {
          method: 'POST',
          headers: secret,
          body: nested,
        })
      ).status,
    ).toBe(200);
    await fixture.readInboxes();
    const open = fixture.db
      .selectFrom('inbound_messages')
      .selectAll()
      .where('applied_at', 'is', null);
    expect(await open.execute(), 'each event is applied or ignored').toEqual([]);
  });
});
