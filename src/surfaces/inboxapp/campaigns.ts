import { z } from 'zod';
import { text, timeZone } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { addSenders } from '../../operations/campaign-senders/add.ts';
import { removeSenderFromCampaign } from '../../operations/campaign-senders/remove.ts';
import { createCampaign } from '../../operations/campaigns/create.ts';
import { deleteCampaign } from '../../operations/campaigns/delete.ts';
import { getCampaign } from '../../operations/campaigns/get.ts';
import { launchCampaign } from '../../operations/campaigns/launch.ts';
import { pauseCampaign } from '../../operations/campaigns/pause.ts';
import { resumeCampaign } from '../../operations/campaigns/resume.ts';
import { updateCampaign } from '../../operations/campaigns/update.ts';
import { createRevision } from '../../operations/revisions/create.ts';
import { changesOf } from '../../operations/unchanged.ts';
import { campaignOutput, showCampaign, showCampaigns } from './campaign-shape.ts';
import { hoursOf, scheduleInput } from './hours.ts';
import { bodyId, idOf, pathId } from './ids.ts';
import { platformOf } from './person.ts';
import { defineRoute, type OwnApi, pageInput, pageOf } from './route.ts';
import { changeRules, rulesInput, setRules } from './rules.ts';
import { nodesOf, sequenceOutput, stepInput, stepsOf } from './steps.ts';
import { allSenders } from './team.ts';

/** Hourly limit per account of a new campaign: Inbox's call to create one has no field for it. */
const defaultHourlyLimit = 8;

const campaignId = { campaignId: pathId };
const success = z.object({ success: z.literal(true) });
const accountLinkIds = z.array(bodyId).min(1, 'At least one is required.').max(1000);
const name = text({ min: 1, max: 255 });

/**
 * The channel of a campaign with these accounts.
 * @throws request.invalid naming an unknown account, campaign.sender_mismatch
 */
async function typeOfAccounts(api: OwnApi, ids: readonly string[]): Promise<string> {
  const accounts = await allSenders(api);
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
  if (channels.length > 1) {
    const platforms = channels.map(platformOf).join(' and ');
    throw new AppError(
      'campaign.sender_mismatch',
      `accountLinkIds: A campaign is of one platform, not of ${platforms}.`,
    );
  }
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
  async run(api, { name, accountLinkIds: accounts, rules, scheduleTimezone }) {
    const type = await typeOfAccounts(api, accounts);
    const settings = {
      sender_account_ids: accounts,
      timezone: scheduleTimezone,
      roster: 'open',
      hourly_limit: defaultHourlyLimit,
    };
    const { campaign } = await api.call(createCampaign, {
      type,
      name,
      number_name: true,
      ...settings,
    });
    await api.call(updateCampaign, { id: campaign.id, sequence_nodes: nodesOf([], []) });
    if (rules) await changeRules(api, campaign.id, rules);
    return showCampaign(api, campaign.id);
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
  run: (api, { campaignId: id }) => showCampaign(api, id),
});

const update = defineRoute({
  route: 'PATCH /campaigns/v2/{campaignId}',
  summary: 'Update campaign',
  scope: 'write',
  input: z.strictObject({
    ...campaignId,
    name: name.optional(),
    description: text({ max: 2000 }).nullable().optional(),
    accountLinkIds: z.array(bodyId).max(1000).optional(),
    hourlyMessageRate: z.int().min(1).max(25).optional(),
    scheduleTimezone: timeZone().optional(),
    scheduleHours: scheduleInput.optional(),
  }),
  output: campaignOutput,
  // Several transactions: adding senders and removing them each lock prospects and lanes in order.
  transaction: false,
  async run(api, { campaignId: id, ...fields }) {
    // A shown value may stand for nothing of the campaign's own: sent back, it changes nothing.
    const shown = await showCampaign(api, id);
    const { accountLinkIds: accounts, ...changes } = changesOf(fields, {
      ...shown,
      accountLinkIds: shown.accountLinkIds.map(idOf),
    });
    const { scheduleHours, ...given } = changes;
    const change = accounts && (await planAccounts(api, id, accounts));
    await api.call(updateCampaign, {
      id,
      name: given.name,
      number_name: true,
      description: given.description,
      hourly_limit: given.hourlyMessageRate,
      timezone: given.scheduleTimezone,
      operating_hours: scheduleHours && hoursOf(scheduleHours),
    });
    if (change) await changeAccounts(api, id, change);
    return showCampaign(api, id);
  },
});

/** `all`: the accounts of a draft. `added`, `removed`: the change of a started campaign. */
type AccountChange = { all: readonly string[] | null; added: string[]; removed: string[] };

async function planAccounts(
  api: OwnApi,
  id: string,
  accounts: readonly string[],
): Promise<AccountChange> {
  if (accounts.length === 0)
    throw new AppError('request.invalid', 'accountLinkIds: At least one is required.');
  const { campaign } = await api.call(getCampaign, { id });
  const type = await typeOfAccounts(api, accounts);
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

/** Adds the new accounts first, because they take over from the removed ones. */
async function changeAccounts(
  api: OwnApi,
  id: string,
  { all, added, removed }: AccountChange,
): Promise<void> {
  if (all) {
    await api.call(updateCampaign, { id, sender_account_ids: all });
    return;
  }
  if (added.length > 0) await api.call(addSenders, { id, sender_account_ids: added });
  for (const senderId of removed)
    await api.call(removeSenderFromCampaign, { id, senderId, reassign: true });
}

const remove = defineRoute({
  route: 'DELETE /campaigns/v2/{campaignId}',
  summary: 'Delete campaign',
  scope: 'write',
  input: z.strictObject(campaignId),
  output: success,
  async run(api, { campaignId: id }) {
    await api.call(deleteCampaign, { id });
    return { success: true as const };
  },
});

const enable = defineRoute({
  route: 'POST /campaigns/v2/{campaignId}/enable',
  summary: 'Enable campaign',
  scope: 'send',
  input: z.strictObject(campaignId),
  output: campaignOutput,
  async run(api, { campaignId: id }) {
    const { campaign } = await api.call(getCampaign, { id });
    if (campaign.status === 'draft') await api.call(launchCampaign, { id });
    else if (campaign.status === 'paused') await api.call(resumeCampaign, { id });
    return showCampaign(api, id);
  },
});

/** Pauses a campaign of any status: "disabling any campaign transitions it to paused". */
export async function disable(api: OwnApi, id: string): Promise<void> {
  await api.call(pauseCampaign, { id, draft: true });
}

const disableOne = defineRoute({
  route: 'POST /campaigns/v2/{campaignId}/disable',
  summary: 'Disable campaign',
  scope: 'write',
  input: z.strictObject(campaignId),
  output: campaignOutput,
  async run(api, { campaignId: id }) {
    await disable(api, id);
    return showCampaign(api, id);
  },
});

const setSequence = defineRoute({
  route: 'PUT /campaigns/v2/{campaignId}/sequence',
  summary: 'Update sequence',
  scope: 'write',
  input: z.strictObject({ ...campaignId, steps: z.array(stepInput).max(99) }),
  output: sequenceOutput,
  async run(api, { campaignId: id, steps }) {
    const { sequence_nodes: current } = await api.call(getCampaign, { id });
    const { revision, sequence_nodes: nodes } = await api.call(createRevision, {
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
