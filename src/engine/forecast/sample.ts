import type { Outgoing } from '../../channels/channel.ts';
import type { CampaignSenderRow } from '../../db/campaigns/campaign-senders.ts';
import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import type { LedgerRow } from '../../db/sending/ledger.ts';
import { findPerson, type PreviewPerson } from '../../db/texts/previews.ts';
import type { RosterPerson } from '../../domain/people/prospect-input.ts';
import { noSender } from '../../domain/sequence/message.ts';
import type { textFields } from '../../domain/sequence/nodes/content.ts';
import {
  contentProblems,
  contentWarnings,
  type SequenceNode,
} from '../../domain/sequence/sequence.ts';
import { AppError, type Problem } from '../../errors.ts';
import type { Services } from '../../operation.ts';
import { composeTouch } from '../sending/compose.ts';
import { readText } from '../sending/verdict.ts';
import { partsOf, type RenderSource, readRenderSource } from '../texts/drafts.ts';

/** A step of a campaign as somebody would get it: a person of its roster, or a given one. */
export type SampleAsk = {
  /** The first touch unless given. */
  nodeId?: string | undefined;
  prospectId?: string | undefined;
  person?: RosterPerson | undefined;
  /** The campaign's first sender unless given. */
  senderId?: string | undefined;
  /** A sequence that is not saved yet, instead of the saved one. */
  nodes?: SequenceNode[] | undefined;
  /** Place of the step in the sequence; needed where it has no id yet. */
  position?: number | undefined;
  /** Texts of the step that are not saved yet. */
  texts: Partial<Record<(typeof textFields)[number], string | null>>;
};

export type Sample = {
  nodeId: string;
  sender: CampaignSenderRow | null;
  /** Null when the person would be held. */
  outgoing: Outgoing | null;
  missing: string[];
  problems: Problem[];
  warnings: string[];
};

const nobody: PreviewPerson = {
  id: '',
  status: 'pending',
  person_key: null,
  identity: '',
  email: null,
  linkedin_url: null,
  x_handle: null,
  first_name: null,
  last_name: null,
  name: null,
  company: null,
  position: null,
  headline: null,
  custom_fields: null,
};

/** The first message of a conversation that a later step goes on with. */
const sentRow: LedgerRow = {
  id: '',
  prospectId: '',
  nodeId: '',
  senderId: null,
  state: 'sent',
  subject: null,
  bodyText: null,
  bodyHtml: null,
  channelKey: null,
  providerKey: null,
  threadKey: null,
  attempts: 1,
  tries: 0,
  doubtedAt: null,
  edited: false,
  written: null,
};

/**
 * Renders and composes a step by the code that sends. Its message has an id of its own, so that no
 * link in it is a link of the person's.
 * @throws node.not_found, prospect.not_found, sender.not_found
 */
export async function sampleTouch(
  services: Services,
  campaign: CampaignRow,
  { nodeId, nodes: unsaved, position, prospectId, person: given, senderId, texts }: SampleAsk,
): Promise<Sample> {
  const { workspace_id: workspaceId, id: campaignId } = campaign;
  const stored = await readRenderSource(services.db, campaign);
  const source = unsaved ? { ...stored, ...partsOf(unsaved) } : stored;
  const wanted = nodeId ?? source.sequence[position ?? -1]?.id;
  const isAsked = nodeId !== undefined || position !== undefined;
  const saved = source.touchNodes.find(
    (one) => one.id === (isAsked ? wanted : source.touchNodes[0]?.id),
  );
  if (!saved) throw new AppError('node.not_found', 'The campaign has no such touch.');
  const node = { ...saved, ...texts };
  const nodes = source.sequence.map((one) => (one.id === node.id ? node : one));
  const sender = senderFor(source, senderId);
  const chosen = { workspaceId, campaignId, prospectId: prospectId ?? null };
  const found = given ? null : await findPerson(services.db, chosen);
  if (prospectId && !given && !found) throw new AppError('prospect.not_found');
  const custom_fields = JSON.parse(given?.custom_fields ?? 'null');
  const person = given ? { ...nobody, ...given, custom_fields } : (found ?? nobody);
  const lane = laneOf(sender, campaign.type);
  const at = { channel: campaign.type, ai: services.ai !== null };
  const pointer = `/sequence_nodes/${node.position}/`;
  const problems = contentProblems(nodes, at).filter((one) => one.pointer.startsWith(pointer));
  const warnings = contentWarnings([node], at).map(({ message }) => message);
  const read = (id: string, history: readonly LedgerRow[]) =>
    readText({
      campaign: { nodes, signature: campaign.signature },
      nodeId: id,
      person,
      sender: lane,
      history,
      assumesDrafts: true,
    });
  const opening = source.touchNodes[0]!.id;
  const first = read(opening, []);
  const isLater = node.id !== opening && !('reason' in first);
  const text = isLater
    ? read(node.id, [{ ...sentRow, senderId: lane.senderId, subject: first.rendered.subject }])
    : read(node.id, []);
  const shown = { nodeId: node.id, sender, problems, warnings };
  if ('reason' in text) return { ...shown, outgoing: null, missing: text.missing };
  const composing = {
    workspaceId,
    now: services.clock.now(),
    lane,
    campaign: { id: campaignId, openTracking: false, dryRun: false },
    nodeId: node.id,
    person: { ...person, id: services.newId() },
  };
  const { outgoing } = composeTouch(services, composing, text).reserved;
  return { ...shown, outgoing, missing: [] };
}

function senderFor({ senders }: RenderSource, senderId: string | undefined) {
  if (senderId === undefined) return senders[0] ?? null;
  const sender = senders.find((one) => one.id === senderId);
  if (!sender) throw new AppError('sender.not_found', 'The campaign has no such sender.');
  return sender;
}

function laneOf(sender: CampaignSenderRow | null, type: string) {
  return sender ? { ...sender, senderId: sender.id } : { ...noSender, senderId: '', type };
}
