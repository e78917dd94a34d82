import { createHmac } from 'node:crypto';
import { nextId, type Seat, type State } from '../state.ts';
import { post } from '../webhooks.ts';
import { accountV2, idV2 } from './wire.ts';

/** The events of the statuses that an account turns to. */
export const eventOfStatus: Record<string, string> = {
  OK: 'account.status.running',
  CREDENTIALS: 'account.status.disconnected',
  ERROR: 'account.status.errored',
  DELETED: 'account.remove',
};

export const currentEvents: readonly string[] = [
  'account.add',
  'account.reconnect',
  'account.remove',
  'account.locked',
  'account.unlocked',
  ...['running', 'disconnected', 'errored', 'degraded', 'partial'].map(
    (status) => `account.status.${status}`,
  ),
  'message.new',
  'message.update',
  'relation.new',
];
export const betaEvents: readonly string[] = [
  'account.add',
  'account.reconnect',
  'account.remove',
  ...['running', 'disconnected', 'errored', 'paused'].map((status) => `account.status.${status}`),
  'message.new',
  'message.update',
  'relation.request.accept',
];

type Event = { seat: Seat; type: string; payload: object };

export const eventOf = (seat: Seat, type: string, payload: object): Event => ({
  seat,
  type,
  payload: type.startsWith('account.') ? { account: accountV2(seat), ...payload } : payload,
});

/** Queues an event for the endpoints that ask for it. */
export function announceEvent(
  state: State,
  source: keyof State['lagMs'],
  { seat, type, payload }: Event,
): void {
  const dueAt = new Date(state.now().getTime() + state.lagMs[source]);
  const body = {
    id: nextId(state, 'evt_'),
    created_at: state.now().toISOString(),
    account_id: idV2(seat),
    account_provider: 'linkedin',
    account_name: seat.member.firstName,
    application_id: 'app_1',
    application_production: true,
    type,
    payload,
  };
  for (const { url, secret, enabled, trigger_events } of state.endpoints)
    if (enabled && trigger_events.includes(type))
      post(state, { url, headers: {}, body, secret, dueAt });
}

/** The signature of a body, as its header carries it. */
export function sign(text: string, secret: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const hash = createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex');
  return `t=${seconds},v0=${hash}`;
}
