import { beforeAll, describe, expect, it } from 'vitest';
import { describeEnd, describeLimits } from './main-job/end.suite.ts';
import { openMainJob } from './main-job/fixture.ts';
import { type Mail, readMails } from './main-job/mail.ts';
import { duplicateCount, type Lead, leads, people } from './main-job/people.ts';
import { type Outcome, runMainJob, sellers } from './main-job/run.ts';

const fixture = await openMainJob(sellers);
let outcome: Outcome;
beforeAll(async () => {
  outcome = await runMainJob(fixture);
}, 120_000);

const mailsTo = (lead: Lead): Mail[] => outcome.mails[lead.email]!;
const prospectOf = (lead: Lead) => outcome.prospects.find(({ email }) => email === lead.email)!;
const allMails = () => Object.values(outcome.mails).flat();

/** Mails that a lead has at the end; leads that do not react have three. */
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
  it('the list is imported with its special characters, each person once', () => {
    expect(outcome.counts).toEqual({
      imported: 60,
      duplicates: duplicateCount,
      invalid: 0,
      updated: 0,
      opted_out: 0,
      rejects: [],
    });
    const kept = outcome.prospects.map(({ email, name, company, custom_fields }) => ({
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
  it('every mail arrives exactly once', () => {
    expect(Object.fromEntries(leads.map((lead) => [lead.email, mailsTo(lead).length]))).toEqual(
      Object.fromEntries(leads.map((lead) => [lead.email, counts.get(lead) ?? 3])),
    );
    const keys = allMails().map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(outcome.sent.every(({ state }) => state === 'sent')).toBe(true);
    const lost = outcome.sent.filter(({ email }) => email === people.gone.email);
    expect(outcome.sent.length).toBe(keys.length + lost.length);
    expect(new Set(outcome.sent.map(({ key }) => `<${key}>`))).toEqual(
      new Set([...keys, ...lost.map(({ key }) => `<${key}>`)]),
    );
  });

  it("every mail has its person's own words", () => {
    for (const lead of leads.filter(({ email }) => email !== people.gone.email)) {
      const [first, second, third] = mailsTo(lead);
      expect(first).toMatchObject({ to: lead.email, subject: `A question for ${lead.company}` });
      expect(first!.text).toContain(
        `Hello ${lead.first},\n\nstill in ${lead.city || 'your town'}? ${first!.from.slice(0, 3)}`,
      );
      if (second)
        expect(second.text).toContain(`${lead.first}, did you see my mail to ${lead.company}?`);
      if (third) expect(third.text).toContain(`This is my last mail, ${lead.first} ${lead.last}.`);
    }
  });

  it('a follow-up answers the earlier mail, from the same sender', () => {
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
      new Set(outcome.senders.map(({ address }) => address)),
    );
  });

  it('every mail lies once in the Sent folder of its sender', async () => {
    for (const { id, address } of outcome.senders) {
      const theirs = outcome.sent
        .filter(({ senderId }) => senderId === id)
        .map(({ key }) => `<${key}>`);
      const filed = async () =>
        (await readMails(fixture.peers, address))
          .filter(({ folder }) => folder === 'Sent')
          .map(({ key }) => key);
      await expect
        .poll(async () => (await filed()).toSorted(), { timeout: 20_000 })
        .toEqual(theirs.toSorted());
    }
  });
});

describe('people who reply', () => {
  it('a person who replies is not written to again', () => {
    for (const lead of [people.replier, people.late, people.writer]) {
      expect(prospectOf(lead)).toMatchObject({
        status: 'replied',
        replied_at: expect.any(String),
        current_node_id: null,
        hold: null,
      });
      expect(mailsTo(lead).length).toBe(counts.get(lead));
    }
  });

  it('a reply stops its own writer only', () => {
    expect(
      Object.fromEntries(outcome.prospects.map(({ email, status }) => [email, status])),
    ).toEqual(
      Object.fromEntries(leads.map((lead) => [lead.email, statuses.get(lead) ?? 'completed'])),
    );
  });

  it('a reply after the last mail counts too', () => {
    expect(mailsTo(people.afterwards).length).toBe(3);
    expect(prospectOf(people.afterwards)).toMatchObject({
      status: 'replied',
      end_reason: 'written by a person',
    });
  });
});

describe('mailboxes that answer by themselves', () => {
  const receivedFrom = (lead: Lead) =>
    outcome.received.filter(({ prospect_id }) => prospect_id === prospectOf(lead).id);

  it('an unknown recipient is bounced by a delivery status notification', async () => {
    expect(outcome.sent.filter(({ email }) => email === people.gone.email).length).toBe(1);
    expect(receivedFrom(people.gone)).toMatchObject([
      { kind: 'bounce', kind_reason: expect.stringContaining('RFC 3464') },
    ]);
    expect(prospectOf(people.gone)).toMatchObject({
      status: 'bounced',
      bounced_at: expect.any(String),
      end_reason: expect.stringContaining('5.1.1'),
    });
  });

  it('a vacation reply stops nothing, and the person gets all three mails', () => {
    expect(receivedFrom(people.away).map(({ kind }) => kind)).toEqual([
      'auto_reply',
      'auto_reply',
      'auto_reply',
    ]);
    expect(prospectOf(people.away)).toMatchObject({ status: 'completed', replied_at: null });
    expect(mailsTo(people.away).length).toBe(3);
  });

  it('every inbound mail is taken in once and finds its person', () => {
    expect(
      Object.fromEntries(
        [...Map.groupBy(outcome.received, ({ kind }) => kind)].map(([kind, all]) => [
          kind,
          all.length,
        ]),
      ),
    ).toEqual({
      bounce: 1,
      auto_reply: 3,
      reply: 4,
    });
    expect(outcome.received.every(({ prospect_id }) => prospect_id !== null)).toBe(true);
  });
});

describe('the unsubscribe link', () => {
  it('opening the unsubscribe link changes nothing', () => {
    const opened = outcome.linkChecks.flatMap(({ statuses }) => statuses);
    expect(opened.length).toBeGreaterThan(500);
    expect(new Set(opened)).toEqual(new Set([200]));
    for (const { before, after } of outcome.linkChecks) expect(after).toEqual(before);
  });

  it('posting to the unsubscribe link ends the sequence and suppresses', async () => {
    expect(mailsTo(people.leaver).length).toBe(1);
    expect(prospectOf(people.leaver)).toMatchObject({
      status: 'unsubscribed',
      end_reason: 'unsubscribed by link',
      replied_at: null,
    });
    const { suppressions } = await fixture.ask<{ suppressions: object[] }>('GET /api/suppressions');
    const suppressed = (lead: Lead, reason: string) =>
      expect.objectContaining({
        kind: 'email',
        value: lead.email,
        reason,
        campaign_id: outcome.id,
      });
    expect(suppressions).toHaveLength(2);
    expect(suppressions).toEqual(
      expect.arrayContaining([
        suppressed(people.leaver, 'unsubscribed'),
        suppressed(people.gone, 'bounced'),
      ]),
    );
  });

  it('an unsubscribe and a bounce hold for the next campaign too', () => {
    expect(
      outcome.secondCampaign.map(({ email, status, end_reason }) => ({
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

describeLimits(() => outcome);
describeEnd(fixture, () => outcome);
