import { Counter } from 'prom-client';
import type { EventKind, NewEvent } from '../domain/people/event.ts';
import type { Log } from '../log.ts';

export type LoggedEvents = { workspaceId: string; actor: string; events: readonly NewEvent[] };

const counter = new Counter({
  name: 'postrider_events_total',
  help: 'Events that this process has committed in live workspaces, by kind',
  labelNames: ['kind'],
});

/** Kinds that somebody should look at. */
const warnings: readonly EventKind[] = [
  'message.failed',
  'message.unknown',
  'campaign.paused',
  'sender.suspended',
  'sender.resting',
  'automation.failed',
];
const maxReason = 300;

/** Counts committed events and logs a line for each: ids and the reason, never a text or a name. */
export function logEvents(log: Log, { workspaceId, actor, events }: LoggedEvents): void {
  for (const { kind, campaignId, prospectId, senderId, data } of events) {
    counter.inc({ kind });
    const reason = data?.reason ?? data?.detail;
    const line = {
      workspaceId,
      actor,
      ...(campaignId ? { campaignId } : {}),
      ...(prospectId ? { prospectId } : {}),
      ...(senderId ? { senderId } : {}),
      ...(typeof reason === 'string' ? { reason: reason.slice(0, maxReason) } : {}),
    };
    log[warnings.includes(kind) ? 'warn' : 'info'](line, kind);
  }
}
