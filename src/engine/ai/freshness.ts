import { createHash } from 'node:crypto';
import type { Written } from '../../db/sending/ledger.ts';
import type { MessageProspect, RenderedTouch } from '../../domain/sequence/message.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import { fillSlots } from '../../domain/sequence/skeleton.ts';

const hash = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);

/** Stands for all of a node that a model's text is written from: another hash, another text. */
export function hashOfNode({ ai_node, subject, body, is_reply }: SequenceNode): string {
  return hash([ai_node?.purpose, ai_node?.output_type, ai_node?.examples, subject, body, is_reply]);
}

/** The same for the person it is written to. */
export function hashOfPerson(person: MessageProspect): string {
  const {
    email,
    linkedin_url,
    x_handle,
    first_name,
    last_name,
    name,
    company,
    position,
    headline,
    custom_fields,
  } = person;
  const fields =
    custom_fields && Object.entries(custom_fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash([
    email,
    linkedin_url,
    x_handle,
    first_name,
    last_name,
    name,
    company,
    position,
    headline,
    fields,
  ]);
}

/** What a model wrote for this person at this node, unless either has changed since; null when it is to be written (anew). */
export function writtenFor(
  node: SequenceNode,
  person: MessageProspect,
  written: Written | null | undefined,
): Record<string, string> | null {
  if (!written || written.node !== hashOfNode(node) || written.person !== hashOfPerson(person))
    return null;
  return written.texts;
}

type Whole = Extract<RenderedTouch, { ok: true }>;

/** A rendered touch with the model's texts in the places of their marks. */
export function fillIn<T extends Whole>(rendered: T, texts: Record<string, string>): T {
  return {
    ...rendered,
    subject: fillSlots(rendered.subject, texts),
    text: fillSlots(rendered.text, texts),
  };
}
