import type { RenderedMessage } from '../../channels/channel.ts';
import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import { ledgerOf } from '../../db/sending/ledger.ts';
import { findPreview } from '../../db/texts/previews.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { composeTouch } from './compose.ts';
import { readText } from './verdict.ts';

export type Preview = RenderedMessage & { from: string | null; to: string; subject: string };

/**
 * A message as its recipient sees it: the texts as the ledger has them, in the form that its
 * channel gives them. Without the open pixel, because looking would count as an open.
 * @throws message.not_found, message.not_composed
 */
export async function previewMessage(
  services: Services,
  campaign: CampaignRow,
  messageId: string,
): Promise<Preview> {
  const { workspace_id: workspaceId, id: campaignId } = campaign;
  const found = await findPreview(services.db, { workspaceId, campaignId, messageId });
  if (!found) throw new AppError('message.not_found');
  const { nodeId, reservedAt, person, sender } = found;
  if (found.state === 'draft' || !sender || !reservedAt) throw new AppError('message.not_composed');
  const nodes = await readNodes(services.db, campaign);
  if (!nodes.some((node) => node.id === nodeId))
    throw new AppError('message.not_composed', 'Its node has been taken out of the sequence.');
  const ledger = await ledgerOf(services.db, workspaceId, [person.id]);
  const position = ledger.findIndex((row) => row.id === messageId);
  const history = ledger
    .slice(0, position + 1)
    .map((row) => (row.id === messageId ? { ...row, state: 'draft', edited: true } : row));
  const text = readText({
    campaign: { nodes, signature: campaign.signature },
    nodeId,
    person,
    sender,
    history,
  });
  if ('reason' in text)
    throw new AppError(
      'message.not_composed',
      `It cannot be rendered any more, since these have changed: ${text.missing.join(', ')}.`,
    );
  const shown = { id: campaignId, openTracking: false, dryRun: false };
  const composing = { workspaceId, now: reservedAt, lane: sender, campaign: shown, nodeId, person };
  const { outgoing } = composeTouch(services, composing, text).reserved;
  const { senderId, email_address, display_name, first_name, last_name } = sender;
  const names = {
    emailAddress: email_address,
    displayName: display_name,
    firstName: first_name,
    lastName: last_name,
  };
  const account = {
    id: senderId,
    providerAccountId: null,
    isPremium: false,
    ...names,
    connection: {},
    secrets: {},
  };
  const plain = { headers: [], text: outgoing.text, html: outgoing.html };
  const rendered = services.channels.get(sender.type)?.render?.(account, outgoing) ?? plain;
  if ('kind' in rendered) throw new AppError('message.not_composed', rendered.detail);
  return {
    ...rendered,
    from: email_address ?? display_name,
    to: outgoing.to,
    subject: outgoing.subject,
  };
}
