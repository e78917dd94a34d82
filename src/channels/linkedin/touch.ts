import type { Account, Fault, Outgoing } from '../channel.ts';
import type { Credits } from './credits.ts';
import type { Unipile } from './unipile.ts';

/** The tools with which touches are handed over. */
export type Sending = { client: Unipile; credits: Credits };

/** A touch on its way to a person that was found. */
export type TouchUnderWay = {
  account: Account;
  message: Outgoing;
  personKey: string;
  /** By `performance.now()`. After it no request begins. */
  deadline: number;
};

export const isLate = ({ deadline }: Pick<TouchUnderWay, 'deadline'>): boolean =>
  performance.now() >= deadline;

export const late: Fault = {
  kind: 'temporary',
  code: null,
  detail: 'The deadline passed before the message was handed over.',
};
/** Unipile documents that the ids of a 201 can be null. */
export const nameless: Fault = {
  kind: 'ambiguous',
  code: null,
  detail: 'Unipile says that it is sent, and names no message.',
};

/** A fault of the person, in our words. */
export const unreachable = (detail: string, code: string | null = null): Fault => ({
  kind: 'unreachable_person',
  code,
  detail,
});
