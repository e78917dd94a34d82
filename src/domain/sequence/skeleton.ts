import type { SequenceNode } from './nodes/node.ts';

/** A part of a touch's text that a model writes: the whole field, or an &&instruction&& in it. */
export type Slot = {
  key: string;
  field: 'subject' | 'body';
  /** Null: the model writes the whole field, by the node's purpose. */
  instruction: string | null;
};

export type Skeleton = {
  /** The template with a mark for each slot, which `fillSlots` replaces. */
  text: string;
  slots: Slot[];
  /** Every instruction is closed with &&. */
  closed: boolean;
};

const instructions = /&&([\s\S]*?)&&/g;
const [open, close] = ['\uE000', '\uE001'];
const marks = /\uE000([a-z]+_?\d*)\uE001/g;

/**
 * Reads a field of an AI node: literal text with %variables%, except for `&&instructions&&`. A
 * blank field is one slot.
 */
export function parseSkeleton(field: Slot['field'], source: string): Skeleton {
  if (!source.trim())
    return { text: mark(field), slots: [{ key: field, field, instruction: null }], closed: true };
  const slots: Slot[] = [];
  const text = source
    .replaceAll(/[\uE000\uE001]/g, '')
    .replace(instructions, (_whole, instruction: string) => {
      const key = `${field}_${slots.length + 1}`;
      slots.push({ key, field, instruction: instruction.trim() });
      return mark(key);
    });
  return { text, slots, closed: !text.includes('&&') };
}

const mark = (key: string) => `${open}${key}${close}`;

/** The rendered text with the model's texts in the places of the marks; marks without a text go. */
export function fillSlots(text: string, written: Readonly<Record<string, string>>): string {
  return text.replace(marks, (_mark, key: string) =>
    Object.hasOwn(written, key) ? written[key]! : '',
  );
}

/** The touch of an AI node. */
export type DraftedTouch = {
  /** A node of the touch's type, with marks in its texts for the slots. */
  node: SequenceNode;
  slots: Slot[];
  /** Maximum length of the whole text, in characters. */
  maxLength: number;
};

/**
 * Reads the texts of an AI node as a touch of the type `output`. A reply without a subject has no
 * slot for one, because it takes the subject of its conversation.
 */
export function draftedTouch(
  node: SequenceNode,
  output: { type: string; maxLength: number; subject: boolean },
): DraftedTouch {
  const body = parseSkeleton('body', node.body ?? '');
  const subject =
    output.subject && (node.subject?.trim() || !node.is_reply)
      ? parseSkeleton('subject', node.subject ?? '')
      : null;
  return {
    node: { ...node, type: output.type, subject: subject?.text ?? '', body: body.text },
    slots: [...(subject?.slots ?? []), ...body.slots],
    maxLength: output.maxLength,
  };
}
