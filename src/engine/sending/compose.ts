import type { Outgoing } from '../../channels/channel.ts';
import type { DueLane } from '../../db/sending/lanes.ts';
import type { LedgerRow } from '../../db/sending/ledger.ts';
import type { Picked } from '../../db/sending/picks.ts';
import type { Reservation } from '../../db/sending/reserve.ts';
import { notedTouches } from '../../domain/sequence/invitation.ts';
import {
  channelKey,
  type RenderedTouch,
  type RenderFailure,
  renderTouch,
} from '../../domain/sequence/message.ts';
import { draftOf, type SequenceNode } from '../../domain/sequence/sequence.ts';
import { messageIdOf } from '../../ids.ts';
import type { Services } from '../../operation.ts';
import { fillTouch, freshTexts } from '../ai/freshness.ts';
import type { PlannedCampaign } from './facts.ts';
import { createMailLink } from './links.ts';
import type { Reserved } from './tick.ts';

/** One touch with its final text: the row for the ledger, and the message for the channel. */
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
  person: Omit<Picked, 'pick' | 'anchor_at'>;
  /** The person's ledger rows, in the order they went out. */
  history: readonly LedgerRow[];
};

/** Why a touch cannot be composed, and the variables to mend. */
export type ComposeFailure = {
  ok: false;
  reason: RenderFailure['reason'] | 'draft_pending';
  missing: string[];
};

/** Renders a touch. Fails closed: names the values that are missing, and nothing is sent. */
export function composeTouch(
  services: Services,
  composing: Composing,
): ComposedTouch | ComposeFailure {
  const { lane, campaign, nodeId, person, history } = composing;
  const sequenceNode = campaign.nodes.find((candidate) => candidate.id === nodeId)!;
  const drafted = draftOf(sequenceNode);
  const node = drafted?.node ?? sequenceNode;
  const entry = history.find((row) => row.nodeId === nodeId);
  const earlier = history.filter((row) => row.state === 'sent' || row.state === 'unknown');
  // Only this sender's own messages are a conversation to go on with: otherwise the person would
  // get an answer to a mail they never had from this sender.
  const own = earlier.filter((row) => row.senderId === lane.senderId);
  const template = renderTouch({
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
  if (!template.ok) return template;
  const texts = drafted && !entry?.edited ? freshTexts(sequenceNode, person, entry?.written) : {};
  if (!texts) return { ok: false, reason: 'draft_pending', missing: [] };
  return assemble(services, composing, { node, entry, own, rendered: fillTouch(template, texts) });
}

type RenderedParts = {
  node: SequenceNode;
  /** The ledger's row of this touch, when a text or an earlier attempt exists. */
  entry: LedgerRow | undefined;
  /** Messages that this sender has sent to the person, in order. */
  own: readonly LedgerRow[];
  rendered: Extract<RenderedTouch, { ok: true }>;
};

function assemble(services: Services, composing: Composing, parts: RenderedParts): ComposedTouch {
  const { workspaceId, now, lane, campaign, nodeId, person } = composing;
  const { node, entry, rendered } = parts;
  const messageId = entry?.id ?? messageIdOf(workspaceId, person.id, nodeId);
  const key = entry?.channelKey ?? channelKey(messageId, lane.email_address ?? lane.type);
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
      outgoing: outgoingOf(services, composing, { ...parts, messageId, key }),
    },
  };
}

function outgoingOf(
  { config, vault }: Services,
  { workspaceId, now, campaign, person }: Composing,
  { node, own, rendered, messageId, key }: RenderedParts & { messageId: string; key: string },
): Outgoing {
  const target = { workspaceId, messageId };
  const base = config.publicUrl;
  return {
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
    unsubscribeUrl: base && `${base}/u/${createMailLink(vault, 'unsubscribe', target)}`,
    pixelUrl:
      base && campaign.openTracking
        ? `${base}/o/${createMailLink(vault, 'open', target)}.gif`
        : null,
    fromName: rendered.fromName,
    replyTo: node.reply_to,
    cc: node.cc,
    bcc: node.bcc,
  };
}
