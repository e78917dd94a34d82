import { sql } from 'kysely';
import { expect } from 'vitest';
import type { SendResult } from '../../src/channels/channel.ts';
import { nextDueAt } from '../../src/db/lanes.ts';
import { seeded } from '../../src/domain/pacing.ts';
import { pauseCampaign } from '../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../src/operations/campaigns/resume.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { updateMailbox } from '../../src/operations/email/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { addSuppressions } from '../../src/operations/suppressions/add.ts';
import { addSender, launchCampaign } from '../scene.ts';
import { day, delayHours, followUp, type House, hello, minute, openHouse, people } from './house.ts';

/** Chance from a seed: the same story for the same seed. */
export function chance(seed: string) {
  let drawn = 0;
  const number = () => seeded(seed, drawn++);
  const upTo = (n: number) => Math.floor(number() * n);
  const one = <T>(items: readonly T[]): T => items[upTo(items.length)]!;
  const newId = () => {
    const digits = (n: number) => Array.from({ length: n }, () => upTo(16).toString(16)).join('');
    return `${(drawn + 2 ** 32).toString(16).slice(1).padStart(8, '0')}-0000-7${digits(3)}-8${digits(3)}-${digits(12)}`;
  };
  return { number, upTo, one, newId, happens: (share: number) => number() < share };
}
export type Chance = ReturnType<typeof chance>;

export type Window = { from: number; zone: string; hours: Record<string, { start: number; end: number }[]> | null };
export type Quiet = { from: number; until: number };

/** What was asked of the engine, to be held against what it did. */
export type Asked = {
  campaigns: Map<string, { windows: Window[]; paused: Quiet[]; dailyLimit: number }>;
  senders: Map<string, { paused: Quiet[]; dailyLimit: number; gapMs: number }>;
  /** From when an address must not be written to any more. */
  silenced: Map<string, number>;
};

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];

const windowsOf = (c: Chance): Window['hours'] => {
  if (c.happens(0.3)) return null;
  const start = c.upTo(16) * 60;
  const open = [{ start, end: start + 60 * (2 + c.upTo(6)) }];
  return Object.fromEntries(['1', '2', '3', '4', '5', '6'].filter(() => c.happens(0.8)).map((weekday) => [weekday, open]));
};

/** A house in which senders and campaigns of all kinds are at work. */
export async function openStorm(seed: string) {
  const c = chance(seed);
  const house = await openHouse({ newId: c.newId });
  return { house, c, asked: { campaigns: new Map(), senders: new Map(), silenced: new Map() } as Asked };
}

export async function populate({ house, c, asked }: Storm): Promise<void> {
  const { clock } = house;
  for (let i = 0; i < 2 + c.upTo(3); i++) {
    const wish = { dailyLimit: 3 + c.upTo(30), minGapSeconds: c.one([1, 60, 600]) };
    const id = await addSender(house, { address: `s${i}@storm.test`, smtp: house.sink, ...wish });
    asked.senders.set(id, { paused: [], dailyLimit: wish.dailyLimit, gapMs: wish.minGapSeconds * 1000 });
  }
  for (let i = 0; i < 2 + c.upTo(3); i++) {
    const zone = c.one(zones);
    const hours = windowsOf(c);
    const dailyLimit = c.one([3, 10, 500]);
    const nodes = [hello, ...Array.from({ length: c.upTo(3) }, () => [delayHours(1 + c.upTo(30)), followUp]).flat()];
    const senders = [...asked.senders.keys()].filter(() => c.happens(0.7));
    if (senders.length === 0) senders.push([...asked.senders.keys()][0]!);
    const id = await launchCampaign(house, {
      name: `storm ${i}`,
      senders,
      nodes,
      // Rosters overlap: the same person may be in several campaigns. Some have no name.
      people: people(8 + c.upTo(20), c.one(['a', 'b'])).map((person, n) => (n % 7 === 6 ? { email: person.email } : person)),
      settings: { timezone: zone, operating_hours: hours, daily_limit: dailyLimit, roster: 'open', stop_on_reply: true },
    });
    asked.campaigns.set(id, { windows: [{ from: clock.now().getTime(), zone, hours }], paused: [], dailyLimit });
  }
}
export type Storm = { house: House; c: Chance; asked: Asked };

const isQuiet = (spans: readonly Quiet[]) => spans.at(-1)?.until === Infinity;

type Deed = (storm: Storm) => Promise<unknown>;

/** All that can happen between two sends. */
export const deeds: Record<string, Deed> = {
  async pauseOrResume({ house, c, asked }) {
    const [id, campaign] = c.one([...asked.campaigns]);
    const { status } = await house.db.selectFrom('campaigns').select('status').where('id', '=', id).executeTakeFirstOrThrow();
    if (status === 'active') {
      await house.call(pauseCampaign, { id });
      campaign.paused.push({ from: house.clock.now().getTime(), until: Infinity });
    } else if (status === 'paused') {
      campaign.paused.at(-1)!.until = house.clock.now().getTime();
      await house.call(resumeCampaign, { id });
    }
  },
  async pauseSender({ house, c, asked }) {
    const [id, sender] = c.one([...asked.senders]);
    const quiet = isQuiet(sender.paused);
    const { status } = await house.db.selectFrom('senders').select('status').where('id', '=', id).executeTakeFirstOrThrow();
    if (!['active', 'paused'].includes(status)) return;
    await house.call(updateMailbox, { id, status: quiet ? 'active' : 'paused' });
    if (quiet) sender.paused.at(-1)!.until = house.clock.now().getTime();
    else sender.paused.push({ from: house.clock.now().getTime(), until: Infinity });
  },
  async changeHours({ house, c, asked }) {
    const [id, campaign] = c.one([...asked.campaigns]);
    const window = { from: house.clock.now().getTime(), zone: c.one(zones), hours: windowsOf(c) };
    await house.call(updateCampaign, { id, timezone: window.zone, operating_hours: window.hours });
    campaign.windows.push(window);
  },
  async suppress({ house, c, asked }) {
    const email = `${c.one(['a', 'b'])}${c.upTo(16)}@people.test`;
    await house.call(addSuppressions, { items: [{ value: email, reason: 'asked' }] });
    silence(asked, email, house);
  },
  async reply({ house, c }) {
    const mail = c.one(house.sink.messages);
    if (!mail) return;
    const key = mail.headers['message-id'] ?? '';
    const { rows } = await sql<{ sender_id: string }>`select sender_id from messages where channel_key = ${key.slice(1, -1)}`.execute(
      house.db,
    );
    if (!rows[0]) return;
    const text = `From: ${mail.to[0]}\r\nSubject: Re: Hello\r\nMessage-ID: <${c.upTo(1e9)}@r.test>\r\nIn-Reply-To: ${key}\r\n\r\nYes, please.\r\n`;
    await house.deliver(rows[0].sender_id, text, String(c.upTo(1e9)));
  },
  async inboxFails({ house, c, asked }) {
    const [id] = c.one([...asked.senders]);
    if (house.office.inboxes.get(id) === 'down') house.office.inboxes.delete(id);
    else house.office.inboxes.set(id, 'down');
  },
  async addPeople({ house, c, asked }) {
    const [id] = c.one([...asked.campaigns]);
    await house.call(addProspects, { id, prospects: people(1 + c.upTo(5), c.one(['a', 'b', 'late'])) });
  },
  /** A worker reserves, hands over some of it, and is never heard of again. */
  async workerDies({ house, c }) {
    const next = await nextDueAt(house.db);
    if (next && next.getTime() - house.clock.now().getTime() < day) house.clock.advanceTo(next);
    const dying = await house.hire();
    const never = new Promise<SendResult>(() => {});
    const sent = new Set<string>();
    const before = await countReserved(house);
    let handed = 0;
    const deliveries: Promise<unknown>[] = [];
    house.office.send = (deliver, message) => {
      handed += 1;
      if (c.happens(0.5)) {
        sent.add(message.key);
        deliveries.push(deliver());
      }
      return never;
    };
    await dying.engine.tick();
    const reserved = (await countReserved(house)) - before;
    await expect.poll(() => handed).toBe(reserved);
    await Promise.all(deliveries);
    await dying.die();
    house.office.send = faults.none;
    const knows = c.happens(0.7);
    house.office.find = (key) => (knows ? (sent.has(key) ? 'found' : 'absent') : 'unknown');
    await house.age(10 * minute);
  },
  async anotherDies(storm) {
    await deeds.workerDies!(storm);
  },
  async serverFails({ house, c }) {
    house.office.send = c.one(Object.values(faults));
  },
};

async function countReserved({ db }: House): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from messages where state = 'reserved'`.execute(db);
  return rows[0]!.n;
}

function silence(asked: Asked, email: string, house: House): void {
  if (!asked.silenced.has(email)) asked.silenced.set(email, house.clock.now().getTime());
}

type Send = NonNullable<House['office']['send']>;

const failing = (kind: 'temporary' | 'rate_limited' | 'bad_recipient' | 'refused', code: string | null): Send => {
  let turn = 0;
  return (deliver) => (turn++ % 2 === 0 ? Promise.resolve({ ok: false, fault: { kind, code, detail: kind } }) : deliver());
};

const faults = {
  none: (deliver: () => Promise<SendResult>) => deliver(),
  again: (deliver: () => Promise<SendResult>) => deliver(),
  greylisting: failing('temporary', '450'),
  unreachable: failing('temporary', null),
  limited: failing('rate_limited', '452'),
  bounces: failing('bad_recipient', '550'),
  refusals: failing('refused', '554'),
};

/** Reads the inboxes; whoever has answered by now must not be written to again by that campaign's sender. */
export async function settle({ house }: Storm): Promise<void> {
  await house.readInboxes();
  await house.engine.recover();
  await house.engine.settled();
  await house.engine.completeFinished();
}

export const stormDays = 6 * day;
