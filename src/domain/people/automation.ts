import { z } from 'zod';
import { text, uuid } from '../text.ts';

/** What happens to a person of a campaign, in the order in which it can happen. */
export const automationEvents = [
  'contacted',
  'connected',
  'completed',
  'replied',
  'bounced',
  'unsubscribed',
] as const;
export type AutomationEvent = (typeof automationEvents)[number];

/** What can follow, each with the field that says what or where. */
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

/** Fields of an automation as callers give them. */
export const automationInputs = {
  event: z.enum(automationEvents),
  action: z.enum(automationActionNames),
  status_id: uuid.optional().describe('For set_status.'),
  tag_id: uuid.optional().describe('For add_tag.'),
  list_id: uuid.optional().describe('For add_to_list.'),
  text: text({ min: 1, max: 2000 }).optional().describe('For notify: what the event says.'),
  enabled: z.boolean().optional().describe('true unless told.'),
};

type Given = {
  action: AutomationAction;
  status_id?: string | undefined;
  tag_id?: string | undefined;
  list_id?: string | undefined;
  text?: string | undefined;
};

/** What is wrong with the fields of an action: it has just the one it needs. Null when nothing is. */
export function actionProblem(given: Given): { field: string; message: string } | null {
  const needed = automationActions[given.action];
  if (needed && given[needed] === undefined)
    return { field: needed, message: `${given.action} needs ${needed}.` };
  const stray = (['status_id', 'tag_id', 'list_id', 'text'] as const).find(
    (field) => field !== needed && given[field] !== undefined,
  );
  return stray ? { field: stray, message: `${given.action} takes no ${stray}.` } : null;
}

/** An event of the log as it concerns a person, with how the person stands by now. */
export type Happening = {
  kind: string;
  at: Date;
  dryRun: boolean;
  /** No touch comes after the one the event is about. */
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
 * What an entry of the log means for automations. The first touch that went out contacts, the last one completes, unless the person had ended
 * before it; so does a connection with nothing after it. Dry runs mean nothing.
 */
export function meaningsOf({
  kind,
  at,
  dryRun,
  lastTouch,
  status,
  contactedAt,
  endedAt,
}: Happening): AutomationEvent[] {
  if (dryRun) return [];
  const went = kind === 'message.sent' || kind === 'message.unknown';
  const same = (instant: Date | null) => instant?.getTime() === at.getTime();
  const finished = went
    ? lastTouch && endedAt !== null && endedAt >= at
    : kind === 'prospect.connected' && status === 'completed' && same(endedAt);
  return [
    ...(went && same(contactedAt) ? ['contacted' as const] : []),
    ...(byKind[kind] ? [byKind[kind]] : []),
    ...(finished ? ['completed' as const] : []),
  ];
}
