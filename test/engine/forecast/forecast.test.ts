import { describe, expect, test } from 'vitest';
import { nextDueAt } from '../../../src/db/sending/lanes.ts';
import { forecastCampaign } from '../../../src/engine/forecast/forecast.ts';
import { compareForecast } from '../../../src/operations/forecasts/compare.ts';
import { createForecast } from '../../../src/operations/forecasts/create.ts';
import { showForecast } from '../../../src/operations/forecasts/show.ts';
import { launchEmailCampaign as launch } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { checkLaws, walkTo } from '../../fixtures/engine.ts';

const t = await openEmailFixture();
const { call, fail, engine, sink } = t;

/** Walks from one due lane to the next until nothing is due. */
async function walk(): Promise<void> {
  for (let next = await nextDueAt(t.db); next; next = await nextDueAt(t.db)) {
    t.clock.advanceTo(next);
    await engine.runDue();
  }
}

const people = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    email: `${prefix}${i}@people.test`,
    first_name: `P${i}`,
  }));
const hello = { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' };
const again = { type: 'email', is_reply: true, body: 'Again, %first_name%.' };
const hours = { start: 540, end: 1020 };
const weekdays = {
  mon: hours,
  tue: hours,
  wed: hours,
  thu: hours,
  fri: [
    { start: 480, end: 720 },
    { start: 780, end: 900 },
  ],
};

// The tests below walk through weeks of ticks.
describe('a forecast', { timeout: 120_000 }, () => {
  test('matches the real sends to the millisecond, over limits and a clock change', async () => {
    const senders: string[] = [];
    for (const [i, dailyLimit] of [25, 7, 400].entries()) {
      senders.push(
        await addMailbox(t, {
          address: `s${i}@sender.test`,
          smtp: sink,
          dailyLimit,
          minGapSeconds: 30,
        }),
      );
    }
    const limit = (i: number, columns: Record<string, unknown>) =>
      t.db.updateTable('senders').set(columns).where('id', '=', senders[i]!).execute();
    await limit(0, { daily_window: 'rolling' });
    await limit(1, { hourly_limit: 1 });
    await limit(2, {
      hourly_limit: 6,
      ramp_up: JSON.stringify({ start: 9, step: 4, every_days: 2, started_on: '2026-03-01' }),
    });
    const delays = [
      { type: 'delay', delay_days: 2 },
      again,
      { type: 'delay', delay_hours: 30 },
      again,
    ];
    const settings = {
      operating_hours: weekdays,
      timezone: 'America/New_York',
      daily_limit: 12,
      holidays: { dates: ['2026-03-05'], countries: ['IE'] },
    };
    const one = await launch(t, {
      name: 'one',
      senders,
      nodes: [hello, ...delays],
      people: people('a', 60),
      settings,
    });
    const other = {
      name: 'two',
      senders: senders.slice(1),
      nodes: [hello, { type: 'delay', delay_minutes: 90 }, again],
      people: people('b', 30),
    };
    await launch(t, {
      ...other,
      settings: { account_limits: [{ account_id: senders[2]!, daily_limit: 9 }] },
    });
    const asked = { workspaceId: t.workspaceId, campaignId: one, changes: {}, now: t.clock.now() };
    const made = await forecastCampaign(t.db, asked);
    await walk();
    const rows = await t.db
      .selectFrom('messages')
      .select(['prospect_id', 'reserved_at', 'sender_id'])
      .where('campaign_id', '=', one)
      .execute();
    const happened = Map.groupBy(rows, (row) => row.prospect_id);
    expect(rows.length).toBe(180);
    expect(made.sends).toBe(180);
    for (const person of made.people) {
      const times = happened.get(person.prospect_id)!.map((row) => row.reserved_at!.getTime());
      expect([Math.min(...times), Math.max(...times)]).toEqual([person.first_at, person.last_at]);
    }
    const dates = new Set(made.days.map((day) => day.date));
    // The campaign's own holiday, Ireland's public holiday, and a Sunday.
    for (const closed of ['2026-03-05', '2026-03-17', '2026-03-08'])
      expect(dates.has(closed)).toBe(false);
    for (const open of ['2026-03-04', '2026-03-16', '2026-03-18'])
      expect(dates.has(open)).toBe(true);
    expect(made.finished).toBe(true);
  });

  test('matches the real sends with local hours and with contact caps', async () => {
    const senders: string[] = [];
    for (const i of [0, 1, 2])
      senders.push(
        await addMailbox(t, {
          address: `far${i}@sender.test`,
          smtp: sink,
          dailyLimit: 30,
          minGapSeconds: 20,
        }),
      );
    await t.db
      .updateTable('senders')
      .set({ daily_limit: 20_000, min_gap_seconds: 0 })
      .where('id', '=', senders[2]!)
      .execute();
    const domains = [
      'crowd.com',
      'acme.de',
      'crowd.com',
      'acme.co.jp',
      'firm.it',
      'crowd.com',
      'acme.co.za',
      'else.com',
    ];
    const companyOf = (i: number) => {
      if (i % 3 === 0) return ' Acme ';
      return i % 7 === 0 ? 'acme' : `Firm ${i}`;
    };
    const crowd = Array.from({ length: 80 }, (_, i) => ({
      email: `w${i}@${domains[i % domains.length]}`,
      first_name: `W${i}`,
      company: companyOf(i),
      custom_fields: i % 11 === 0 ? { timezone: 'America/Los_Angeles' } : null,
    }));
    const settings = {
      operating_hours: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours },
      timezone: 'Europe/Berlin',
      holidays: { dates: ['2026-06-04'] },
      local_hours: true,
      domain_daily_limit: 5,
      company_daily_limit: 7,
    };
    t.clock.advanceTo(new Date('2026-06-01T05:00:00Z'));
    const nodes = [hello, { type: 'delay', delay_hours: 30 }, again];
    const id = await launch(t, { name: 'world', senders, nodes, people: crowd, settings });
    await launch(t, {
      name: 'beside',
      senders: senders.slice(1),
      nodes: [hello],
      people: people('beside', 20),
    });
    const made = await forecastCampaign(t.db, {
      workspaceId: t.workspaceId,
      campaignId: id,
      changes: {},
      now: t.clock.now(),
    });
    await walkTo(t, engine, new Date('2026-06-05T12:00:00Z'));
    const later = await forecastCampaign(t.db, {
      workspaceId: t.workspaceId,
      campaignId: id,
      changes: {},
      now: t.clock.now(),
    });
    await walkTo(t, engine, new Date('2026-09-01T00:00:00Z'));
    const rows = await t.db
      .selectFrom('messages')
      .innerJoin('prospects', 'prospects.id', 'messages.prospect_id')
      .select(['prospects.id', 'email', 'company', 'local_zone', 'reserved_at'])
      .where('messages.campaign_id', '=', id)
      .execute();
    expect([rows.length, made.sends]).toEqual([160, 160]);
    const happened = Map.groupBy(rows, (row) => row.id);
    for (const person of [...made.people, ...later.people]) {
      const times = happened.get(person.prospect_id)!.map((row) => row.reserved_at!.getTime());
      expect(person.last_at).toBe(Math.max(...times));
      if (made.people.includes(person)) expect(person.first_at).toBe(Math.min(...times));
    }
    expect(later.sends).toBe(
      rows.filter((row) => row.reserved_at! > new Date('2026-06-05T12:00:00Z')).length,
    );
    expect(new Set(rows.map((row) => row.local_zone)).size).toBe(6);
    const wall = (timeZone: string, at: Date) =>
      new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
        at,
      );
    const outside = rows.filter(({ local_zone, reserved_at }) => {
      const [date, time] = wall(local_zone || 'Europe/Berlin', reserved_at!).split(' ');
      return date === '2026-06-04' || time! < '09:00' || time! >= '17:00';
    });
    expect(outside).toEqual([]);
    const max = (key: (row: (typeof rows)[number]) => string) => {
      const days = Map.groupBy(
        rows,
        (row) => `${key(row)} ${wall('Europe/Berlin', row.reserved_at!).slice(0, 10)}`,
      );
      return Math.max(...[...days.values()].map((own) => own.length));
    };
    expect(max((row) => row.email!.split('@')[1]!)).toBe(5);
    expect(max((row) => row.company!.trim().toLowerCase())).toBe(7);
    await checkLaws(t.db, t.workspaceId);
  });

  test('tries changes without saving them, and is compared with the real sends', async () => {
    const sender = await addMailbox(t, {
      address: 'slow@sender.test',
      smtp: sink,
      dailyLimit: 5,
      minGapSeconds: 60,
    });
    const helper = await addMailbox(t, {
      address: 'helper@sender.test',
      smtp: sink,
      dailyLimit: 5,
      minGapSeconds: 60,
    });
    const id = await launch(t, {
      name: 'three',
      senders: [sender],
      nodes: [hello],
      people: people('c', 40),
    });
    const plain = await call(showForecast, { id, limit: 3 });
    expect(plain).toMatchObject({
      sends: 40,
      finished: true,
      people: { reached: 40, held: 0 },
      total: 40,
    });
    expect(plain.prospects.length).toBe(3);
    const doubled = await call(createForecast, {
      id,
      sender_account_ids: [sender, helper],
      more_leads: 10,
    });
    expect(doubled.sends).toBe(50);
    expect(new Set(doubled.days.map((day) => day.sender_id))).toEqual(new Set([sender, helper]));
    expect(Date.parse(doubled.ends_at!)).toBeLessThan(Date.parse(plain.ends_at!));
    expect((await call(showForecast, { id })).sends).toBe(40);
    const faster = await call(createForecast, {
      id,
      sender_limits: [{ account_id: sender, daily_limit: 40 }],
    });
    expect(Date.parse(faster.ends_at!)).toBeLessThan(Date.parse(doubled.ends_at!));
    const kept = await call(createForecast, { id });
    await walk();
    t.clock.advanceMs(86_400_000);
    const compared = await call(compareForecast, { id, forecastId: kept.forecast_id });
    expect(compared.days_over).toEqual({ forecast: 40, happened: 40 });
    expect(compared.happened.days).toEqual(kept.days);
  });

  test('refuses unknown senders, and answers 404 for an unknown forecast', async () => {
    const id = await launch(t, {
      name: 'four',
      senders: [await addMailbox(t, { address: 'x@sender.test', smtp: sink })],
      nodes: [hello],
      people: people('d', 1),
    });
    const stranger = t.services.newId();
    const refused = await fail(createForecast, {
      id,
      sender_limits: [{ account_id: stranger, daily_limit: 4 }],
    });
    expect(refused.errors[0]?.pointer).toBe('/sender_limits/0/account_id');
    expect((await fail(compareForecast, { id, forecastId: stranger })).code).toBe(
      'forecast.not_found',
    );
  });
});
