import type { DueLane } from '../../db/sending/lanes.ts';
import type { LedgerRow } from '../../db/sending/ledger.ts';
import type { Picked } from '../../db/sending/picks.ts';
import type { Reservation } from '../../db/sending/reserve.ts';
import { notedTouches } from '../../domain/sequence/invitation.ts';
import { channelKey, type RenderFailure, renderTouch } from '../../domain/sequence/message.ts';
import { draftOf } from '../../domain/sequence/sequence.ts';
import type { Services } from '../../operation.ts';
import { fillIn, writtenFor } from '../ai/freshness.ts';
import type { PlannedCampaign } from './facts.ts';
import { createMailLink } from './links.ts';
import type { Reserved } from './tick.ts';

/** One touch with its final text: what the ledger stores and what the channel is handed. */
export type ComposedTouch = { ok: true; reservation: Reservation; reserved: Reserved };

type Composing = {
  workspaceId: string;
  now: Date;
  lane: Pick<
    DueLane,
    | 'senderId'
    | 'type'
    | 'email_address'
    | 'display_name'
    | 'first_name'
    | 'last_name'
    | 'signature'
  >;
  campaign: Pick<PlannedCampaign, 'id' | 'nodes' | 'signature' | 'openTracking' | 'dryRun'>;
  nodeId: string;
  person: Omit<Picked, 'pick'>;
  /** The person's ledger rows, in the order they went out. */
  history: readonly LedgerRow[];
};

/** What keeps a touch from being composed, and the variables to mend. */
export type Unfit = {
  ok: false;
  reason: RenderFailure['reason'] | 'draft_pending';
  missing: string[];
};

/** Renders a touch. Fails closed: names what is missing, and nothing is sent. */
export function composeTouch(services: Services, composing: Composing): ComposedTouch | Unfit {
  const { workspaceId, now, lane, campaign, nodeId, person, history } = composing;
  const asked = campaign.nodes.find((candidate) => candidate.id === nodeId)!;
  const draft = draftOf(asked);
  const node = draft?.node ?? asked;
  const entry = history.find((row) => row.nodeId === nodeId);
  const earlier = history.filter((row) => row.state === 'sent' || row.state === 'unknown');
  // Another sender's conversation cannot be gone on with: the person would get an answer to a mail they never had from it.
  const own = earlier.filter((row) => row.senderId === lane.senderId);
  const plain = renderTouch({
    node,
    prospect: person,
    sender: lane,
    campaignSignature: campaign.signature,
    threadSubject: (own[0] ?? earlier[0])?.subject ?? null,
    newConversation: own.length === 0,
    draft: entry?.edited
      ? { subject: entry.subject, body_text: entry.bodyText, body_html: entry.bodyHtml }
      : null,
  });
  if (!plain.ok) return plain;
  const texts = draft && !entry?.edited ? writtenFor(asked, person, entry?.written) : {};
  if (!texts) return { ok: false, reason: 'draft_pending', missing: [] };
  const rendered = fillIn(plain, texts);
  const messageId = entry?.id ?? services.newId();
  const key = entry?.channelKey ?? channelKey(messageId, lane.email_address ?? lane.type);
  const link = { workspaceId, messageId };
  const base = services.config.publicUrl;
  const place = {
    messageId,
    campaignId: campaign.id,
    prospectId: person.id,
    nodeId,
    senderId: lane.senderId,
  };
  return {
    ok: true,
    reservation: {
      ...place,
      touch: node.type,
      subject: rendered.subject,
      text: rendered.text,
      html: rendered.html,
      channelKey: key,
      at: now,
      noted: rendered.text !== '' && notedTouches.includes(node.type),
    },
    reserved: {
      ...place,
      workspaceId,
      channel: lane.type,
      attempt: (entry?.attempts ?? 0) + 1,
      to: person.identity,
      dryRun: campaign.dryRun,
      outgoing: {
        key,
        to: person.identity,
        toName: person.name,
        touch: node.type,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        date: now,
        thread: node.is_reply ? own.flatMap((row) => row.channelKey ?? []) : [],
        threadKey: own.findLast((row) => row.threadKey !== null)?.threadKey ?? null,
        earlierKey: own.findLast((row) => row.providerKey !== null)?.providerKey ?? null,
        personKey: person.person_key,
        unsubscribeUrl: base && `${base}/u/${createMailLink(services.vault, 'unsubscribe', link)}`,
        pixelUrl:
          base && campaign.openTracking
            ? `${base}/o/${createMailLink(services.vault, 'open', link)}.gif`
            : null,
        fromName: rendered.fromName,
        replyTo: node.reply_to,
        cc: node.cc,
        bcc: node.bcc,
      },
    },
  };
}
