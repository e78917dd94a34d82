import { describe, expect, it } from 'vitest';
import {
  campaignTypeNames,
  freeName,
  nameLength,
  nameStem,
  statsFrom,
  whyIgnored,
} from './campaign.ts';

describe('names', () => {
  it('get the next free number', () => {
    expect(freeName('Q2', new Set(['Q2']))).toBe('Q2 (2)');
    expect(freeName('Q2 (2)', new Set(['Q2', 'Q2 (2)', 'Q2 (3)']))).toBe('Q2 (4)');
  });

  it('stay within the maximum length with a number', () => {
    const name = 'x'.repeat(nameLength.max);
    expect(freeName(name, new Set([name])).length).toBeLessThanOrEqual(nameLength.max);
    expect(nameStem(`${'x'.repeat(nameLength.max - 14)}😀😀`).isWellFormed()).toBe(true);
  });
});

describe('fields', () => {
  it('are ignored in campaigns of another type', () => {
    expect(whyIgnored('daily_limit', { type: 'linkedin', status: 'draft' })).toMatch(
      /not a field of linkedin/,
    );
    expect(whyIgnored('connection_timeout_days', { type: 'email', status: null })).toMatch(
      /not a field of email/,
    );
    for (const type of campaignTypeNames)
      expect(whyIgnored('name', { type, status: 'completed' })).toBeNull();
  });

  it('have operating_hours for email campaigns on PATCH, not on create', () => {
    expect(whyIgnored('operating_hours', { type: 'email', status: null })).toMatch(
      /PATCH accepts it/,
    );
    expect(whyIgnored('operating_hours', { type: 'email', status: 'active' })).toBeNull();
  });

  it('of drafts are ignored after the launch', () => {
    expect(whyIgnored('signature', { type: 'email', status: 'draft' })).toBeNull();
    for (const status of ['launching', 'active', 'paused', 'completed']) {
      expect(whyIgnored('signature', { type: 'email', status })).toMatch(status);
    }
  });
});

it('stats count prospects by status, and the total', () => {
  const stats = statsFrom([
    { name: 'pending', n: 3 },
    { name: 'sent', n: 2 },
    { name: 'pending', n: 1 },
    { name: 'contacted', n: 5 },
    { name: 'something_else', n: 9 },
  ]);
  expect(stats).toMatchObject({
    total: 6,
    pending: 4,
    sent: 2,
    contacted: 5,
    replied: 0,
    clicked: 0,
  });
});
