import type { Outgoing } from '../../channels/channel.ts';
import type { DueLane } from '../../db/sending/lanes.ts';
import type { Picked } from '../../db/sending/picks.ts';
import type { Reservation } from '../../db/sending/reserve.ts';
import type { Rests } from '../../domain/sending/rest.ts';
import { channelKey, withUnsubscribeUrl } from '../../domain/sequence/message.ts';
import { definitionOf } from '../../domain/sequence/nodes/index.ts';
import { escapeHtml } from '../../domain/texts/escape-html.ts';
import { messageIdOf } from '../../ids.ts';
import type { Services } from '../../operation.ts';
import type { PlannedCampaign } from './facts.ts';
import { createMailLink, type LinkTarget } from './links.ts';
import type { Reserved } from './tick.ts';
import { isNoted, type ReadyText } from './verdict.ts';

/** One touch with its final text: the row for the ledger, and the message for the channel. */
export type ComposedTouch = { reservation: Reservation; reserved: Reserved };

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
  > & { rests?: Rests };
  campaign: Pick<PlannedCampaign, 'id' | 'openTracking' | 'dryRun'>;
  nodeId: string;
  person: Omit<Picked, 'pick' | 'anchor_at'>;
};

/** The message and its row of the ledger, from a text that is ready. */
export function composeTouch(
  services: Services,
  composing: Composing,
  ready: ReadyText,
): ComposedTouch {
  const { workspaceId, now, lane, campaign, nodeId, person } = composing;
  const { node, entry } = ready;
  const messageId = entry?.id ?? messageIdOf(workspaceId, person.id, nodeId);
  const key = entry?.channelKey ?? channelKey(messageId, lane.email_address ?? lane.type);
  const target = { workspaceId, messageId };
  const links = linksOf(services, target);
  const way = links.unsubscribe ?? mailToStop(lane.email_address, key);
  const rendered = withLink(ready.rendered, way);
  const parts = { ...ready, rendered };
  const place = {
    messageId,
    campaignId: campaign.id,
    prospectId: person.id,
    nodeId,
    senderId: lane.senderId,
  };
  return {
    reservation: {
      ...place,
      touch: node.type,
      subject: rendered.subject,
      text: rendered.text,
      html: rendered.html,
      channelKey: key,
      at: now,
      noted: isNoted(parts),
    },
    reserved: {
      ...place,
      workspaceId,
      channel: lane.type,
      attempt: (entry?.attempts ?? 0) + 1,
      tries: entry?.tries ?? 0,
      to: person.identity,
      dryRun: campaign.dryRun,
      hasRests: Object.keys(lane.rests ?? {}).length > 0,
      doubtedAt: entry?.doubtedAt ?? null,
      outgoing: outgoingOf(composing, { ...parts, links, key }),
    },
  };
}

type Links = { unsubscribe: string | null; pixel: string | null };

function linksOf({ config, vault }: Services, target: LinkTarget): Links {
  const base = config.publicUrl;
  return {
    unsubscribe: base && `${base}/u/${createMailLink(vault, 'unsubscribe', target)}`,
    pixel: base && `${base}/o/${createMailLink(vault, 'open', target)}.gif`,
  };
}

/** Without a public address a reader unsubscribes by a mail, as the header field says too. */
function mailToStop(address: string | null, key: string): string {
  return address ? `mailto:${address}?subject=${encodeURIComponent(`unsubscribe ${key}`)}` : '';
}

function withLink(rendered: ReadyText['rendered'], url: string): ReadyText['rendered'] {
  const html = rendered.html && withUnsubscribeUrl(rendered.html, escapeHtml(url));
  return { ...rendered, text: withUnsubscribeUrl(rendered.text, url), html };
}

function outgoingOf(
  { now, campaign, person }: Composing,
  { node, own, rendered, links, key }: ReadyText & { links: Links; key: string },
): Outgoing {
  return {
    key,
    to: person.identity,
    toName: person.name,
    touch: node.type,
    subject: rendered.subject,
    text: rendered.text,
    isTextOptional: definitionOf(node.type)?.noteOf(node) === 'optional',
    html: rendered.html,
    date: now,
    thread: node.is_reply ? own.flatMap((row) => row.channelKey ?? []) : [],
    threadKey: own.findLast((row) => row.threadKey !== null)?.threadKey ?? null,
    earlierKey: own.findLast((row) => row.providerKey !== null)?.providerKey ?? null,
    personKey: person.person_key,
    email: person.email,
    unsubscribeUrl: links.unsubscribe,
    pixelUrl: campaign.openTracking ? links.pixel : null,
    fromName: rendered.fromName,
    replyTo: node.reply_to,
    cc: node.cc,
    bcc: node.bcc,
  };
}
