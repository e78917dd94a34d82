import { walkTo } from '../../fixtures/engine.ts';
import { type Body, formOf, type MainJobFixture } from './fixture.ts';
import { type Mail, password, readMails, writeAs } from './mail.ts';
import { type Lead, leads, people, writeList } from './people.ts';

export const zone = 'Europe/Berlin';
/**
 * The workspace's zone, in which a sender's day begins. Both zones change their clocks during the
 * campaign.
 */
export const homeZone = 'Pacific/Auckland';
export const limits = { ada: 5, max: 30, campaign: 13 };
export const delaysInDays = [3, 4] as const;

const mornings = { start: 9 * 60, end: 12 * 60 };
const afternoons = { start: 13 * 60, end: 17 * 60 };
const fridays = { start: 9 * 60, end: 14 * 60 };
export const hours = {
  1: [mornings, afternoons],
  2: [mornings, afternoons],
  3: [mornings, afternoons],
  4: [mornings, afternoons],
  5: [fridays],
};

const launchDay = Temporal.PlainDate.from('2026-03-24');
const maxDays = 40;

type Prospect = Body & {
  email: string;
  name: string;
  status: string;
  sender_id: string | null;
  end_reason: string | null;
};
type Campaign = {
  id: string;
  status: string;
  completed_at: string | null;
  stats: Record<string, number>;
};
type Sent = { email: string; senderId: string; state: string; key: string; at: Date };
type Sender = { id: string; address: string; dailyLimit: number };

export const sellers = ['ada@sender.test', 'max@filing.test'] as const;

export type Outcome = Awaited<ReturnType<typeof runMainJob>>;

/** Runs the main job, from the first mailbox to the last mail. */
export async function runMainJob(fixture: MainJobFixture) {
  fixture.clock.advanceTo(instantAt(launchDay, '07:00'));
  await fixture.ask('PUT /api/settings', { timezone: homeZone });
  const ada = await connect(fixture, sellers[0], limits.ada);
  const max = await connect(fixture, sellers[1], limits.max);
  const { id, counts } = await prepare(fixture, [ada.id, max.id]);
  await fixture.readInboxes(0);
  await fixture.ask(`POST /api/campaigns/${id}/launch`);
  const reactions = planReactions(fixture);
  const linkChecks: LinkCheck[] = [];
  let replies = 0;
  let sentBefore = 0;
  for (let days = 0; (await readCampaign(fixture, id)).status !== 'completed'; days += 1) {
    if (days > maxDays) throw new Error('The campaign does not come to its end.');
    await walkTo(fixture, fixture.engine, instantAt(launchDay.add({ days }), '21:00'));
    const sent = await readLedger(fixture, id);
    await waitForMail(fixture, sent);
    if (sent.length > sentBefore) linkChecks.push(await clickEveryLink(fixture, id));
    sentBefore = sent.length;
    for (const react of reactions) replies += (await react(sent)) ? 1 : 0;
    await fixture.readInboxes(replies + answeredByMachines(sent));
  }
  const ended = await readCampaign(fixture, id);
  const secondCampaign = await launchSecond(fixture, [ada.id], [people.leaver, people.gone]);
  const outcome = await readOutcome(fixture, id);
  return { id, senders: [ada, max], counts, linkChecks, ended, secondCampaign, ...outcome };
}

const instantAt = (day: Temporal.PlainDate, plainTime: string) =>
  new Date(day.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds);

async function connect(
  fixture: MainJobFixture,
  address: string,
  daily_limit: number,
): Promise<Sender> {
  const { ports } = fixture.peers;
  const mailbox = {
    email_address: address,
    password,
    first_name: address.slice(0, 3),
    daily_limit,
    smtp: { host: 'localhost', port: ports.submission, tls: 'starttls' },
    imap: { host: 'localhost', port: ports.imaps, tls: 'tls' },
    sent_copy: address.endsWith('@filing.test') ? 'server' : 'append',
  };
  const { account } = await fixture.ask<{ account: { id: string } }>(
    'POST /api/email/accounts',
    mailbox,
  );
  return { id: account.id, address, dailyLimit: daily_limit };
}

/** Makes a draft with three mails, hours, limits and the list. */
async function prepare(fixture: MainJobFixture, sender_account_ids: readonly string[]) {
  const { campaign } = await fixture.ask<{ campaign: Campaign }>('POST /api/campaigns', {
    type: 'email',
    name: 'Spring',
    sender_account_ids,
  });
  const route = `/api/campaigns/${campaign.id}`;
  const [first, second] = delaysInDays;
  const sequence_nodes = [
    {
      type: 'email',
      subject: 'A question for %company%',
      body: 'Hello %first_name%,\n\nstill in %custom_fields.ort|your town%? %sender_first%',
    },
    { type: 'delay', delay_days: first },
    { type: 'email', is_reply: true, body: '%first_name%, did you see my mail to %company%?' },
    { type: 'delay', delay_days: second },
    { type: 'email', is_reply: true, body: 'This is my last mail, %name%.' },
    { type: 'end' },
  ];
  await fixture.ask(`PATCH ${route}`, {
    sequence_nodes,
    operating_hours: hours,
    timezone: zone,
    daily_limit: limits.campaign,
  });
  const [form, headers] = await formOf('Liste.csv', writeList());
  const read = await fixture.ask(`POST ${route}/leads/upload-csv`, form, headers);
  const { lead_list_id, csv_text, auto_mapping: mapping } = read;
  const counts = await fixture.ask(`POST ${route}/leads/confirm-csv`, {
    lead_list_id,
    csv_text,
    mapping,
  });
  return { id: campaign.id, counts };
}

/** Launches another campaign to leads that must not be contacted again. Returns its prospects. */
async function launchSecond(
  fixture: MainJobFixture,
  sender_account_ids: readonly string[],
  recipients: readonly Lead[],
): Promise<Prospect[]> {
  const { campaign } = await fixture.ask<{ campaign: Campaign }>('POST /api/campaigns', {
    type: 'email',
    name: 'Summer',
    sender_account_ids,
  });
  const sequence_nodes = [
    { type: 'email', subject: 'Once more', body: 'Hello again' },
    { type: 'end' },
  ];
  await fixture.ask(`PATCH /api/campaigns/${campaign.id}`, { sequence_nodes });
  await fixture.ask(`POST /api/campaigns/${campaign.id}/leads`, {
    prospects: recipients.map(({ email }) => ({ email: email.toUpperCase() })),
  });
  await fixture.ask(`POST /api/campaigns/${campaign.id}/launch`);
  await walkTo(fixture, fixture.engine, new Date(fixture.clock.now().getTime() + 86_400_000));
  return readRoster(fixture, campaign.id);
}

/** The end state: the ledger, the mailboxes, inbound messages and prospects. */
async function readOutcome(fixture: MainJobFixture, id: string) {
  const sent = await readLedger(fixture, id);
  const mails: Record<string, Mail[]> = {};
  for (const { email } of leads) mails[email] = await readMails(fixture.peers, email);
  const received = await fixture.db
    .selectFrom('inbound_messages')
    .select(['prospect_id', 'kind', 'kind_reason'])
    .execute();
  return { sent, mails, received, prospects: await readRoster(fixture, id) };
}

async function readCampaign(fixture: MainJobFixture, id: string): Promise<Campaign> {
  return (await fixture.ask<{ campaign: Campaign }>(`GET /api/campaigns/${id}`)).campaign;
}

async function readRoster(fixture: MainJobFixture, id: string): Promise<Prospect[]> {
  return (await fixture.ask<{ prospects: Prospect[] }>(`GET /api/campaigns/${id}/leads?limit=200`))
    .prospects;
}

/** Messages of the ledger in the order they were reserved. */
function readLedger({ db, workspaceId }: MainJobFixture, id: string): Promise<Sent[]> {
  const ledger = db
    .selectFrom('messages as m')
    .innerJoin('prospects as p', 'p.id', 'm.prospect_id');
  const columns = [
    'p.email',
    'm.sender_id as senderId',
    'm.state',
    'm.channel_key as key',
    'm.reserved_at as at',
  ] as const;
  const rows = ledger
    .select(columns)
    .where('m.workspace_id', '=', workspaceId)
    .where('m.campaign_id', '=', id);
  return rows.orderBy('m.reserved_at').$castTo<Sent>().execute();
}

/** Waits until every sent mail lies in its reader's mailbox. */
async function waitForMail({ peers }: MainJobFixture, sent: readonly Sent[]): Promise<void> {
  const readers = Map.groupBy(sent, ({ email }) => email);
  readers.delete(people.gone.email);
  await Promise.all([...readers].map(([email, mails]) => peers.arrived(email, mails.length)));
}

/** Counts mails that a machine answers: one lead bounces, one has a vacation responder. */
const answeredByMachines = (sent: readonly Sent[]) =>
  sent.filter(({ email }) => email === people.gone.email || email === people.away.email).length;

/** Statuses of GETs on unsubscribe links, with prospects and suppressions before and after. */
type LinkCheck = { statuses: number[]; before: unknown; after: unknown };

/** Opens every link, as a mail scanner does. */
async function clickEveryLink(fixture: MainJobFixture, id: string): Promise<LinkCheck> {
  const state = async () => [
    await readRoster(fixture, id),
    await fixture.ask('GET /api/suppressions'),
  ];
  const before = await state();
  const statuses: number[] = [];
  for (const { email } of leads) {
    for (const { unsubscribe } of await readMails(fixture.peers, email)) {
      // The vacation script deletes this header from the mails that it answers.
      if (unsubscribe !== null) statuses.push((await fixture.follow('GET', unsubscribe)).status);
    }
  }
  return { statuses, before, after: await state() };
}

/** Runs every evening and reacts once. Returns whether it sent a mail just now. */
type Reaction = (sent: readonly Sent[]) => Promise<boolean>;

function planReactions(fixture: MainJobFixture): Reaction[] {
  const once = (lead: Lead, after: number, run: (mails: Mail[]) => Promise<boolean>): Reaction => {
    let done = false;
    return async (sent) => {
      if (done || sent.filter(({ email }) => email === lead.email).length < after) return false;
      done = true;
      return run(await readMails(fixture.peers, lead.email));
    };
  };
  const writes =
    (lead: Lead, compose: (last: Mail) => { subject: string; text: string; answers?: Mail }) =>
    async (mails: Mail[]) => {
      const last = mails.at(-1)!;
      await writeAs(fixture.peers, lead, { to: last.from, ...compose(last) });
      return true;
    };
  const answer = (text: string) => (last: Mail) => ({ subject: last.subject, text, answers: last });
  return [
    once(people.replier, 1, writes(people.replier, answer('Ja, gern! Rufen Sie mich an.'))),
    once(people.late, 2, writes(people.late, answer('Sorry for the delay. What does it cost?'))),
    once(
      people.writer,
      1,
      writes(people.writer, () => ({
        subject: 'Your offer',
        text: 'I lost your mail, but I am interested.',
      })),
    ),
    once(
      people.afterwards,
      3,
      writes(people.afterwards, answer('Now that it is over: tell me more.')),
    ),
    once(people.leaver, 1, async ([mail]) => {
      await fixture.follow('POST', mail!.unsubscribe!, 'List-Unsubscribe=One-Click');
      return false;
    }),
  ];
}
