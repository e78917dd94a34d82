import { z } from 'zod';
import { text, timeZone } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { addSenders } from '../../operations/campaigns/add-senders.ts';
import { createCampaign } from '../../operations/campaigns/create.ts';
import { deleteCampaign } from '../../operations/campaigns/delete.ts';
import { getCampaign } from '../../operations/campaigns/get.ts';
import { launchCampaign } from '../../operations/campaigns/launch.ts';
import { pauseCampaign } from '../../operations/campaigns/pause.ts';
import { removeSenderFromCampaign } from '../../operations/campaigns/remove-sender.ts';
import { resumeCampaign } from '../../operations/campaigns/resume.ts';
import { updateCampaign } from '../../operations/campaigns/update.ts';
import { createRevision } from '../../operations/revisions/create.ts';
import { updateRules } from '../../operations/rules/update.ts';
import { listSenders } from '../../operations/senders/list.ts';
import { campaignOutput, showCampaign, showCampaigns } from './campaign-shape.ts';
import { hoursOf, scheduleInput } from './hours.ts';
import { bodyId, pathId } from './ids.ts';
import { platformOf } from './person.ts';
import { type Door, defineRoute, pageInput, pageOf } from './route.ts';
import { nodesOf, sequenceOutput, stepInput, stepsOf } from './steps.ts';

/** Messages an hour and account of a new campaign, where the caller cannot say. */
const usualRate = 8;

const campaignId = { campaignId: pathId };
const success = z.object({ success: z.literal(true) });
const accountLinkIds = z.array(bodyId).min(1, 'At least one is required.').max(1000);
const name = text({ min: 1, max: 255 });

const rulesInput = {
  syncedListIds: z.array(bodyId).optional(),
  excludedListIds: z.array(bodyId).optional(),
  excludeContacted: z.boolean().optional(),
  excludeMutuals: z.boolean().optional(),
  columnMappings: z.record(bodyId, z.record(z.string(), z.string())).optional(),
  detachBehavior: z.enum(['unlink', 'remove']).optional(),
};
type RulesInput = z.output<z.ZodObject<typeof rulesInput>>;

async function changeRules(door: Door, id: string, rules: RulesInput): Promise<void> {
  await door.ask(updateRules, {
    id,
    synced_list_ids: rules.syncedListIds,
    excluded_list_ids: rules.excludedListIds,
    exclude_contacted: rules.excludeContacted,
    exclude_mutuals: rules.excludeMutuals,
    column_mappings: rules.columnMappings,
    detach_behavior: rules.detachBehavior,
  });
}

/**
 * The campaign's channel, by the type of these accounts. @throws request.invalid naming an unknown
 * account, campaign.sender_mismatch
 */
async function typeOfAccounts(door: Door, ids: readonly string[]): Promise<string> {
  const { accounts } = await door.ask(listSenders, {});
  const types = new Map(accounts.map((account) => [account.id, account.type]));
  const missing = ids.map((id) => types.has(id)).indexOf(false);
  if (missing >= 0) {
    const problem = {
      pointer: `/accountLinkIds/${missing}`,
      code: 'sender.not_found',
      message: 'There is no such account link.',
    };
    throw new AppError('request.invalid', `accountLinkIds.${missing}: ${problem.message}`, {
      errors: [problem],
    });
  }
  const channels = [...new Set(ids.map((id) => types.get(id)!))];
  if (channels.length > 1)
    throw new AppError(
      'campaign.sender_mismatch',
      `accountLinkIds: A campaign is of one platform, not of ${channels.map(platformOf).join(' and ')}.`,
    );
  return channels[0]!;
}

const create = defineRoute({
  route: 'POST /campaigns/v2',
  summary: 'Create campaign',
  scope: 'write',
  input: z.strictObject({
    name,
    accountLinkIds,
    rules: z.strictObject(rulesInput).optional(),
    scheduleTimezone: timeZone().default('UTC'),
  }),
  output: campaignOutput,
  async run(door, { name, accountLinkIds: accounts, rules, scheduleTimezone }) {
    const type = await typeOfAccounts(door, accounts);
    const settings = {
      sender_account_ids: accounts,
      timezone: scheduleTimezone,
      roster: 'open',
      hourly_limit: usualRate,
    };
    const { campaign } = await door.ask(createCampaign, { type, name, ...settings });
    await door.ask(updateCampaign, { id: campaign.id, sequence_nodes: nodesOf([], []) });
    if (rules) await changeRules(door, campaign.id, rules);
    return showCampaign(door, campaign.id);
  },
});

const list = defineRoute({
  route: 'GET /campaigns/v2',
  summary: 'List campaigns',
  scope: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(campaignOutput),
  run: showCampaigns,
});

const get = defineRoute({
  route: 'GET /campaigns/v2/{campaignId}',
  summary: 'Get campaign',
  scope: 'read',
  input: z.strictObject(campaignId),
  output: campaignOutput,
  run: (door, { campaignId: id }) => showCampaign(door, id),
});

const update = defineRoute({
  route: 'PATCH /campaigns/v2/{campaignId}',
  summary: 'Update campaign',
  scope: 'write',
  input: z.strictObject({
    ...campaignId,
    name: name.optional(),
    description: text({ max: 2000 }).nullable().optional(),
    accountLinkIds: accountLinkIds.optional(),
    hourlyMessageRate: z.int().min(1).max(25).optional(),
    scheduleTimezone: timeZone().optional(),
    scheduleHours: scheduleInput.optional(),
  }),
  output: campaignOutput,
  // Adding senders and taking them off each take the locks of people and lanes, in their order.
  transaction: false,
  async run(door, { campaignId: id, accountLinkIds: accounts, scheduleHours, ...given }) {
    const change = accounts && (await planAccounts(door, id, accounts));
    await door.ask(updateCampaign, {
      id,
      name: given.name,
      description: given.description,
      hourly_limit: given.hourlyMessageRate,
      timezone: given.scheduleTimezone,
      operating_hours: scheduleHours && hoursOf(scheduleHours),
    });
    if (change) await changeAccounts(door, id, change);
    return showCampaign(door, id);
  },
});

/** `all` of a draft; the accounts that a started campaign gains and loses. */
type AccountChange = { all: readonly string[] | null; added: string[]; removed: string[] };

async function planAccounts(
  door: Door,
  id: string,
  accounts: readonly string[],
): Promise<AccountChange> {
  const { campaign } = await door.ask(getCampaign, { id });
  const type = await typeOfAccounts(door, accounts);
  if (type !== campaign.type)
    throw new AppError(
      'campaign.sender_mismatch',
      `accountLinkIds: The campaign is on ${platformOf(campaign.type)}.`,
    );
  const before = campaign.sender_accounts.map((sender) => sender.id);
  return {
    all: campaign.status === 'draft' ? accounts : null,
    added: accounts.filter((account) => !before.includes(account)),
    removed: before.filter((account) => !accounts.includes(account)),
  };
}

/** The new ones come first: they take over from those that go. */
async function changeAccounts(
  door: Door,
  id: string,
  { all, added, removed }: AccountChange,
): Promise<void> {
  if (all) {
    await door.ask(updateCampaign, { id, sender_account_ids: all });
    return;
  }
  if (added.length > 0) await door.ask(addSenders, { id, sender_account_ids: added });
  for (const senderId of removed)
    await door.ask(removeSenderFromCampaign, { id, senderId, reassign: true });
}

const remove = defineRoute({
  route: 'DELETE /campaigns/v2/{campaignId}',
  summary: 'Delete campaign',
  scope: 'write',
  input: z.strictObject(campaignId),
  output: success,
  async run(door, { campaignId: id }) {
    await door.ask(deleteCampaign, { id });
    return { success: true as const };
  },
});

const enable = defineRoute({
  route: 'POST /campaigns/v2/{campaignId}/enable',
  summary: 'Enable campaign',
  scope: 'send',
  input: z.strictObject(campaignId),
  output: campaignOutput,
  async run(door, { campaignId: id }) {
    const { campaign } = await door.ask(getCampaign, { id });
    if (campaign.status === 'draft') await door.ask(launchCampaign, { id });
    else if (campaign.status === 'paused') await door.ask(resumeCampaign, { id });
    return showCampaign(door, id);
  },
});

/**
 * Stops the sending. A completed campaign with a frozen roster stays completed, because there is
 * nothing to stop now or later.
 */
export async function disable(door: Door, id: string): Promise<void> {
  const { campaign } = await door.ask(getCampaign, { id });
  if (campaign.status !== 'completed' || campaign.roster === 'open')
    await door.ask(pauseCampaign, { id, draft: true });
}

const disableOne = defineRoute({
  route: 'POST /campaigns/v2/{campaignId}/disable',
  summary: 'Disable campaign',
  scope: 'write',
  input: z.strictObject(campaignId),
  output: campaignOutput,
  async run(door, { campaignId: id }) {
    await disable(door, id);
    return showCampaign(door, id);
  },
});

const setRules = defineRoute({
  route: 'PATCH /campaigns/v2/{campaignId}/rules',
  summary: 'Update lead rules',
  scope: 'write',
  input: z.strictObject({ ...campaignId, ...rulesInput }),
  output: success,
  async run(door, { campaignId: id, ...rules }) {
    await changeRules(door, id, rules);
    return { success: true as const };
  },
});

const setSequence = defineRoute({
  route: 'PUT /campaigns/v2/{campaignId}/sequence',
  summary: 'Update sequence',
  scope: 'write',
  input: z.strictObject({ ...campaignId, steps: z.array(stepInput).max(99) }),
  output: sequenceOutput,
  async run(door, { campaignId: id, steps }) {
    const { sequence_nodes: current } = await door.ask(getCampaign, { id });
    const { revision, sequence_nodes: nodes } = await door.ask(createRevision, {
      id,
      sequence_nodes: nodesOf(steps, current),
      keep: true,
    });
    return { version: revision, steps: stepsOf(nodes) };
  },
});

export const campaignRoutes = [
  create,
  list,
  get,
  update,
  remove,
  enable,
  disableOne,
  setRules,
  setSequence,
];
