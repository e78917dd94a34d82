import { oneLine } from '../text.ts';
import { escapeHtml } from '../texts/escape-html.ts';
import { type Rendered, render, type TemplateValues } from '../texts/render.ts';
import { parseTemplate } from '../texts/template.ts';
import { definitionOf } from './nodes/index.ts';
import type { SequenceNode } from './nodes/node.ts';

export type MessageProspect = {
  /** With the node, it decides the wording that the prospect gets of a variation. */
  id: string;
  email: string | null;
  linkedin_url: string | null;
  x_handle: string | null;
  first_name: string | null;
  last_name: string | null;
  name: string | null;
  company: string | null;
  position: string | null;
  headline: string | null;
  custom_fields: Readonly<Record<string, unknown>> | null;
};

export type MessageSender = {
  first_name: string | null;
  last_name: string | null;
  display_name: string | null;
  email_address: string | null;
  signature: string | null;
};

export type TouchText = {
  node: SequenceNode;
  prospect: MessageProspect;
  sender: MessageSender;
  campaignSignature: string | null;
  /** Subject of the conversation's first message; a reply without its own subject takes it. */
  threadSubject?: string | null;
  /** The conversation was with another sender: a reply begins a new one with the same subject. */
  newConversation?: boolean;
  /** A text that a member wrote for this prospect: it is sent without changes. */
  draft?: { subject: string | null; body_text: string | null; body_html: string | null } | null;
};

export type RenderFailure = {
  ok: false;
  /** `no_subject`: the touch needs a subject and its subject is blank. */
  reason: 'missing_variable' | 'too_long' | 'no_subject';
  /** The variables that need a value. */
  missing: string[];
};
export type RenderedTouch =
  | { ok: true; subject: string; text: string; html: string | null; fromName: string | null }
  | RenderFailure;

/**
 * The texts of one touch for one prospect, or the reason why they are not complete. The signature
 * is the node's, else the campaign's, else the sender's (an empty one means none); it follows the
 * text after a blank line. `html` is null when the node has none.
 */
export function renderTouch(touch: TouchText): RenderedTouch {
  const { node, draft } = touch;
  const values = valuesOf(touch);
  const fromName = renderHeader(node.from_name ?? '', values, seedOf(touch, 'from_name'));
  const subject = draft ? renderedAs(draft.subject ?? '') : renderSubject(touch, values);
  const text = draft ? renderedAs(draft.body_text ?? '') : renderText(touch, values);
  const html = draft ? renderedAs(draft.body_html ?? '') : renderHtml(touch, values);
  const failures = [subject, text, html, fromName].filter((part) => !part.ok);
  const [failure] = failures;
  if (failure)
    return { ...failure, missing: [...new Set(failures.flatMap((part) => part.missing))] };
  const line = oneLine(textOf(subject));
  if (line === '' && needsSubject(node))
    return { ok: false, reason: 'no_subject', missing: ['subject'] };
  return {
    ok: true,
    subject: line,
    text: textOf(text),
    html: textOf(html) || null,
    fromName: textOf(fromName).trim() || null,
  };
}

type Part = Rendered | RenderFailure;

const renderedAs = (text: string): Part => ({ ok: true, text });
const textOf = (part: Part): string => (part.ok ? part.text : '');

export function needsSubject(node: SequenceNode): boolean {
  return definitionOf(node.type)?.editable.includes('subject') ?? false;
}

function renderSubject(touch: TouchText, values: TemplateValues): Part {
  const { node, threadSubject, newConversation } = touch;
  if (node.subject?.trim() || !node.is_reply || !threadSubject)
    return renderHeader(node.subject ?? '', values, seedOf(touch, 'subject'));
  return renderedAs(
    newConversation || /^re:/i.test(threadSubject) ? threadSubject : `Re: ${threadSubject}`,
  );
}

/**
 * The seed that picks the wordings of one text; plain text and HTML share it, so that they agree.
 */
export function seedOf(
  { node, prospect }: { node: { id: string }; prospect: { id: string } },
  text: 'body' | 'subject' | 'signature' | 'from_name',
): string {
  return `${prospect.id}|${node.id}|${text}`;
}

/** Renders one header line, to which no link belongs. */
function renderHeader(source: string, values: TemplateValues, seed: string): Part {
  const line = { ...values, unsubscribe_url: null };
  const rendered = render(parseTemplate(source), line, { seed });
  return rendered.ok ? renderedAs(oneLine(rendered.text)) : rendered;
}

function renderText(touch: TouchText, values: TemplateValues): Part {
  const body = renderBody(touch, touch.node.body ?? '', values);
  const signature = renderSignature(touch, values);
  if (!body.ok || !signature.ok) return both(body, signature);
  return renderedAs(
    signature.text.trim() ? `${body.text.trimEnd()}\n\n${signature.text}` : body.text,
  );
}

/** An invitation without its note has no text. */
function renderBody(touch: TouchText, source: string, values: TemplateValues): Part {
  const seed = seedOf(touch, 'body');
  return touch.node.include_message === false
    ? renderedAs('')
    : render(parseTemplate(source), values, { seed });
}

function renderSignature(touch: TouchText, values: TemplateValues): Rendered {
  return render(parseTemplate(signatureOf(touch)), values, { seed: seedOf(touch, 'signature') });
}

function renderHtml(touch: TouchText, values: TemplateValues): Part {
  if (!touch.node.body_html?.trim()) return renderedAs('');
  const body = render(parseTemplate(touch.node.body_html), values, {
    escape: 'html',
    seed: seedOf(touch, 'body'),
  });
  const signature = renderSignature(touch, values);
  if (!body.ok || !signature.ok) return both(body, signature);
  if (!signature.text.trim()) return body;
  const signed = `<br><br>${escapeHtml(signature.text).replace(/\r?\n/g, '<br>')}`;
  const close = body.text.search(/<\/body\s{0,9}>/i);
  return renderedAs(
    close < 0 ? body.text + signed : body.text.slice(0, close) + signed + body.text.slice(close),
  );
}

function both(one: Part, other: Part): RenderFailure {
  const failures = [one, other].filter((part) => !part.ok);
  return {
    ok: false,
    reason: failures[0]?.reason ?? 'missing_variable',
    missing: failures.flatMap((part) => part.missing),
  };
}

/** Touches have a signature only when their node can have its own. */
function signatureOf({ node, campaignSignature, sender }: TouchText): string {
  if (!mayBeSigned(node)) return '';
  return node.signature ?? campaignSignature ?? sender.signature ?? '';
}

const mayBeSigned = ({ type }: SequenceNode): boolean =>
  definitionOf(type)?.editable.includes('signature') ?? false;

/**
 * Stands in a rendered text for the link by which its reader unsubscribes: only the message has
 * one. Drafts show it, and a text that was edited by hand may have it.
 */
const unsubscribeMark = '%unsubscribe_url%';

/** A text with the link in place of its marks. */
export const withUnsubscribeUrl = (text: string, url: string): string =>
  text.replace(/%unsubscribe_url%/gi, () => url);

function joined(first: string | null, last: string | null): string | null {
  return [first, last].filter(Boolean).join(' ') || null;
}

function valuesOf({ node, prospect, sender }: TouchText): TemplateValues {
  return {
    unsubscribe_url: mayBeSigned(node) ? unsubscribeMark : null,
    first_name: prospect.first_name,
    last_name: prospect.last_name,
    name: prospect.name?.trim() ? prospect.name : joined(prospect.first_name, prospect.last_name),
    company: prospect.company,
    position: prospect.position,
    headline: prospect.headline,
    email: prospect.email,
    linkedin_url: prospect.linkedin_url,
    x_handle: prospect.x_handle,
    custom_fields: prospect.custom_fields,
    ...senderValues(sender),
  };
}

/** The variables with values of the sender. */
export function senderValues(sender: Omit<MessageSender, 'signature'>) {
  return {
    sender_first: sender.first_name,
    sender_last: sender.last_name,
    sender_name: sender.display_name?.trim()
      ? sender.display_name
      : joined(sender.first_name, sender.last_name),
    sender_email: sender.email_address,
  };
}

/**
 * A message's key at its channel: a Message-ID (RFC 5322 3.6.4) without brackets, made of the
 * message's id and the sender's domain.
 */
export function channelKey(messageId: string, senderAddress: string): string {
  return `${messageId}@${senderAddress.slice(senderAddress.lastIndexOf('@') + 1).toLowerCase()}`;
}

const keyShape = /^<?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@[^@\s]+$/i;

/** The id of the message with such a key; null when the key is not one of ours. */
export function messageIdFromKey(key: string): string | null {
  return keyShape.exec(key)?.[1]?.toLowerCase() ?? null;
}

/** Stands in for the sender while a campaign has none. */
export const noSender: MessageSender = {
  first_name: null,
  last_name: null,
  display_name: null,
  email_address: null,
  signature: null,
};
