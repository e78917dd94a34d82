import { dayMs } from '../../src/domain/time.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import type { Chance } from './chance.ts';
import type {
  ExpectedCampaign,
  Hours,
  Settings,
  SettingTimelines,
  Timeline,
} from './expectations.ts';
import { type Kind, kinds } from './kinds.ts';
import { publicHolidays } from './people.ts';
import type { Simulation } from './simulation.ts';
import { zones } from './zones.ts';

type Setting<Value> = {
  draw: (c: Chance, now: number) => Value;
  /** As the operations take it. */
  wire: (value: Value) => Record<string, unknown>;
  /** The value with which no prospect has to wait. */
  calm: (last: Value) => Value;
};

/** Settings that a running campaign can change, and how each is drawn. */
const settings: { [Name in keyof Settings]: Setting<Settings[Name]> } = {
  window: {
    draw: (c) => ({ zone: c.one(zones), hours: drawHours(c) }),
    wire: ({ zone, hours }) => ({ timezone: zone, operating_hours: hours }),
    calm: ({ zone }) => ({ zone, hours: null }),
  },
  holidays: {
    draw: (c, now) => ({
      dates: c.happens(0.5)
        ? []
        : Array.from({ length: 1 + c.upTo(5) }, () => dateOf(now + c.upTo(20) * dayMs)),
      countries: c.happens(0.3) ? [c.one(Object.keys(publicHolidays))] : [],
    }),
    wire: (holidays) => ({ holidays }),
    calm: () => ({ dates: [], countries: [] }),
  },
  dailyLimit: {
    draw: (c) => c.one([1, 3, 6, 500, 500]),
    wire: (limit) => ({ daily_limit: limit }),
    calm: () => 500,
  },
  domainLimit: {
    draw: (c) => c.one([1, 2, 4, null, null, null]),
    wire: (limit) => ({ domain_daily_limit: limit }),
    calm: () => null,
  },
  companyLimit: {
    draw: (c) => c.one([1, 2, null, null, null]),
    wire: (limit) => ({ company_daily_limit: limit }),
    calm: () => null,
  },
  guard: {
    draw: (c) => ({ rate: c.one([0.2, 0.5, 1, null]), min: c.one([3, 6, null]) }),
    wire: ({ rate, min }) => ({ guard_bounce_rate: rate, guard_bounce_min: min }),
    calm: () => ({ rate: null, min: null }),
  },
  timeout: {
    draw: (c) => c.one([1, 3, 8, null]),
    wire: (days) => ({ connection_timeout_days: days }),
    calm: (days) => days,
  },
};
export const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function drawHours(c: Chance): Hours {
  if (c.happens(0.3)) return null;
  const start = c.upTo(20) * 60 + c.one([0, 15, 30]);
  const open = [{ start, end: Math.min(1440, start + 60 * (1 + c.upTo(8))) }];
  if (c.happens(0.3) && open[0]!.end < 1380) open.push({ start: open[0]!.end + 30, end: 1440 });
  const days = ['0', '1', '2', '3', '4', '5', '6'].filter(() => c.happens(0.75));
  return Object.fromEntries((days.length > 0 ? days : ['3']).map((weekday) => [weekday, open]));
}

function note<Name extends keyof Settings>(
  courses: SettingTimelines,
  name: Name,
  entry: Timeline<Settings[Name]>[number],
): void {
  courses[name].push(entry);
}

/** A new campaign's settings, as they are noted and as the operations take them. */
export function drawSettings(
  c: Chance,
  names: Kind['settings'],
  now: number,
): { courses: SettingTimelines; wire: Record<string, unknown> } {
  const courses: SettingTimelines = {
    window: [],
    holidays: [],
    dailyLimit: [],
    domainLimit: [],
    companyLimit: [],
    guard: [],
    timeout: [],
  };
  const draw = <Name extends keyof Settings>(name: Name) => {
    const value = settings[name].draw(c, now);
    note(courses, name, { from: now, value });
    return settings[name].wire(value);
  };
  return { courses, wire: Object.assign({}, ...names.map((name) => draw(name))) };
}

/** Changes one of a campaign's settings. */
export async function changeSetting(
  simulation: Simulation,
  campaign: ExpectedCampaign & { id: string },
): Promise<void> {
  const change = async <Name extends keyof Settings>(name: Name) => {
    const from = simulation.instant();
    const value = settings[name].draw(simulation.c, from);
    if (await simulation.ask(updateCampaign, { id: campaign.id, ...settings[name].wire(value) }))
      note(campaign, name, { from, value });
  };
  await change(simulation.c.one(kinds[campaign.type].settings));
}

/** Sets all settings to the values with which no prospect has to wait. */
export async function calmSettings(
  simulation: Simulation,
  campaign: ExpectedCampaign & { id: string },
): Promise<void> {
  const calm = async <Name extends keyof Settings>(name: Name) => {
    const from = simulation.instant();
    const courses: SettingTimelines = campaign;
    const value = settings[name].calm(courses[name].at(-1)!.value);
    await simulation.caller.call(updateCampaign, {
      id: campaign.id,
      ...settings[name].wire(value),
    });
    note(campaign, name, { from, value });
  };
  for (const name of kinds[campaign.type].settings) await calm(name);
}
