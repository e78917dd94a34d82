import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { replaceCampaignSenders, saveSenderLimits } from '../../db/campaigns/campaign-senders.ts';
import {
  type CampaignRow,
  type CampaignValues,
  lockCampaign,
  updateCampaign as updateRow,
} from '../../db/campaigns/campaigns.ts';
import { readNodes, writeNodes } from '../../db/campaigns/sequences.ts';
import { releaseCapHolds } from '../../db/sending/contact-caps.ts';
import { respanWaiting } from '../../db/sending/holds.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { lockPositions } from '../../db/sending/positions.ts';
import { deleteStrayDrafts } from '../../db/texts/drafts.ts';
import { canonicalHours, type OperatingHours } from '../../domain/hours/schedule.ts';
import { freeName } from '../../domain/sequence/campaign.ts';
import {
  normaliseSequence,
  type SequenceNodeInput,
  sequenceNodeInput,
} from '../../domain/sequence/sequence.ts';
import { uuid } from '../../domain/text.ts';
import { settleZones } from '../../engine/people/local-zones.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { onDuplicate } from '../refusals.ts';
import { isLoosened, requireSendAfterLaunch } from '../require-send.ts';
import { adviseOfSignature, adviseOfTexts } from '../sequence/text-advice.ts';
import { changesOf } from '../unchanged.ts';
import {
  applicable,
  campaignName,
  checkSenders,
  dailyLimit,
  namesAround,
  nameTaken,
  numberName,
  settingColumns,
  settingInputs,
  unchecked,
  warnOfIgnored,
} from './fields.ts';
import { campaignOutput, nodeOutput, showWithNodes } from './shape.ts';

type AccountLimit = { account_id: string; daily_limit: number | null };

/** Fields that change the next sends of a running campaign. */
const paceFields = [
  'starts_at',
  'operating_hours',
  'timezone',
  'holidays',
  'daily_limit',
  'hourly_limit',
  'account_limits',
  'domain_daily_limit',
  'company_daily_limit',
];

const changes = {
  name: campaignName.optional(),
  ...settingInputs,
  sequence_nodes: z
    .array(sequenceNodeInput)
    .max(100)
    .optional()
    .describe('Draft only. Delays total 1 minute to 30 days.'),
  account_limits: z
    .array(z.object({ account_id: uuid, daily_limit: dailyLimit.nullable() }))
    .max(50)
    .optional()
    .describe(
      "Email only. The campaign's own daily limit for some of its senders; the last one " +
        'wins, null removes it.',
    ),
};

export const updateCampaign = defineOperation({
  name: 'campaign.update',
  route: 'PATCH /api/campaigns/{id}',
  cli: 'campaign update',
  summary: 'Change a campaign',
  description:
    'Only the given fields change. In any status: name, description, operating_hours, ' +
    'timezone, holidays, roster, starts_at, exclude_replied, hourly_limit, ' +
    'company_daily_limit, for email daily_limit, ' +
    'domain_daily_limit and account_limits, and for LinkedIn connection_timeout_days; all ' +
    'others apply to drafts, and are ignored with a warning after the launch. sequence_nodes ' +
    'replaces the whole sequence, including its end: array order is the position, and nodes ' +
    'keep their id when it is given; a running campaign gets another sequence by POST ' +
    '…/revisions, and senders by POST and DELETE …/senders. New hours or limits of an active ' +
    'campaign count at once. local_hours finds the zones of everybody on the roster when it ' +
    'is switched on; with a new limit for domains or companies, people that the old one had ' +
    'put off go on.',
  scope: 'write',
  input: z.object({ id: uuid, number_name: numberName, ...unchecked(changes) }),
  output: z.object({ campaign: campaignOutput, sequence_nodes: z.array(nodeOutput) }),
  errors: [
    'campaign.not_found',
    'campaign.name_taken',
    'campaign.sender_mismatch',
    'sequence.invalid',
  ],
  unknown: 'warn',
  async run(context, { id, number_name: isNumbered = false, ...input }) {
    const { db, workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    const row = await lockCampaign(db, campaign);
    const fields = applicable(context, changes, { input, campaign: row });
    const { name, sequence_nodes: nodes, account_limits: limits, ...given } = fields;
    const settings = changesOf(given, shownSettings(row));
    const { description: _description, ...deciding } = settings;
    if (limits || isLoosened(deciding, shownSettings(row))) requireSendAfterLaunch(context, row);
    if (settings.sender_account_ids) {
      await replaceCampaignSenders(
        db,
        campaign,
        await checkSenders(context, row.type, settings.sender_account_ids),
      );
    }
    if (limits) await limitSenders(context, row, limits);
    const isResequenced = nodes ? await replaceSequence(context, row, nodes) : false;
    const isRenamed = name !== undefined && name !== row.name;
    const isChanged = isResequenced || isRenamed || limits || Object.keys(settings).length > 0;
    if (!isChanged) return showWithNodes(context, row);
    if (settings.signature) adviseOfSignature(context, settings.signature);
    const values = { ...settingColumns(settings), updated_at: now };
    const updated = isRenamed
      ? await rename(context, row, { values: { ...values, name }, isNumbered })
      : await updateRow(db, row, values);
    if (updated.local_hours !== row.local_hours)
      await settleZones(db, campaign, { localHours: updated.local_hours });
    const recapped =
      updated.domain_daily_limit !== row.domain_daily_limit ||
      updated.company_daily_limit !== row.company_daily_limit;
    if (recapped) await releaseCapHolds(db, { ...campaign, now });
    if (updated.connection_timeout_days !== row.connection_timeout_days) {
      // Locked first, so that invitations on their way wait by the new limit too.
      await lockPositions(db, campaign, []);
      await respanWaiting(db, { ...campaign, now });
    }
    const repaced = Object.keys({
      ...settings,
      ...(limits ? { account_limits: limits } : {}),
    }).some((field) => paceFields.includes(field));
    if (row.status === 'active' && repaced) await wakeCampaign(db, { ...campaign, now });
    return showWithNodes(context, updated);
  },
});

/** The settings of a campaign as callers see them. */
function shownSettings(row: CampaignRow): Record<string, unknown> {
  const operating_hours = canonicalHours(row.operating_hours as OperatingHours);
  const starts_at = row.starts_at?.toISOString() ?? null;
  return { ...row, timezone: row.time_zone, operating_hours, starts_at };
}

async function rename(
  context: Context,
  row: CampaignRow,
  { values, isNumbered }: { values: CampaignValues & { name: string }; isNumbered: boolean },
): Promise<CampaignRow> {
  const { name } = values;
  const taken = await namesAround(context, row.member_id, name);
  const isTaken = taken.has(name);
  if (isTaken && !isNumbered) throw nameTaken(name, taken);
  const named = isTaken
    ? { name: freeName(name, taken), given_name: name }
    : { name, given_name: null };
  return updateRow(context.db, row, { ...values, ...named }).catch(
    onDuplicate(() => nameTaken(name, taken)),
  );
}

/** Replaces a draft's sequence. Returns false when it was the same. */
async function replaceSequence(
  context: Context,
  row: CampaignRow,
  input: readonly SequenceNodeInput[],
): Promise<boolean> {
  const { db, newId, now } = context;
  const before = await readNodes(db, row);
  const { nodes, ignored } = normaliseSequence(input, before, row.type, newId);
  warnOfIgnored(context, ignored);
  if (isDeepStrictEqual(nodes, before)) return false;
  adviseOfTexts(context, row, nodes);
  await writeNodes(db, row, { nodes, at: now });
  await deleteStrayDrafts(db, row, nodes);
  return true;
}

async function limitSenders(
  { db, workspaceId }: Context,
  row: CampaignRow,
  limits: readonly AccountLimit[],
): Promise<void> {
  const wanted = new Map(limits.map((limit) => [limit.account_id, limit.daily_limit]));
  const known = await saveSenderLimits(db, { workspaceId, campaignId: row.id }, wanted);
  const errors = limits.flatMap(({ account_id }, index) => {
    const message = `${account_id} is not a sender of this campaign.`;
    return known.has(account_id)
      ? []
      : [{ pointer: `/account_limits/${index}/account_id`, code: 'sender.not_found', message }];
  });
  if (errors.length > 0)
    throw new AppError('request.invalid', `account_limits: ${errors[0]!.message}`, { errors });
}
