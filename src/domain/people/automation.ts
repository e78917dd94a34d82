import { z } from 'zod';
import { text, uuid } from '../text.ts';

/**
 * The events of a prospect that an automation can follow, in the order in which they can happen.
 */
export const automationEvents = [
  'contacted',
  'connected',
  'completed',
  'replied',
  'bounced',
  'unsubscribed',
] as const;
export type AutomationEvent = (typeof automationEvents)[number];

/** The actions of automations, each with the one field that it needs. */
export const automationActions = {
  set_status: 'status_id',
  add_tag: 'tag_id',
  add_to_list: 'list_id',
  notify: 'text',
  stop_in_other_campaigns: null,
} as const;
export type AutomationAction = keyof typeof automationActions;
export const automationActionNames = Object.keys(automationActions) as [
  AutomationAction,
  ...AutomationAction[],
];

/** Fields of an automation in the shape that callers send. */
export const automationInputs = {
  event: z.enum(automationEvents),
  action: z.enum(automationActionNames),
  status_id: uuid.optional().describe('For set_status.'),
  tag_id: uuid.optional().describe('For add_tag.'),
  list_id: uuid.optional().describe('For add_to_list.'),
  text: text({ min: 1, max: 2000 }).optional().describe('For notify: what the event says.'),
  enabled: z.boolean().optional().describe('true unless told.'),
};

type ActionFields = {
  action: AutomationAction;
  status_id?: string | undefined;
  tag_id?: string | undefined;
  list_id?: string | undefined;
  text?: string | undefined;
};

/** The fault in an action's fields, null without one: an action has exactly the field it needs. */
export function actionProblem(given: ActionFields): { field: string; message: string } | null {
  const needed = automationActions[given.action];
  if (needed && given[needed] === undefined)
    return { field: needed, message: `${given.action} needs ${needed}.` };
  const stray = (['status_id', 'tag_id', 'list_id', 'text'] as const).find(
    (field) => field !== needed && given[field] !== undefined,
  );
  return stray ? { field: stray, message: `${given.action} takes no ${stray}.` } : null;
}

/** An event of the log that concerns a prospect, and the prospect's state by now. */
export type LoggedEvent = {
  kind: string;
  at: Date;
  dryRun: boolean;
  /** The event is about the sequence's last touch. */
  lastTouch: boolean;
  status: string;
  contactedAt: Date | null;
  endedAt: Date | null;
};

const byKind: Readonly<Record<string, AutomationEvent>> = {
  'prospect.connected': 'connected',
  'prospect.replied': 'replied',
  'prospect.bounced': 'bounced',
  'prospect.unsubscribed': 'unsubscribed',
};

/**
 * The automation events that follow from an event of the log. The first touch that went out
 * contacts; the last one completes, unless the prospect had ended before it, and so does a
 * connection without a touch after it. Dry runs have no automation events.
 */
export function meaningsOf({
  kind,
  at,
  dryRun,
  lastTouch,
  status,
  contactedAt,
  endedAt,
}: LoggedEvent): AutomationEvent[] {
  if (dryRun) return [];
  const wentOut = kind === 'message.sent' || kind === 'message.unknown';
  const same = (instant: Date | null) => instant?.getTime() === at.getTime();
  const completed = wentOut
    ? lastTouch && endedAt !== null && endedAt >= at
    : kind === 'prospect.connected' && status === 'completed' && same(endedAt);
  return [
    ...(wentOut && same(contactedAt) ? ['contacted' as const] : []),
    ...(byKind[kind] ? [byKind[kind]] : []),
    ...(completed ? ['completed' as const] : []),
  ];
}
