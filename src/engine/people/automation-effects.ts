import type { Db } from '../../db/database.ts';
import {
  type Involved,
  involvedLeads,
  peopleElsewhere,
} from '../../db/people/automation-events.ts';
import type { AutomationRow } from '../../db/people/automations.ts';
import { addTags, listLabels, setStatus } from '../../db/people/labels.ts';
import { insertLeads } from '../../db/people/leads.ts';
import { addToList, listLists } from '../../db/people/lists.ts';
import { moveProspects } from '../../db/sending/moves.ts';
import { identityFields } from '../../domain/identity.ts';
import type { AutomationAction } from '../../domain/people/automation.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { endMove } from '../sending/stop.ts';
import type { AutomationTrigger } from './automations.ts';

export type AutomationContext = { db: Db; newId: () => string; now: Date; workspaceId: string };
/** `stopped`: ids of campaigns in which people were stopped. */
export type EffectResult = { events: NewEvent[]; stopped: string[] };
type Effect = (
  context: AutomationContext,
  automation: AutomationRow,
  triggers: readonly AutomationTrigger[],
) => Promise<EffectResult>;

const nothing: EffectResult = { events: [], stopped: [] };

/**
 * Applies the action of an automation to the people of its triggers, in a few statements however
 * many people there are.
 */
export function carryOut(
  context: AutomationContext,
  automation: AutomationRow,
  triggers: readonly AutomationTrigger[],
): Promise<EffectResult> {
  return effects[automation.action as AutomationAction](context, automation, triggers);
}

const effects: Record<AutomationAction, Effect> = {
  async set_status(context, automation, triggers) {
    const { db, workspaceId, now } = context;
    const [status] = await listLabels(db, 'lead_statuses', workspaceId, [automation.target_id!]);
    if (!status) return failed(automation, 'the lead status was deleted');
    await setStatus(db, workspaceId, {
      leadIds: await leadsOf(context, triggers),
      statusId: status.id,
      now,
    });
    return nothing;
  },
  async add_tag(context, automation, triggers) {
    const { db, workspaceId } = context;
    const [tag] = await listLabels(db, 'tags', workspaceId, [automation.target_id!]);
    if (!tag) return failed(automation, 'the tag was deleted');
    await addTags(db, workspaceId, { leadIds: await leadsOf(context, triggers), tagIds: [tag.id] });
    return nothing;
  },
  async add_to_list(context, automation, triggers) {
    const { db, workspaceId, now } = context;
    const [list] = await listLists(db, workspaceId, [automation.target_id!]);
    if (!list) return failed(automation, 'the list was deleted');
    await addToList(
      db,
      { workspaceId, listId: list.id },
      { leadIds: await leadsOf(context, triggers), now },
    );
    return nothing;
  },
  async notify(_context, automation, triggers) {
    const events = triggers.map(({ event, seq, campaignId, prospectId, senderId }): NewEvent => {
      const data = { automation_id: automation.id, event, event_seq: seq, text: automation.text };
      return { kind: 'automation.notified', campaignId, prospectId, senderId, data };
    });
    return { events, stopped: [] };
  },
  async stop_in_other_campaigns({ db, workspaceId, now }, automation, triggers) {
    const prospectIds = [...new Set(triggers.map(({ prospectId }) => prospectId))];
    const elsewhere = await peopleElsewhere(db, workspaceId, {
      campaignId: automation.campaign_id,
      prospectIds,
    });
    const reason = `automation: ${automation.event} in another campaign`;
    const moves = elsewhere.map(({ id }) => endMove(id, 'cancelled', { reason, at: now }));
    const moved = await moveProspects(db, { workspaceId, moves });
    const stopped = moved.filter(({ was, status }) => was !== status);
    const events = stopped.map(({ id: prospectId, campaignId }): NewEvent => {
      return {
        kind: 'prospect.cancelled',
        campaignId,
        prospectId,
        data: { reason, automation_id: automation.id },
      };
    });
    return { events, stopped: [...new Set(stopped.map(({ campaignId }) => campaignId))] };
  },
};

function failed(
  { id, campaign_id: campaignId, action }: AutomationRow,
  reason: string,
): EffectResult {
  return {
    events: [
      { kind: 'automation.failed', campaignId, data: { automation_id: id, action, reason } },
    ],
    stopped: [],
  };
}

/** Ids of the leads that the people of the triggers are; creates the leads that are missing. */
async function leadsOf(
  { db, workspaceId, newId, now }: AutomationContext,
  triggers: readonly AutomationTrigger[],
): Promise<string[]> {
  const { type } = triggers[0]!;
  const ids = [...new Set(triggers.map(({ prospectId }) => prospectId))].sort();
  const people = await involvedLeads(db, workspaceId, { type, ids });
  const withoutLead = people.filter((person) => person.lead_id === null);
  if (withoutLead.length === 0) return people.map((person) => person.lead_id!);
  const { field } = identityFields[type]!;
  const newLeads = withoutLead.map((person) => ({
    id: newId(),
    type: 'person',
    [field]: person.identity,
    ...namesOf(person),
  }));
  await insertLeads(db, { workspaceId, source: 'campaign', now }, newLeads);
  return (await involvedLeads(db, workspaceId, { type, ids })).flatMap(
    (person) => person.lead_id ?? [],
  );
}

const namesOf = ({ first_name, last_name, name, company, position }: Involved) => ({
  first_name,
  last_name,
  name,
  company,
  title: position,
});
