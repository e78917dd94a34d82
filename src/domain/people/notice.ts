import type { EventKind } from './event.ts';

/** An event to tell people of, with names instead of ids. */
export type NoticeEvent = {
  seq: number;
  kind: string;
  reason: string | null;
  /** The text of an automation. */
  text: string | null;
  campaign: string | null;
  person: string | null;
  sender: string | null;
};

const sentences = {
  'prospect.replied': (event) => `${event.person} replied in "${event.campaign}".`,
  'prospect.held': (event) => `${event.person} is held in "${event.campaign}"${why(event)}.`,
  'prospect.bounced': (event) => `${event.person} cannot be reached in "${event.campaign}".`,
  'prospect.unsubscribed': (event) => `${event.person} unsubscribed in "${event.campaign}".`,
  'message.unknown': (event) =>
    `Nobody can tell whether a message to ${event.person} in "${event.campaign}" went out: ` +
    'settle it.',
  'campaign.paused': (event) => `"${event.campaign}" is paused${why(event)}.`,
  'campaign.completed': (event) => `"${event.campaign}" is completed.`,
  'sender.suspended': (event) => `The sender ${event.sender} needs you${why(event)}.`,
  'sender.restored': (event) => `The sender ${event.sender} works again.`,
  'automation.notified': (event) => `${event.person}: ${event.text}`,
  'automation.failed': (event) => `An automation of "${event.campaign}" failed${why(event)}.`,
} satisfies Partial<Record<EventKind, (event: NoticeEvent) => string>>;

const why = ({ reason }: NoticeEvent): string => (reason ? `: ${reason}` : '');

export type NoticeKind = keyof typeof sentences;
export const noticeKinds = Object.keys(sentences) as [NoticeKind, ...NoticeKind[]];

/** The kinds of events that need somebody. */
export const usualNoticeKinds: readonly NoticeKind[] = [
  'prospect.replied',
  'message.unknown',
  'campaign.paused',
  'sender.suspended',
  'automation.notified',
  'automation.failed',
];

const maxLines = 15;
const maxLineLength = 300;

/** One chat message about these events, a line each; null when there is nothing to say. */
export function noticeText(
  events: readonly NoticeEvent[],
  kinds: readonly string[],
): string | null {
  const told = events.filter(({ kind }) => kinds.includes(kind) && kind in sentences);
  if (told.length === 0) return null;
  const lines = told
    .slice(0, maxLines)
    .map((event) => plainLine(sentences[event.kind as NoticeKind](event)));
  const others = told.length > maxLines ? [`… and ${told.length - maxLines} more.`] : [];
  return [...lines, ...others].join('\n');
}

/**
 * A line of Slack's text that mentions nobody and links nowhere, as names are written by others:
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
function plainLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').slice(0, maxLineLength).toWellFormed();
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
