import { describe, expect, it } from 'vitest';
import { ContactCaps, capKeysOf, isCapped } from './contact-caps.ts';

const hour = 3_600_000;
const noon = Date.parse('2026-03-02T12:00:00Z');
const midnight = Date.parse('2026-03-02T23:00:00Z');
const day = (n: number) => midnight + n * 24 * hour;
const acme = { domain: 'acme.com', company: 'acme' };

const capsOf = (
  limits: { domain?: number; company?: number },
  uses: ConstructorParameters<typeof ContactCaps>[2]['uses'] = [],
) =>
  new ContactCaps({ domain: null, company: null, ...limits }, 'Europe/Berlin', { uses, now: noon });

describe('a prospect', () => {
  it('counts for the domain of its address, and for its company without case and blanks', () => {
    expect(capKeysOf({ email: 'a@b@Acme.com', company: '  ACME Inc ' })).toEqual({
      domain: 'acme.com',
      company: 'acme inc',
    });
    expect(capKeysOf({ email: null, company: ' ' })).toEqual({ domain: null, company: null });
  });

  it('counts for a domain or company only where a cap is set', () => {
    expect([
      isCapped({ domain: null, company: null }),
      isCapped({ domain: null, company: 1 }),
    ]).toEqual([false, true]);
    expect(
      capsOf({ company: 1 }).take({ domain: 'acme.com', company: null }, noon, { first: true }),
    ).toEqual({
      ok: true,
      mark: { day: '2026-03-02' },
    });
  });
});

describe('a cap', () => {
  it('lets as many touches through in a local day, and marks the domain of each', () => {
    const caps = capsOf({ domain: 2 });
    expect(caps.take(acme, noon, { first: true })).toEqual({
      ok: true,
      mark: { day: '2026-03-02', domain: 'acme.com' },
    });
    expect(caps.take(acme, noon, { first: false }).ok).toBe(true);
    expect(caps.take(acme, noon, { first: false })).toEqual({
      ok: false,
      kind: 'domain',
      key: 'acme.com',
      until: midnight,
    });
    expect(caps.take({ ...acme, domain: 'else.com' }, noon, { first: true }).ok).toBe(true);
    expect(caps.take(acme, midnight, { first: true }).ok).toBe(true);
  });

  it('counts nothing for the company when the domain is full', () => {
    const caps = capsOf({ domain: 1, company: 2 });
    caps.take(acme, noon, { first: true });
    caps.take(acme, noon, { first: true });
    expect(caps.usageOf(acme, noon).map(({ kind, used }) => [kind, used])).toEqual([
      ['domain', 1],
      ['company', 1],
    ]);
  });

  it('puts first touches in line, as many a day as it allows, and follow-ups to tomorrow', () => {
    const caps = capsOf({ domain: 2 }, [
      { kind: 'domain', key: 'acme.com', day: '2026-03-02', n: 2, promised: 0 },
    ]);
    const untils = Array.from({ length: 5 }, () => caps.take(acme, noon, { first: true }));
    expect(untils.map((full) => !full.ok && full.until)).toEqual([
      day(0),
      day(0),
      day(1),
      day(1),
      day(2),
    ]);
    expect(caps.take(acme, noon, { first: false })).toMatchObject({ until: day(0) });
    expect(caps.promises).toEqual([
      { kind: 'domain', key: 'acme.com', day: '2026-03-03', n: 0, promised: 2 },
      { kind: 'domain', key: 'acme.com', day: '2026-03-04', n: 0, promised: 2 },
      { kind: 'domain', key: 'acme.com', day: '2026-03-05', n: 0, promised: 1 },
    ]);
  });

  it('begins the line tomorrow although a later day counts touches', () => {
    const later = {
      kind: 'domain' as const,
      key: 'acme.com',
      day: '2026-03-06',
      n: 2,
      promised: 0,
    };
    const full = { ...later, day: '2026-03-02' };
    const caps = capsOf({ domain: 2 }, [full, later]);
    expect(caps.take(acme, noon, { first: true })).toMatchObject({ until: day(0) });
  });

  it('continues the line where it ended, and ignores days that are over', () => {
    const line = [
      { kind: 'domain' as const, key: 'acme.com', day: '2026-03-02', n: 2, promised: 9 },
      { kind: 'domain' as const, key: 'acme.com', day: '2026-03-06', n: 0, promised: 1 },
      { kind: 'domain' as const, key: 'acme.com', day: '2026-03-04', n: 0, promised: 2 },
    ];
    const caps = capsOf({ domain: 2 }, line);
    expect(caps.take(acme, noon, { first: true })).toMatchObject({ until: day(3) });
    expect(caps.take(acme, noon, { first: true })).toMatchObject({ until: day(4) });
    expect(capsOf({ domain: 2 }, line.slice(0, 1)).take(acme, noon, { first: true })).toMatchObject(
      {
        until: day(0),
      },
    );
  });
});
