import { z } from 'zod';
import { senderTypes } from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, getCampaign } from '../../db/campaigns/campaigns.ts';
import { findNodes, readNodes } from '../../db/campaigns/sequences.ts';
import { insertForecast } from '../../db/forecast/forecasts.ts';
import { recogniseNodes } from '../../domain/sequence/revision.ts';
import {
  normaliseSequence,
  type SequenceNode,
  type SequenceNodeInput,
} from '../../domain/sequence/sequence.ts';
import { uuid } from '../../domain/text.ts';
import { forecastCampaign } from '../../engine/forecast/forecast.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { checkSenders, warnOfIgnored } from '../campaigns/fields.ts';
import { onMissing } from '../refusals.ts';
import { changesInput, daysInput, forecastOnWire, forecastOutput, withDays } from './wire.ts';

export const createForecast = defineOperation({
  name: 'forecast.create',
  route: 'POST /api/campaigns/{id}/forecasts',
  cli: 'campaign forecast create',
  summary: 'Forecast a campaign with changes, and keep the forecast',
  description:
    'Tries out other hours, limits, senders, texts and delays, a resume, or more people. The ' +
    'campaign itself is not changed. The forecast is kept under its id, to be compared with ' +
    'the sends later.',
  scope: 'write',
  input: z.object({ id: uuid, ...changesInput, ...daysInput }),
  output: forecastOutput.extend({ forecast_id: z.uuid() }),
  status: 201,
  errors: [
    'campaign.not_found',
    'campaign.sender_mismatch',
    'forecast.too_large',
    'sequence.invalid',
  ],
  // It may compute for half a minute, and holds no connection meanwhile.
  transaction: false,
  async run(context, { id, by, sender_ids, ...changes }) {
    const { db, workspaceId, now, signal } = context;
    const campaign = await getCampaign(db, { workspaceId, campaignId: id });
    if (changes.sender_account_ids)
      changes.sender_account_ids = await checkSenders(
        context,
        campaign.type,
        changes.sender_account_ids,
      );
    await requireSenders(context, changes.sender_limits ?? []);
    const { sequence_nodes: input, ...rest } = changes;
    const nodes = input && (await nodesOf(context, campaign, input));
    const request = { workspaceId, campaignId: id, changes: { ...rest, nodes }, now, signal };
    const made = await forecastCampaign(db, request);
    const forecast = forecastOnWire(made, { campaignId: id, madeAt: now });
    const forecast_id = context.newId();
    await insertForecast(db, {
      workspaceId,
      id: forecast_id,
      campaignId: id,
      madeAt: now,
      // The nodes as they would be saved: ids of the input may name nothing here.
      changes: nodes ? { ...rest, sequence_nodes: nodes } : rest,
      result: forecast,
    }).catch(onMissing(() => new AppError('campaign.not_found')));
    return { forecast_id, ...withDays(forecast, { by, sender_ids }) };
  },
});

/** The sequence that a revision would make of the input. @throws sequence.invalid */
async function nodesOf(
  context: Context,
  campaign: CampaignRow,
  input: readonly SequenceNodeInput[],
): Promise<SequenceNode[]> {
  const { db, newId } = context;
  const current = await readNodes(db, campaign);
  const ids = input.flatMap((node) => node.id ?? []);
  const known = await findNodes(db, campaign, ids);
  const written = normaliseSequence(input, known, campaign.type, newId);
  warnOfIgnored(context, written.ignored);
  return recogniseNodes(written.nodes, current);
}

/** @throws request.invalid naming limits of senders that the workspace does not have */
async function requireSenders(
  { db, workspaceId }: Context,
  limits: readonly { account_id: string }[],
): Promise<void> {
  const known = await senderTypes(db, {
    workspaceId,
    ids: limits.map((limit) => limit.account_id),
  });
  const errors = limits.flatMap(({ account_id }, index) => {
    const message = `There is no sender ${account_id}.`;
    return known.has(account_id)
      ? []
      : [{ pointer: `/sender_limits/${index}/account_id`, code: 'sender.not_found', message }];
  });
  if (errors.length > 0)
    throw new AppError('request.invalid', `sender_limits: ${errors[0]!.message}`, { errors });
}
