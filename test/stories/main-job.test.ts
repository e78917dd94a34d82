import { beforeAll, describe, expect, it } from 'vitest';
import { openMainJob } from './main-job/fixture.ts';
import { type Mail, readMails } from './main-job/mail.ts';
import { type Lead, leads, people, twice } from './main-job/people.ts';
import {
  delaysInDays,
  homeZone,
  hours,
  limits,
  runMainJob,
  sellers,
  zone,
} from './main-job/run.ts';

const house = await openMainJob(sellers);
let story: Awaited<ReturnType<typeof runMainJob>>;
beforeAll(async () => {
  story = await runMainJob(house);
}, 120_000);

const local = (instant: Date, timeZone: string) =>
  Temporal.Instant.from(instant.toISOString()).toZonedDateTimeISO(timeZone);
const mailsTo = (who: Lead): Mail[] => story.mails[who.email]!;
const prospectOf = (who: Lead) => story.prospects.find(({ email }) => email === who.email)!;
const allMails = () => Object.values(story.mails).flat();

/** How many of them fell on each calendar day of a zone. */
function perDay(sent: readonly { at: Date }[], timeZone: string): number[] {
  return [
    ...Map.groupBy(sent, ({ at }) => local(at, timeZone).toPlainDate().toString()).values(),
  ].map((day) => day.length);
}

/** Mails that those to whom something happens have when all is over; everybody else has three. */
const counts = new Map([
  [people.gone, 0],
  [people.replier, 1],
  [people.late, 2],
  [people.writer, 1],
  [people.leaver, 1],
]);
const statuses = new Map([
  [people.gone, 'bounced'],
  [people.replier, 'replied'],
  [people.late, 'replied'],
  [people.writer, 'replied'],
  [people.afterwards, 'replied'],
  [people.leaver, 'unsubscribed'],
]);

describe('the list', () => {
  it('comes in with its umlauts, quotes and semicolons, everybody once', () => {
    expect(story.counts).toEqual({ imported: 60, duplicates: twice, invalid: 0, rejects: [] });
    const kept = story.prospects.map(({ email, name, company, custom_fields }) => ({
      email,
      name,
      company,
      custom_fields,
    }));
    const given = leads.map(({ email, first, last, company, city }) => {
      return {
        email,
        name: `${first} ${last}`,
        company,
        custom_fields: city ? { ort: city } : null,
      };
    });
    expect(kept).toEqual(given);
  });
});

describe('mails', () => {
  it('arrive exactly once each, and nobody has one too many', () => {
    expect(Object.fromEntries(leads.map((who) => [who.email, mailsTo(who).length]))).toEqual(
      Object.fromEntries(leads.map((who) => [who.email, counts.get(who) ?? 3])),
    );
    const keys = allMails().map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(story.sent.every(({ state }) => state === 'sent')).toBe(true);
    const lost = story.sent.filter(({ email }) => email === people.gone.email);
    expect(story.sent.length).toBe(keys.length + lost.length);
    expect(new Set(story.sent.map(({ key }) => `<${key}>`))).toEqual(
      new Set([...keys, ...lost.map(({ key }) => `<${key}>`)]),
    );
  });

  it('say to each person their own words', () => {
    for (const who of leads.filter((lead) => lead !== people.gone)) {
      const [first, second, third] = mailsTo(who);
      expect(first).toMatchObject({ to: who.email, subject: `A question for ${who.company}` });
      expect(first!.text).toContain(
        `Hello ${who.first},\n\nstill in ${who.city || 'your town'}? ${first!.from.slice(0, 3)}`,
      );
      if (second)
        expect(second.text).toContain(`${who.first}, did you see my mail to ${who.company}?`);
      if (third) expect(third.text).toContain(`This is my last mail, ${who.first} ${who.last}.`);
    }
  });

  it('that follow answer the mail before, in the same conversation, from the same sender', () => {
    const conversations = leads.map(mailsTo).filter((mails) => mails.length > 1);
    expect(conversations.length).toBe(56);
    for (const mails of conversations) {
      for (const [i, mail] of mails.entries()) {
        const earlier = mails.slice(0, i);
        expect(mail.from).toBe(mails[0]!.from);
        expect(mail.inReplyTo).toBe(earlier.at(-1)?.key);
        expect(mail.references).toEqual(earlier.map(({ key }) => key));
        if (i > 0) expect(mail.subject).toBe(`Re: ${mails[0]!.subject}`);
      }
    }
    expect(new Set(conversations.map(([first]) => first!.from))).toEqual(
      new Set(story.senders.map(({ address }) => address)),
    );
  });

  it('lie once each in the Sent folder of their sender, whoever files there', async () => {
    for (const { id, address } of story.senders) {
      const theirs = story.sent
        .filter(({ senderId }) => senderId === id)
        .map(({ key }) => `<${key}>`);
      const filed = async () =>
        (await readMails(house.peers, address))
          .filter(({ folder }) => folder === 'Sent')
          .map(({ key }) => key);
      await expect
        .poll(async () => (await filed()).toSorted(), { timeout: 20_000 })
        .toEqual(theirs.toSorted());
    }
  });
});

describe('people who answer', () => {
  it('are not written to again, whether they answer in the conversation or by a new mail', () => {
    for (const who of [people.replier, people.late, people.writer]) {
      expect(prospectOf(who)).toMatchObject({
        status: 'replied',
        replied_at: expect.any(String),
        current_node_id: null,
        hold: null,
      });
      expect(mailsTo(who).length).toBe(counts.get(who));
    }
  });

  it('stop nobody but themselves', () => {
    expect(Object.fromEntries(story.prospects.map(({ email, status }) => [email, status]))).toEqual(
      Object.fromEntries(leads.map((who) => [who.email, statuses.get(who) ?? 'completed'])),
    );
  });

  it('count as replied after their last mail too', () => {
    expect(mailsTo(people.afterwards).length).toBe(3);
    expect(prospectOf(people.afterwards)).toMatchObject({
      status: 'replied',
      end_reason: 'written by a person',
    });
  });
});

describe('mailboxes that answer by themselves', () => {
  const receivedFrom = (who: Lead) =>
    story.received.filter(({ prospect_id }) => prospect_id === prospectOf(who).id);

  it('an unknown recipient is bounced by the delivery status notification of the mail server', async () => {
    expect(story.sent.filter(({ email }) => email === people.gone.email).length).toBe(1);
    expect(receivedFrom(people.gone)).toMatchObject([
      { kind: 'bounce', kind_reason: expect.stringContaining('RFC 3464') },
    ]);
    expect(prospectOf(people.gone)).toMatchObject({
      status: 'bounced',
      bounced_at: expect.any(String),
      end_reason: expect.stringContaining('5.1.1'),
    });
  });

  it('a vacation stops nothing: the person takes all three mails', () => {
    expect(receivedFrom(people.away).map(({ kind }) => kind)).toEqual([
      'auto_reply',
      'auto_reply',
      'auto_reply',
    ]);
    expect(prospectOf(people.away)).toMatchObject({ status: 'completed', replied_at: null });
    expect(mailsTo(people.away).length).toBe(3);
  });

  it('everything that came in was taken in once and found its person', () => {
    expect(
      Object.fromEntries(
        [...Map.groupBy(story.received, ({ kind }) => kind)].map(([kind, all]) => [
          kind,
          all.length,
        ]),
      ),
    ).toEqual({
      bounce: 1,
      auto_reply: 3,
      reply: 4,
    });
    expect(story.received.every(({ prospect_id }) => prospect_id !== null)).toBe(true);
  });
});

describe('the unsubscribe link', () => {
  it('changes nothing when it is only looked at', () => {
    const seen = story.looks.flatMap(({ statuses }) => statuses);
    expect(seen.length).toBeGreaterThan(500);
    expect(new Set(seen)).toEqual(new Set([200]));
    for (const { before, after } of story.looks) expect(after).toEqual(before);
  });

  it('ends the sequence and suppresses the address when it is posted to', async () => {
    expect(mailsTo(people.leaver).length).toBe(1);
    expect(prospectOf(people.leaver)).toMatchObject({
      status: 'unsubscribed',
      end_reason: 'unsubscribed by link',
      replied_at: null,
    });
    const { suppressions } = await house.ask<{ suppressions: object[] }>('GET /api/suppressions');
    const suppressed = (who: Lead, reason: string) =>
      expect.objectContaining({ kind: 'email', value: who.email, reason, campaign_id: story.id });
    expect(suppressions).toHaveLength(2);
    expect(suppressions).toEqual(
      expect.arrayContaining([
        suppressed(people.leaver, 'unsubscribed'),
        suppressed(people.gone, 'bounced'),
      ]),
    );
  });

  it('holds for the next campaign too, as a bounce does', () => {
    expect(
      story.again.map(({ email, status, end_reason }) => ({
        email: email.toLowerCase(),
        status,
        end_reason,
      })),
    ).toEqual([
      {
        email: people.leaver.email,
        status: 'skipped',
        end_reason: expect.stringContaining('unsubscribed'),
      },
      {
        email: people.gone.email,
        status: 'skipped',
        end_reason: expect.stringContaining('bounced'),
      },
    ]);
  });
});

describe('limits', () => {
  it('nothing is written outside the hours of the campaign, before and after the clocks change', () => {
    const instants = [...allMails().map(({ date }) => date), ...story.sent.map(({ at }) => at)];
    const outside = instants.filter((instant) => {
      const { dayOfWeek, hour, minute } = local(instant, zone);
      const windows =
        (hours as Record<number, readonly { start: number; end: number }[]>)[dayOfWeek] ?? [];
      return !windows.some(
        ({ start, end }) => hour * 60 + minute >= start && hour * 60 + minute < end,
      );
    });
    expect(outside.map((instant) => local(instant, zone).toString())).toEqual([]);
    expect(new Set(instants.map((instant) => local(instant, zone).offset))).toEqual(
      new Set(['+01:00', '+02:00']),
    );
  });

  it('a follow-up waits its days after the mail before', () => {
    for (const [first, second, third] of leads.map(mailsTo)) {
      if (second)
        expect(second.date.getTime() - first!.date.getTime()).toBeGreaterThanOrEqual(
          delaysInDays[0] * 86_400_000,
        );
      if (third)
        expect(third.date.getTime() - second!.date.getTime()).toBeGreaterThanOrEqual(
          delaysInDays[1] * 86_400_000,
        );
    }
  });

  it('no sender writes more than its limit on any day of the workspace’s zone', () => {
    const busiest = story.senders.map(({ id, dailyLimit }) => {
      const max = Math.max(
        ...perDay(
          story.sent.filter(({ senderId }) => senderId === id),
          homeZone,
        ),
      );
      expect(max).toBeLessThanOrEqual(dailyLimit);
      return max;
    });
    expect(busiest[0]).toBe(limits.ada);
  });

  it('the campaign does not exceed its daily limit on any day of its own zone, over both senders', () => {
    expect(Math.max(...perDay(story.sent, zone))).toBe(limits.campaign);
  });
});

describe('the end', () => {
  it('the campaign is completed when its last person is', () => {
    expect(story.ended).toMatchObject({ status: 'completed', completed_at: expect.any(String) });
    const lastSent = Math.max(...story.sent.map(({ at }) => at.getTime()));
    expect(new Date(story.ended.completed_at!).getTime()).toBeGreaterThanOrEqual(lastSent);
    expect(story.prospects.filter(({ ended_at }) => ended_at === null)).toEqual([]);
  });

  it('the stats equal a count of the people, and a recount finds no difference', async () => {
    const byStatus = Object.fromEntries(
      [...Map.groupBy(story.prospects, ({ status }) => status)].map(([status, all]) => [
        status,
        all.length,
      ]),
    );
    expect(byStatus).toEqual({ completed: 54, replied: 4, bounced: 1, unsubscribed: 1 });
    const { campaign, prospects_by_status, repaired } = await house.ask<{
      campaign: { stats: Record<string, number> };
      prospects_by_status: object;
      repaired: number;
    }>(`POST /api/campaigns/${story.id}/sync-stats`);
    expect(repaired).toBe(0);
    expect(prospects_by_status).toEqual(byStatus);
    const others = Object.fromEntries(Object.keys(campaign.stats).map((name) => [name, 0]));
    expect(campaign.stats).toEqual({
      ...others,
      ...byStatus,
      total: 60,
      contacted: 60,
      answered: 4,
    });
    expect(story.ended.stats).toEqual(campaign.stats);
  });

  it('every sender is credited with what it wrote', async () => {
    const { senders } = await house.ask<{ senders: object[] }>(
      `GET /api/campaigns/${story.id}/senders`,
    );
    const written = (id: string) => story.sent.filter(({ senderId }) => senderId === id).length;
    expect(senders).toMatchObject(
      story.senders.map(({ id }) => ({ account_id: id, campaign_messages_sent: written(id) })),
    );
  });
});
