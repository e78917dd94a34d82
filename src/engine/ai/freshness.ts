import { createHash } from 'node:crypto';
import type { Written } from '../../db/sending/ledger.ts';
import type { MessageProspect, RenderedTouch } from '../../domain/sequence/message.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import { fillSlots } from '../../domain/sequence/skeleton.ts';

const hash = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);

/** Hash of the parts of a node that a text is written from: a text with another one is outdated. */
export function hashOfNode({ ai_node, subject, body, is_reply }: SequenceNode): string {
  return hash([ai_node?.purpose, ai_node?.output_type, ai_node?.examples, subject, body, is_reply]);
}

/** Hash of the fields of a person that a text is written from. */
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

/**
 * The texts that a model wrote for this person at this node, by slot. Null when there are none, or
 * when the person or the node has changed since.
 */
export function freshTexts(
  node: SequenceNode,
  person: MessageProspect,
  written: Written | null | undefined,
): Record<string, string> | null {
  if (!written || written.node !== hashOfNode(node) || written.person !== hashOfPerson(person))
    return null;
  return written.texts;
}

type CompleteTouch = Extract<RenderedTouch, { ok: true }>;

/** A rendered touch with the model's texts in the places of their marks. */
export function fillTouch<T extends CompleteTouch>(rendered: T, texts: Record<string, string>): T {
  return {
    ...rendered,
    subject: fillSlots(rendered.subject, texts),
    text: fillSlots(rendered.text, texts),
  };
}
