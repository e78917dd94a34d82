import { closesAt, isOpen, nextOpen, type Schedule } from '../../src/domain/hours/schedule.ts';
import { scheduleOf } from '../../src/domain/hours/schedules.ts';
import type { LaneFacts } from '../../src/domain/sending/lane-facts.ts';
import { planLane } from '../../src/domain/sending/planner.ts';
import { dayMs, minuteMs } from '../../src/domain/time.ts';
import { type Hours, openByWall, wallClock, zones } from './wall.ts';

const maxLength = 400;
const probes = 12;

/** Numbers in [0, 1) from a seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Place = { zone: string; schedule: Schedule; open: (at: number) => boolean };
type Case = {
  seed: number;
  at: number;
  hours: Hours;
  holidays: string[];
  campaign: Place;
  person: Place;
  next: () => number;
};

/**
 * A campaign with hours and holidays, a person somewhere else, and an instant that is worth a look.
 */
function caseOf(seed: number): Case {
  const next = chance(seed);
  const upTo = (n: number) => Math.floor(next() * n);
  const oneOf = <T>(items: readonly T[]) => items[upTo(items.length)]!;
  const hours: Hours = {};
  for (let day = 0; day < 7; day++) {
    if (next() < 0.3) continue;
    const cuts = [
      ...new Set(
        Array.from({ length: 2 + 2 * upTo(3) }, () =>
          oneOf([upTo(1441), 0, 60, 120, 150, 180, 540, 1020, 1380, 1440]),
        ),
      ),
    ];
    cuts.sort((a, b) => a - b);
    hours[day] = cuts.flatMap((start, i) =>
      i % 2 === 0 && i + 1 < cuts.length ? [{ start, end: cuts[i + 1]! }] : [],
    );
  }
  const [own, theirs] = [oneOf(zones), oneOf(zones)];
  const near = Date.UTC(2005, 0) + upTo(Date.UTC(2037, 0) - Date.UTC(2005, 0));
  const change = Temporal.Instant.fromEpochMilliseconds(near)
    .toZonedDateTimeISO(theirs)
    .getTimeZoneTransition('next');
  const anywhere = next() < 0.3 || !change || change.epochMilliseconds > Date.UTC(2038, 0);
  const place = anywhere ? near : change.epochMilliseconds + (upTo(3 * 1440) - 2 * 1440) * minuteMs;
  const at = Math.floor(place / minuteMs) * minuteMs;
  const holidays = Array.from(
    { length: upTo(4) },
    () => wallClock(theirs, at + (upTo(5) - 1) * dayMs).date,
  );
  const closed = new Set(holidays);
  const placeOf = (zone: string): Place => ({
    zone,
    schedule: scheduleOf(
      { timeZone: zone, hours, holidays: { dates: holidays, countries: [] } },
      new Date(at),
    ),
    open: (instant) =>
      Object.keys(hours).length === 0
        ? !closed.size || openByWall(always, zone, instant, closed)
        : openByWall(hours, zone, instant, closed),
  });
  return { seed, at, hours, holidays, campaign: placeOf(own), person: placeOf(theirs), next };
}

// An empty map of hours is always open.
const always: Hours = Object.fromEntries(
  [0, 1, 2, 3, 4, 5, 6].map((day) => [day, [{ start: 0, end: 1440 }]]),
);

/**
 * Errors of the schedule and the planner in the case of a seed, a line each, found by enumerating
 * minutes.
 */
export function violationsOf(seed: number): string[] {
  const given = caseOf(seed);
  const length = 1 + Math.floor(given.next() * maxLength);
  const found = [...scheduleFaults(given, length), ...plannerFaults(given)];
  const { at, hours, holidays, campaign, person } = given;
  const instant = new Date(at).toISOString();
  const input = JSON.stringify({ hours, holidays });
  const where = `seed ${seed}, ${campaign.zone} and ${person.zone} at ${instant}, ${input}`;
  return found.map((fault) => `${fault}: ${where}`);
}

function scheduleFaults({ at, person: { schedule, open }, next }: Case, length: number): string[] {
  const minutes = Array.from({ length }, (_, i) => at + i * minuteMs);
  const shown = minutes.map(open);
  const until = at + length * minuteMs;
  const faults: string[] = [];
  if (isOpen(schedule, at + Math.floor(next() * minuteMs)) !== shown[0]) faults.push('isOpen');
  const opens = nextOpen(schedule, at);
  const closes = closesAt(schedule, at);
  const expectEdge = (name: string, edge: number | null, state: boolean) => {
    const first = shown.indexOf(state);
    if (first >= 0) return edge === minutes[first] || faults.push(name);
    if (edge === null) return null;
    if (edge < until) return faults.push(name);
    // Too far to go there minute by minute: the edge itself, and minutes on the way.
    const way = Array.from(
      { length: probes },
      () => until + Math.floor((next() * (edge - until)) / minuteMs) * minuteMs,
    );
    const wrong =
      edge < at + 300 * dayMs &&
      (open(edge) !== state || way.some((minute) => minute < edge && open(minute) === state));
    return wrong && faults.push(`${name}, far`);
  };
  expectEdge('nextOpen', opens, true);
  expectEdge('closesAt', closes, false);
  return faults;
}

/**
 * A sender without limits, with one prospect in the campaign's zone and one in another. It must
 * pick at once every prospect in an open zone.
 */
function plannerFaults({ at, campaign, person }: Case): string[] {
  const instant = at + minuteMs / 2;
  const places = new Map([
    ['', campaign],
    [person.zone, person],
  ]);
  const limits = {
    perDay: 1e12,
    day: 'calendar',
    perHour: null,
    perWeek: {},
    rampUp: null,
  } as const;
  const counts = {
    dailyLimit: null,
    sentToday: 0,
    accountLimit: null,
    sentTodayBySender: 0,
    senders: 1,
  };
  const pool = {
    followUps: [],
    pauses: [],
    poolFrom: 0,
    poolTouch: 'email',
    poolZones: [...places.keys()],
  };
  const local = new Map([[person.zone, person.schedule]]);
  const facts: LaneFacts = {
    ...{
      senderId: 's',
      status: 'active',
      timeZone: 'UTC',
      limits,
      usage: [],
      sentToday: 0,
      minGapMs: 0,
      lastAt: null,
    },
    campaigns: [{ campaignId: 'c', schedule: campaign.schedule, local, ...counts, ...pool }],
  };
  const { send } = planLane(facts, instant);
  const open = [...places].filter(([, place]) => place.open(at)).map(([zone]) => zone);
  const picked = send?.picks.flatMap((pick) => ('pool' in pick ? pick.pool : [])) ?? [];
  return picked.sort().join() === open.sort().join()
    ? []
    : [`the planner picks [${picked}] where [${open}] are open`];
}
