import { describe, expect, test } from 'vitest';
import { NoAnswerError, UnipileError } from './client.ts';
import { faultOf, faultOfReading } from './fault.ts';

const hour = 3_600_000;
const kindOf = (status: number, type: string) =>
  faultOf(new UnipileError(status, type, 'because')).kind;

describe('an error of Unipile', () => {
  test.each([
    [
      'the session is over',
      'credentials',
      401,
      ['disconnected_account', 'expired_credentials', 'invalid_credentials', 'checkpoint_error'],
    ],
    ['the session is over', 'credentials', 401, ['wrong_account', 'account_mismatch']],
    [
      'the session is over',
      'credentials',
      401,
      ['invalid_checkpoint_solution', 'invalid_proxy_credentials', 'something_new', 'constructor'],
    ],
    [
      'the account is locked',
      'credentials',
      403,
      ['account_restricted', 'account_mismatch', 'session_mismatch', 'action_required'],
    ],
    ['the account is locked', 'credentials', 403, ['unknown_authentication_context']],
    [
      'the account lacks a product',
      'refused',
      401,
      ['multiple_sessions', 'insufficient_privileges', 'disconnected_feature'],
    ],
    ['the account lacks a product', 'refused', 422, ['invalid_account']],
    ['an address that moved', 'temporary', 301, ['unknown']],
    ['the key of this server', 'temporary', 401, ['missing_credentials']],
    [
      'the seat may not',
      'refused',
      403,
      ['feature_not_subscribed', 'subscription_required', 'insufficient_permissions'],
    ],
    ['the seat may not', 'refused', 403, ['resource_access_restricted']],
    ['credits are used up', 'rate_limited', 422, ['insufficient_credits']],
    [
      'the person',
      'unreachable_person',
      422,
      ['invalid_recipient', 'blocked_recipient', 'user_unreachable', 'cannot_invite_attendee'],
    ],
    ['the person', 'unreachable_person', 422, ['not_allowed_inmail']],
    [
      'the person',
      'unreachable_person',
      404,
      ['resource_not_found', 'invalid_resource_identifier'],
    ],
    ['no connection', 'not_connected', 422, ['no_connection_with_recipient']],
    [
      'invited already',
      'already_invited',
      422,
      ['already_invited_recently', 'action_already_performed'],
    ],
    [
      'limits',
      'rate_limited',
      422,
      [
        'cannot_resend_yet',
        'cannot_resend_within_24hrs',
        'limit_exceeded',
        'connection_limit_reached',
      ],
    ],
    ['limits', 'rate_limited', 429, ['too_many_requests', 'anything']],
    [
      'the text',
      'refused',
      400,
      ['too_many_characters', 'invalid_parameters', 'content_too_large'],
    ],
    ['the text', 'refused', 422, ['unprocessable_entity', 'invalid_message']],
    ['not built', 'refused', 501, ['feature_not_implemented']],
    ['the server', 'ambiguous', 500, ['provider_error', 'unexpected_error', 'too_many_requests']],
    ['the server', 'ambiguous', 502, ['unknown', 'limit_exceeded']],
    ['the server', 'ambiguous', 503, ['no_client_session', 'network_down', 'service_unavailable']],
    ['the server', 'ambiguous', 504, ['request_timeout']],
    ['the server', 'ambiguous', 408, ['request_timeout', 'unknown']],
    ['the server', 'ambiguous', 422, ['request_timeout']],
  ] as const)('%s: %s', (_subject, kind, status, types) => {
    expect(types.map((type) => kindOf(status, type))).toEqual(types.map(() => kind));
  });

  test('LinkedIn’s limits are a day long, those of the API an hour, and Retry-After wins', () => {
    const daily = [
      'limit_exceeded',
      'connection_limit_reached',
      'cannot_resend_yet',
      'cannot_resend_within_24hrs',
    ];
    for (const type of daily)
      expect(faultOf(new UnipileError(422, type, 'x'), 'message').rest, type).toEqual({
        of: 'message',
        ms: 24 * hour,
        reason: 'x',
      });
    expect(faultOf(new UnipileError(429, 'something_new', 'x')).retryAfterMs).toBe(hour);
    expect(faultOf(new UnipileError(429, 'too_many_requests', 'x')).retryAfterMs).toBe(hour);
    expect(faultOf(new UnipileError(429, 'too_many_requests', 'x', 90_000)).retryAfterMs).toBe(
      90_000,
    );
  });

  test('after an error of the server the sender rests, longer where it may be a limit', () => {
    const waitOf = (status: number, retryAfterMs?: number) =>
      faultOf(new UnipileError(status, 'x', 'x', retryAfterMs)).retryAfterMs;
    expect([500, 502, 503, 504].map((status) => waitOf(status))).toEqual([
      hour,
      hour / 4,
      hour / 4,
      hour / 4,
    ]);
    expect(waitOf(503, 90_000)).toBe(90_000);
    expect(faultOf(new UnipileError(500, 'x', 'x'), 'connection_request')).toMatchObject({
      kind: 'ambiguous',
      rest: { of: 'connection_request', ms: hour, grows: true },
    });
    expect(faultOfReading(new UnipileError(503, 'x', 'x'))).toEqual({
      kind: 'temporary',
      code: 'x 503',
      detail: 'x',
    });
  });

  test('a code never begins with a digit, which would count against the person', () => {
    expect(faultOf(new UnipileError(503, 'network_down', 'x')).code).toBe('network_down 503');
  });

  test('a restricted account is told what helps, which is no login here', () => {
    const { detail } = faultOf(new UnipileError(403, 'account_restricted', 'x'));
    expect(detail).toMatch(/restricted.*linkedin\.com/);
  });

  test('a refused key is named in the fault', () => {
    expect(faultOf(new UnipileError(401, 'missing_credentials', 'x')).detail).toContain(
      'POSTRIDER_UNIPILE_API_KEY',
    );
  });
});

describe('a call without an answer', () => {
  const [before, after] = [
    new NoAnswerError('x', { code: 'ECONNREFUSED', maybeReceived: false }),
    new NoAnswerError('x', { code: 'UND_ERR_SOCKET', maybeReceived: true }),
  ];

  test('is temporary before the request was sent and ambiguous afterwards', () => {
    expect([faultOf(before).kind, faultOf(after).kind]).toEqual(['temporary', 'ambiguous']);
    expect(faultOfReading(after).kind).toBe('temporary');
  });

  test('any other error is thrown', () => {
    expect(() => faultOf(new TypeError('a mistake of ours'))).toThrow('a mistake of ours');
  });
});
