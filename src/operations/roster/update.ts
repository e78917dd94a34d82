import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { lockProspect, lockRoster } from '../../db/people/roster.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { type ProspectRow, updateProfile } from '../../db/sending/profiles.ts';
import {
  fieldSpelled,
  mildFaults,
  nameOf,
  profileFields,
  type RosterPerson,
  readRosterPerson,
} from '../../domain/people/prospect-input.ts';
import { uuid } from '../../domain/text.ts';
import { openRoster } from '../../engine/people/roster.ts';
import { AppError, type Problem } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { invalidRequest, onDuplicate } from '../refusals.ts';
import { requireSendAfterLaunch } from '../require-send.ts';
import { personSchema, prospectOnWire, prospectOutput } from './wire.ts';

export const updateProspect = defineOperation({
  name: 'campaign_lead.update',
  route: 'PATCH /api/campaigns/{id}/leads',
  cli: 'campaign lead update',
  summary: 'Edit the profile of one prospect',
  description:
    'Only the given fields change; null clears. `custom_fields` is replaced as a whole ' +
    "(Puffle's route cannot edit it). Other keys are ignored with a warning. The identity is " +
    'normalised again and must stay unique. `name` follows the first and last name unless it ' +
    'was set apart from them. Frozen outside draft unless the roster is open, with one ' +
    'exception: people held for a missing variable can be edited, and go on at once; people ' +
    'who are out of office can be edited too, because they may lack one.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    prospect_id: uuid,
    updates: z.record(z.string(), z.unknown()).meta(personSchema),
  }),
  output: z.object({ prospect: prospectOutput }),
  errors: [
    'campaign.not_found',
    'campaign.roster_frozen',
    'prospect.not_found',
    'prospect.identity_taken',
  ],
  async run(context, { id, prospect_id, updates }) {
    const { db, workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    const roster = await lockRoster(db, campaign);
    if (!roster) throw new AppError('campaign.not_found');
    const row = await lockProspect(db, { ...campaign, prospectId: prospect_id });
    if (!row) throw new AppError('prospect.not_found');
    const person = readUpdates(context, row, { channel: roster.type, updates });
    const { member_id } = await getCampaign(db, campaign);
    if (isSame(row, person)) return { prospect: prospectOnWire(row, member_id) };
    requireSendAfterLaunch(context, roster);
    // `out_of_office` may have replaced the hold `missing_variable`.
    if (row.hold !== 'missing_variable' && row.hold !== 'out_of_office')
      await openRoster(db, campaign);
    const updated = await updateProfile(db, row, { person, local: roster.local_hours, now }).catch(
      onDuplicate(() => new AppError('prospect.identity_taken')),
    );
    if (row.hold === 'missing_variable' || updated.local_zone !== row.local_zone)
      await wakeCampaign(db, { ...campaign, now });
    return { prospect: prospectOnWire(updated, member_id) };
  },
});

function isSame(row: ProspectRow, person: RosterPerson): boolean {
  const fields = person.custom_fields === null ? null : JSON.parse(person.custom_fields);
  return (
    profileFields.every((field) => row[field] === person[field]) &&
    isDeepStrictEqual(row.custom_fields, fields)
  );
}

/** The whole profile after the updates. @throws request.invalid naming each invalid field */
function readUpdates(
  context: Context,
  row: ProspectRow,
  { channel, updates }: { channel: string; updates: Record<string, unknown> },
): RosterPerson {
  const before = Object.fromEntries(profileFields.map((field) => [field, row[field]]));
  const followsParts = row.name === null || row.name === nameOf(row);
  const errors: Problem[] = [];
  const whole = {
    ...before,
    ...(followsParts ? { name: null } : {}),
    custom_fields: row.custom_fields,
    ...inOurSpelling(context, updates),
  };
  const person = readRosterPerson(channel, whole, (field, code, message) => {
    if (mildFaults.has(code)) context.warn(`updates/${field}`, message);
    else errors.push({ pointer: `/updates/${field}`, code, message });
  });
  if (!person) throw invalidRequest(errors);
  return person;
}

/** The updates by our names of fields. */
function inOurSpelling(
  context: Context,
  updates: Record<string, unknown>,
): Record<string, unknown> {
  const renamed = Object.entries(updates).map(([name, value]) => {
    const field = fieldSpelled(name);
    if (field === null || Object.hasOwn(updates, field)) return [name, value];
    context.warn(`updates/${name}`, `"${name}" was taken as ${field}.`);
    return [field, value];
  });
  return Object.fromEntries(renamed);
}
