import { expect, it } from 'vitest';
import { limitsOf, startLimits, weeklyLimits } from './sender-limit.ts';

const none = { weekly_connection_limit: null, weekly_message_limit: null };

it('gives LinkedIn seats the usual weekly limits, more to premium ones', () => {
  expect(weeklyLimits({ type: 'linkedin', is_premium: false, ...none })).toEqual({
    weekly_connection_limit: 80,
    weekly_message_limit: 100,
  });
  expect(weeklyLimits({ type: 'linkedin', is_premium: true, ...none })).toEqual({
    weekly_connection_limit: 100,
    weekly_message_limit: 150,
  });
});

it("prefers a sender's own limits", () => {
  expect(
    weeklyLimits({
      type: 'linkedin',
      is_premium: true,
      weekly_connection_limit: 20,
      weekly_message_limit: null,
    }),
  ).toEqual({
    weekly_connection_limit: 20,
    weekly_message_limit: 150,
  });
});

it('knows no weekly limits of mailboxes', () => {
  expect(new Set(Object.values(limitsOf({ type: 'email', is_premium: false, ...none })))).toEqual(
    new Set([null]),
  );
  expect(limitsOf({ type: 'linkedin', is_premium: false, ...none })).toMatchObject({
    max_connection_limit: 150,
    recommended_connection_limit: 100,
  });
});

it('begins an account on X at the rate that is safe there', () => {
  expect(startLimits('x')).toEqual({ daily_limit: 192, hourly_limit: 8, min_gap_seconds: 300 });
  expect(startLimits('email')).toEqual({
    daily_limit: 30,
    hourly_limit: null,
    min_gap_seconds: 60,
  });
});
