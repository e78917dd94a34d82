import type { CampaignFacts, LaneFacts } from '../../src/domain/sending/lane-facts.ts';
import { planLanes } from '../../src/domain/sending/planner.ts';
import { chance } from './cases.ts';
import { type CampaignRules, Ledger, type SenderRules } from './ledger.ts';
import { zones } from './wall.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** The first touch of a day may come so much after its hours open. */
const firstDelayMs = 10 * minute;
const maxPerTick = 4;
/** A walk ends after so many: a sender without limits would write for ever. */
const maxTouches = 400;

type World = {
  start: number;
  days: number;
  /** Lanes are planned together at multiples of this. */
  stepMs: number;
  senders: SenderRules[];
  campaigns: CampaignRules[];
};

/** Senders with limits of every kind that share campaigns, in zones of all kinds. */
function worldOf(seed: number): World {
  const next = chance(seed);
  const upTo = (n: number) => 1 + Math.floor(next() * n);
  const sometimes = <T>(share: number, value: () => T) => (next() < share ? value() : null);
  const zone = () => zones[upTo(zones.length) - 1]!;
  const start = Date.UTC(2026, upTo(12) - 1, upTo(28), upTo(24) - 1, upTo(60) - 1);
  const touches = ['email', 'connection_request'];
  const campaigns = Array.from(
    { length: upTo(2) },
    (_, i): CampaignRules => ({
      id: `c${i}`,
      zone: zone(),
      touch: touches[upTo(2) - 1]!,
      noted: next() < 0.4,
      perDay: sometimes(0.6, () => upTo(9)),
      perAccount: sometimes(0.3, () => upTo(5)),
      perHour: sometimes(0.3, () => upTo(3)),
      isNineToFive: next() < 0.3,
    }),
  );
  const senders = Array.from(
    { length: upTo(3) },
    (_, i): SenderRules => ({
      id: `s${i}`,
      zone: zone(),
      perDay: next() < 0.2 ? 1_000_000 : upTo(8),
      day: next() < 0.4 ? 'rolling' : 'calendar',
      perHour: sometimes(0.4, () => upTo(4)),
      perWeek: next() < 0.4 ? { [touches[upTo(2) - 1]!]: upTo(20) } : {},
      perMonthNotes: sometimes(0.4, () => upTo(12)),
      rampUp: sometimes(0.3, () => ({
        start: upTo(3),
        step: upTo(3) - 1,
        every_days: upTo(3),
        started_on: new Date(start + (upTo(5) - 4) * day).toISOString().slice(0, 10),
      })),
      minGapMs: [0, 0, minute, hour, 7 * hour][upTo(5) - 1]!,
    }),
  );
  const stepMs = [1, minute, hour][upTo(3) - 1]!;
  return { start, days: next() < 0.2 ? 33 : 9, stepMs, senders, campaigns };
}

/** The facts of a lane, as its history by the wall clock gives them. */
function factsOf(
  { senders, campaigns }: World,
  ledger: Ledger,
  sender: SenderRules,
  now: number,
): LaneFacts {
  const own = ledger.sent.filter((one) => one.sender === sender.id);
  const ofCampaign = ({ id, zone, perDay, ...rules }: CampaignRules): CampaignFacts => ({
    campaignId: id,
    schedule: { timeZone: zone, hours: rules.isNineToFive ? nineToFive : null },
    local: new Map(),
    dailyLimit: perDay,
    sentToday: ledger.onDay(zone, now, { campaign: id }).length,
    accountLimit: rules.perAccount,
    sentTodayBySender: ledger.onDay(zone, now, { campaign: id, sender: sender.id }).length,
    ...(rules.perHour === null
      ? {}
      : {
          hourly: {
            limit: rules.perHour,
            sent: ledger.inHour(zone, now, { campaign: id, sender: sender.id }).length,
          },
        }),
    senders: senders.length,
    followUps: [],
    pauses: [],
    poolFrom: 0,
    poolTouch: rules.touch,
    poolNoted: rules.noted,
    poolZones: [''],
  });
  const quarters = Map.groupBy(own, ({ at, touch }) => `${Math.floor(at / (hour / 4))} ${touch}`);
  return {
    senderId: sender.id,
    status: 'active',
    timeZone: sender.zone,
    limits: {
      perDay: sender.perDay,
      day: sender.day,
      perHour: sender.perHour,
      perWeek: sender.perWeek,
      perMonthNotes: sender.perMonthNotes,
      rampUp: sender.rampUp,
    },
    sentToday: ledger.onDay(sender.zone, now, { sender: sender.id }).length,
    usage: [...quarters.values()].map((touches) => ({
      at: Math.floor(touches[0]!.at / (hour / 4)) * (hour / 4),
      touch: touches[0]!.touch,
      n: touches.length,
      notes: touches.filter(({ noted }) => noted).length,
    })),
    minGapMs: sender.minGapMs,
    lastAt: own.at(-1)?.at ?? null,
    campaigns: campaigns.map(ofCampaign),
  };
}

const nineToFive = [1, 2, 3, 4, 5].map((weekday) => ({
  start: weekday * day + 9 * hour,
  end: weekday * day + 17 * hour,
}));

/**
 * Errors of the planner with the limits of the world of a seed, a line each. Lanes are walked
 * through days; every touch and every sleep is held against limits that are counted again, touch by
 * touch, by the clock on the wall.
 */
export function limitViolationsOf(seed: number): string[] {
  const world = worldOf(seed);
  const ledger = new Ledger();
  const nextAt = new Map(world.senders.map(({ id }) => [id, world.start]));
  const next = chance(-seed);
  const found = new Set<string>();
  const end = world.start + world.days * day;
  for (;;) {
    const first = Math.min(...nextAt.values());
    const now = Math.ceil(first / world.stepMs) * world.stepMs;
    if (now >= end || ledger.sent.length >= maxTouches) break;
    const due = world.senders.filter(({ id }) => nextAt.get(id)! <= now);
    const plans = planLanes(
      due.map((sender) => factsOf(world, ledger, sender, now)),
      now,
    );
    for (const sender of due) {
      const plan = plans.get(sender.id);
      if (!plan) continue;
      // A change of the campaign wakes a lane before its time.
      const woken = next() < 0.2 ? now + next() * 12 * hour : Infinity;
      nextAt.set(sender.id, Math.min(plan.nextAt ?? Infinity, woken));
      const faults = plan.send
        ? sendFaults(world, ledger, { sender, now, ...plan.send, nextAt: plan.nextAt })
        : sleepFaults(world, ledger, { sender, now, nextAt: plan.nextAt, because: plan.because });
      for (const fault of faults) found.add(`${fault} at ${new Date(now).toISOString()}`);
    }
    if (found.size > 3) break;
  }
  return [...found].map((fault) => `${fault}: seed ${seed}, ${JSON.stringify(world)}`);
}

type Sending = { sender: SenderRules; now: number; campaignId: string; count: number };

/** Writes the touches of a plan down, and holds each against the limits. */
function sendFaults(
  { campaigns }: World,
  ledger: Ledger,
  { sender, now, campaignId, count, nextAt }: Sending & { nextAt: number },
): string[] {
  const faults: string[] = [];
  const campaign = campaigns.find(({ id }) => id === campaignId)!;
  const last = ledger.lastOf(sender.id);
  if (last !== null && now < last + sender.minGapMs) faults.push('a gap below the minimum');
  if (nextAt < now + sender.minGapMs * count) faults.push('the next turn before the minimum gap');
  if (count > maxPerTick || count < 1) faults.push(`${count} touches in a tick`);
  if (!ledger.isOpen(campaign, now)) faults.push('a touch outside the hours');
  for (let n = 0; n < count; n += 1) {
    const full = ledger.fullLimits(sender, campaign, now);
    if (full.length > 0) faults.push(`a touch over ${full.join(', ')}`);
    const { touch, noted } = campaign;
    ledger.sent.push({ at: now, sender: sender.id, campaign: campaignId, touch, noted });
  }
  return faults;
}

/** A sleep must have a reason that holds, and end when the first campaign is free again. */
function sleepFaults(
  { campaigns }: World,
  ledger: Ledger,
  {
    sender,
    now,
    nextAt,
    because,
  }: { sender: SenderRules; now: number; nextAt: number | null; because: string },
): string[] {
  const isFree = (at: number) =>
    campaigns.some(
      (campaign) =>
        ledger.isOpen(campaign, at) && ledger.fullLimits(sender, campaign, at).length === 0,
    );
  if (nextAt === null) return [`sleeps for ever: ${because}`];
  // The pace may keep back a lane that is free, and one campaign while another is full.
  const paced = because === 'pacing';
  const alone = campaigns.length === 1 && !paced;
  if (alone && isFree(now)) return [`sleeps although it is free: ${because}`];
  if (/limit|quota/.test(because)) {
    const full = campaigns.flatMap((campaign) => ledger.fullLimits(sender, campaign, now));
    if (!full.includes(because)) return [`sleeps for ${because}, which has room`];
  }
  // Limits and hours change at quarters of an hour alone.
  const quarter = hour / 4;
  let free = Math.ceil((now + 1) / quarter) * quarter;
  while (free < nextAt && !isFree(free)) free += quarter;
  const last = ledger.lastOf(sender.id) ?? -Infinity;
  const late = nextAt - Math.max(free, last + sender.minGapMs);
  // The constraint that is named moves the lane the furthest, so the pace adds less than it does.
  if (alone && late > Math.max(firstDelayMs, (nextAt - now) / 2))
    return [`wakes ${Math.round(late / minute)} minutes late: ${because}`];
  if (!isFree(nextAt) && !paced) return [`wakes too early: ${because}`];
  return [];
}
