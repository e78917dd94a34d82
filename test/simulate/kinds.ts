import type { Operation } from '../../src/operation.ts';
import { updateMailbox } from '../../src/operations/email/update.ts';
import { updateSeat } from '../../src/operations/unipile/update.ts';
import { updateXAccount } from '../../src/operations/x/update.ts';
import { addAccount, addMailbox } from '../factories/rows.ts';
import type { Chance } from './chance.ts';
import type { ExpectedSender, Settings } from './expectations.ts';
import type { Channel } from './people.ts';
import type { Simulation } from './simulation.ts';

type Node = Record<string, unknown> & { type: string };
export type Limits = ExpectedSender['limits'][number]['value'];

/** The differences between the types of campaigns. */
export type Kind = {
  /** Settings that its campaigns have. */
  settings: readonly (keyof Settings)[];
  /** Further fields of a draft. */
  fixed: (c: Chance) => Record<string, unknown>;
  /** The first touch of a sequence, and the later ones; `text` is the body. */
  first: (c: Chance, text: string) => Node;
  next: (c: Chance, text: string) => Node;
  addSender: (simulation: Simulation, n: number) => Promise<string>;
  /** Changes the limits or the status of a sender. Returns null when the call is refused. */
  change: (simulation: Simulation, id: string, change: Change) => Promise<unknown>;
};

const always = ['window', 'holidays', 'companyLimit', 'guard'] as const;

const limitsOnWire = ({ perDay, rolling, perHour, gapMs, rampUp }: Limits) => ({
  daily_limit: perDay,
  daily_window: rolling ? 'rolling' : 'calendar',
  hourly_limit: perHour,
  min_gap_seconds: gapMs / 1000,
  ramp_up: rampUp && {
    start: rampUp.start,
    step: rampUp.step,
    every_days: rampUp.every,
    started_on: rampUp.from,
  },
});

/** Inserts a seat. Its connection stays empty, because the stand-in provider does not read it. */
const addSeat = ({ c, test }: Simulation, type: Channel, n: number): Promise<string> =>
  addAccount(test, {
    id: c.newId(),
    type,
    first_name: 'Sam',
    last_name: 'Sender',
    profile_url: `https://www.linkedin.com/in/seat${n}`,
    provider_account_id: `seat${n}`,
    is_premium: true,
    secrets: {},
  });

type Change = { limits?: Limits; status?: 'active' | 'paused'; mended?: boolean };

const changeSeat =
  (operation: Operation, more: (limits: Limits) => Record<string, unknown> = () => ({})) =>
  (simulation: Simulation, id: string, { limits, status, mended }: Change) =>
    simulation.ask(operation, {
      id,
      ...(limits ? { ...limitsOnWire(limits), ...more(limits) } : {}),
      ...(status ? { status } : {}),
      ...(mended === undefined ? {} : { status: 'active', last_name: mended ? 'Sender' : null }),
    });

const weekly = ({ perWeek }: Limits) => ({
  weekly_connection_limit: perWeek,
  weekly_message_limit: perWeek,
});

export const kinds: Record<Channel, Kind> = {
  email: {
    settings: [...always, 'dailyLimit', 'domainLimit'],
    fixed: () => ({ stop_on_reply: true }),
    first: (_c, text) => ({ type: 'email', subject: 'About your plans', body: text }),
    next: (c, text) => ({
      type: 'email',
      ...(c.happens(0.6) ? { is_reply: true } : { subject: 'About your plans' }),
      body: text,
    }),
    addSender: ({ test, services }, n) =>
      addMailbox(
        { ...test, services },
        { address: `s${n}@sender.test`, smtp: { host: '127.0.0.1', port: 25 } },
      ),
    change: (simulation, id, { limits, status, mended }) =>
      simulation.ask(updateMailbox, {
        id,
        ...(limits ? limitsOnWire(limits) : {}),
        ...(status ? { status } : {}),
        ...(mended === undefined
          ? {}
          : { status: 'active', password: 'secret', last_name: mended ? 'Sender' : null }),
      }),
  },
  linkedin: {
    settings: [...always, 'timeout'],
    fixed: (c) => ({ skip_other_campaigns: c.happens(0.5) }),
    first: (_c, text) => ({ type: 'connection_request', body: text }),
    next: (_c, text) => ({ type: 'message', body: text }),
    addSender: (simulation, n) => addSeat(simulation, 'linkedin', n),
    change: changeSeat(updateSeat, weekly),
  },
  x: {
    settings: always,
    fixed: () => ({}),
    first: (_c, text) => ({ type: 'message', body: text }),
    next: (_c, text) => ({ type: 'message', body: text }),
    addSender: (simulation, n) => addSeat(simulation, 'x', n),
    change: changeSeat(updateXAccount),
  },
};
