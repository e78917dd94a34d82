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
import type { Meaning } from './automations.ts';

type Turn = { db: Db; newId: () => string; now: Date; workspaceId: string };
/** `stopped`: campaigns in which people were stopped. */
export type EffectResult = { events: NewEvent[]; stopped: string[] };
type Effect = (
  turn: Turn,
  automation: AutomationRow,
  called: readonly Meaning[],
) => Promise<EffectResult>;

const nothing: EffectResult = { events: [], stopped: [] };

/** Does what an automation says to the people it was called for, whatever their number in a few statements. */
export function carryOut(
  turn: Turn,
  automation: AutomationRow,
  called: readonly Meaning[],
): Promise<EffectResult> {
  return effects[automation.action as AutomationAction](turn, automation, called);
}

const effects: Record<AutomationAction, Effect> = {
  async set_status(turn, automation, called) {
    const { db, workspaceId, now } = turn;
    const [status] = await listLabels(db, 'lead_statuses', workspaceId, [automation.target_id!]);
    if (!status) return failed(automation, 'the lead status was deleted');
    await setStatus(db, workspaceId, {
      leadIds: await leadsOf(turn, called),
      statusId: status.id,
      now,
    });
    return nothing;
  },
  async add_tag(turn, automation, called) {
    const { db, workspaceId } = turn;
    const [tag] = await listLabels(db, 'tags', workspaceId, [automation.target_id!]);
    if (!tag) return failed(automation, 'the tag was deleted');
    await addTags(db, workspaceId, { leadIds: await leadsOf(turn, called), tagIds: [tag.id] });
    return nothing;
  },
  async add_to_list(turn, automation, called) {
    const { db, workspaceId, now } = turn;
    const [list] = await listLists(db, workspaceId, [automation.target_id!]);
    if (!list) return failed(automation, 'the list was deleted');
    await addToList(
      db,
      { workspaceId, listId: list.id },
      { leadIds: await leadsOf(turn, called), now },
    );
    return nothing;
  },
  async notify(_turn, automation, called) {
    const events = called.map(({ event, seq, campaignId, prospectId, senderId }): NewEvent => {
      const data = { automation_id: automation.id, event, event_seq: seq, text: automation.text };
      return { kind: 'automation.notified', campaignId, prospectId, senderId, data };
    });
    return { events, stopped: [] };
  },
  async stop_in_other_campaigns({ db, workspaceId, now }, automation, called) {
    const prospectIds = [...new Set(called.map(({ prospectId }) => prospectId))];
    const elsewhere = await peopleElsewhere(db, workspaceId, {
      campaignId: automation.campaign_id,
      prospectIds,
    });
    const reason = `automation: ${automation.event} in another campaign`;
    const moves = elsewhere.map(({ id }) => endMove(id, 'cancelled', { reason, at: now }));
    const moved = await moveProspects(db, { workspaceId, moves });
    const turned = moved.filter(({ was, status }) => was !== status);
    const events = turned.map(({ id: prospectId, campaignId }): NewEvent => {
      return {
        kind: 'prospect.cancelled',
        campaignId,
        prospectId,
        data: { reason, automation_id: automation.id },
      };
    });
    return { events, stopped: [...new Set(turned.map(({ campaignId }) => campaignId))] };
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

/** The leads these people are; whoever was none becomes one. */
async function leadsOf(
  { db, workspaceId, newId, now }: Turn,
  called: readonly Meaning[],
): Promise<string[]> {
  const { type } = called[0]!;
  const ids = [...new Set(called.map(({ prospectId }) => prospectId))].sort();
  const people = await involvedLeads(db, workspaceId, { type, ids });
  const strangers = people.filter((person) => person.lead_id === null);
  if (strangers.length === 0) return people.map((person) => person.lead_id!);
  const { field } = identityFields[type]!;
  const fresh = strangers.map((person) => ({
    id: newId(),
    type: 'person',
    [field]: person.identity,
    ...namesOf(person),
  }));
  await insertLeads(db, { workspaceId, source: 'campaign', now }, fresh);
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
