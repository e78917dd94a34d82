import type { DraftPlace } from '../../db/ai/queue.ts';
import { type DraftedPerson, type Reply, readDrafted, repliesOf } from '../../db/ai/schedule.ts';
import {
  type CampaignSenderRow,
  listCampaignSenders,
} from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, getCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { type LedgerRow, ledgerOf } from '../../db/sending/ledger.ts';
import type { Background } from '../../domain/ai/prompt.ts';
import {
  type MessageSender,
  noSender,
  type RenderedTouch,
  renderTouch,
} from '../../domain/sequence/message.ts';
import { draftOf, type SequenceNode } from '../../domain/sequence/sequence.ts';
import type { DraftedTouch } from '../../domain/sequence/skeleton.ts';
import { freshTexts } from './freshness.ts';

/** All that texts are written from, by ids, read in bulk. */
export type DraftContext = {
  campaigns: Map<string, { row: CampaignRow; nodes: SequenceNode[]; senders: CampaignSenderRow[] }>;
  people: Map<string, DraftedPerson>;
  ledger: Map<string, LedgerRow[]>;
  replies: Map<string, Reply[]>;
};

export async function readDraftContext(
  db: Db,
  workspaceId: string,
  places: readonly DraftPlace[],
): Promise<DraftContext> {
  const ids = [...new Set(places.map((place) => place.prospectId))];
  const campaigns: DraftContext['campaigns'] = new Map();
  for (const campaignId of new Set(places.map((place) => place.campaignId))) {
    const row = await getCampaign(db, { workspaceId, campaignId });
    const senders = await listCampaignSenders(db, { workspaceId, campaignIds: [campaignId] });
    campaigns.set(campaignId, { row, nodes: await readNodes(db, row), senders });
  }
  return {
    campaigns,
    people: await readDrafted(db, workspaceId, ids),
    ledger: Map.groupBy(await ledgerOf(db, workspaceId, ids), (row) => row.prospectId),
    replies: Map.groupBy(await repliesOf(db, workspaceId, ids), (reply) => reply.prospectId),
  };
}

/** A text that is to be written, with its touch rendered but for that text. */
export type DraftWork = {
  place: DraftPlace;
  node: SequenceNode;
  touch: DraftedTouch;
  person: DraftedPerson;
  rendered: Extract<RenderedTouch, { ok: true }>;
  background: Background;
};

/**
 * `gone`: the text is not needed any more. `there`: it is written. `unfit`: its touch cannot be
 * rendered, whatever the text. `work`: it is to be written.
 */
export type DraftCheck =
  | { is: 'gone' }
  | { is: 'there' }
  | { is: 'unfit'; reason: string; missing: string[] }
  | { is: 'work'; work: DraftWork };

/** Checks whether a text is still to be written. */
export function checkDraft(context: DraftContext, place: DraftPlace): DraftCheck {
  const campaign = context.campaigns.get(place.campaignId);
  const node = campaign?.nodes.find((candidate) => candidate.id === place.nodeId);
  const touch = node && draftOf(node);
  const person = context.people.get(place.prospectId);
  if (!campaign || !node || !touch || !person || person.ended_at) return { is: 'gone' };
  const history = context.ledger.get(person.id) ?? [];
  const entry = history.find((row) => row.nodeId === node.id);
  if (entry && (entry.state !== 'draft' || entry.edited || freshTexts(node, person, entry.written)))
    return { is: 'there' };
  const sender =
    campaign.senders.find(({ id }) => id === person.sender_id) ?? campaign.senders[0] ?? noSender;
  const sent = history.filter((row) => row.nodeId !== node.id && row.state !== 'failed');
  const threadSubject =
    sent.find((row) => row.state !== 'draft')?.subject ?? sent[0]?.subject ?? null;
  const rendered = renderTouch({
    node: touch.node,
    prospect: person,
    sender,
    campaignSignature: campaign.row.signature,
    threadSubject,
  });
  // A reply takes its subject from an earlier message, which may not be written yet.
  const lacksThread = !rendered.ok && rendered.reason === 'no_subject' && node.is_reply;
  if (!rendered.ok && !lacksThread)
    return { is: 'unfit', reason: rendered.reason, missing: rendered.missing };
  const withoutSubject = { subject: '', text: touch.node.body ?? '', html: null, fromName: null };
  const replies = context.replies.get(person.id) ?? [];
  return {
    is: 'work',
    work: {
      place,
      node,
      touch,
      person,
      rendered: rendered.ok ? rendered : { ok: true, ...withoutSubject },
      background: backgroundOf(person, sender, sent, replies),
    },
  };
}

function backgroundOf(
  person: DraftedPerson,
  sender: MessageSender,
  sent: readonly LedgerRow[],
  replies: readonly Reply[],
): Background {
  const {
    first_name,
    last_name,
    name,
    company,
    position,
    headline,
    email,
    linkedin_url,
    x_handle,
    custom_fields,
  } = person;
  const fields = {
    first_name,
    last_name,
    name,
    company,
    position,
    headline,
    email,
    linkedin_url,
    x_handle,
    ...(custom_fields ? { custom_fields } : {}),
  };
  return {
    person: Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== null && value !== ''),
    ),
    sender: {
      sender_first: sender.first_name,
      sender_last: sender.last_name,
      sender_name: sender.display_name,
    },
    earlier: [
      ...sent.map((row) => ({
        direction: 'sent' as const,
        subject: row.subject,
        text: row.bodyText,
      })),
      ...replies.map(({ subject, text }) => ({ direction: 'received' as const, subject, text })),
    ],
  };
}
