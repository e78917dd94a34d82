import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import type { AutomationRow } from '../../db/people/automations.ts';
import { listLabels } from '../../db/people/labels.ts';
import { listLists } from '../../db/people/lists.ts';
import {
  type AutomationAction,
  actionProblem,
  automationActionNames,
  automationActions,
  automationEvents,
} from '../../domain/people/automation.ts';
import type { Context } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { requireSendForLists } from '../require-send.ts';

export const automationOutput = z
  .object({
    id: z.uuid(),
    campaign_id: z.uuid(),
    event: z.enum(automationEvents),
    action: z.enum(automationActionNames),
    status_id: z.uuid().nullable(),
    tag_id: z.uuid().nullable(),
    list_id: z.uuid().nullable(),
    text: z.string().nullable(),
    enabled: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Automation' });

export function automationOnWire(row: AutomationRow): z.input<typeof automationOutput> {
  const action = row.action as AutomationAction;
  const target = (field: string) => (automationActions[action] === field ? row.target_id : null);
  return {
    id: row.id,
    campaign_id: row.campaign_id,
    event: row.event as z.input<typeof automationOutput>['event'],
    action,
    status_id: target('status_id'),
    tag_id: target('tag_id'),
    list_id: target('list_id'),
    text: row.text,
    enabled: row.enabled,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export type AutomationGiven = {
  event: string;
  action: AutomationAction;
  status_id?: string | undefined;
  tag_id?: string | undefined;
  list_id?: string | undefined;
  text?: string | undefined;
  enabled?: boolean | undefined;
};

const finders: Record<string, (db: Db, workspaceId: string, id: string) => Promise<unknown[]>> = {
  status_id: (db, workspaceId, id) => listLabels(db, 'lead_statuses', workspaceId, [id]),
  tag_id: (db, workspaceId, id) => listLabels(db, 'tags', workspaceId, [id]),
  list_id: (db, workspaceId, id) => listLists(db, workspaceId, [id]),
};

/**
 * Only a key with `send` switches on an automation by which people get into a launched campaign, or
 * changes the list of one. @throws auth.scope
 */
export async function requireSendForFeeder(
  context: Context,
  next: Pick<AutomationRow, 'action' | 'target_id' | 'event' | 'enabled'>,
  before?: AutomationRow,
): Promise<void> {
  const fields = ['action', 'target_id', 'event', 'enabled'] as const;
  const isKept = before && fields.every((field) => next[field] === before[field]);
  if (next.enabled && next.action === 'add_to_list' && next.target_id && !isKept)
    await requireSendForLists(context, [next.target_id], ['synced']);
}

/**
 * The columns of an automation's action. `at` is the pointer to the automation in the request.
 * @throws request.invalid when a field is missing, superfluous, or names nothing that exists
 */
export async function readAction(
  db: Db,
  workspaceId: string,
  given: AutomationGiven,
  at = '',
): Promise<Pick<AutomationRow, 'target_id' | 'text'>> {
  const wrong = actionProblem(given);
  if (wrong)
    throw invalidRequest([
      { pointer: `${at}/${wrong.field}`, code: 'not_of_this_action', message: wrong.message },
    ]);
  const field = automationActions[given.action];
  const target = field && field !== 'text' ? given[field]! : null;
  if (field && target && (await finders[field]!(db, workspaceId, target)).length === 0)
    throw invalidRequest([
      {
        pointer: `${at}/${field}`,
        code: `${field.replace('_id', '')}.not_found`,
        message: `There is none with the id ${target}.`,
      },
    ]);
  return { target_id: target, text: given.text ?? null };
}
