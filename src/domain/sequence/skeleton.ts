import type { SequenceNode } from './nodes/node.ts';

/** A part of a touch's text that a model writes: the whole field, or what stands between && and &&. */
export type Slot = {
  key: string;
  field: 'subject' | 'body';
  /** Null: the whole field, by the node's purpose. */
  instruction: string | null;
};

/** `text`: the template with a mark for each slot, which `fillSlots` replaces. */
export type Skeleton = { text: string; slots: Slot[]; closed: boolean };

const block = /&&([\s\S]*?)&&/g;
const [open, close] = ['\uE000', '\uE001'];
const marks = /\uE000([a-z]+_?\d*)\uE001/g;

/** Reads a field of an AI node: everything is literal, with %variables%, but for `&&instructions&&`. A blank one is written whole. */
export function parseSkeleton(field: Slot['field'], source: string): Skeleton {
  if (!source.trim())
    return { text: mark(field), slots: [{ key: field, field, instruction: null }], closed: true };
  const slots: Slot[] = [];
  const text = source
    .replaceAll(/[\uE000\uE001]/g, '')
    .replace(block, (_whole, instruction: string) => {
      const key = `${field}_${slots.length + 1}`;
      slots.push({ key, field, instruction: instruction.trim() });
      return mark(key);
    });
  return { text, slots, closed: !text.includes('&&') };
}

const mark = (key: string) => `${open}${key}${close}`;

/** A rendered text with what the model wrote in the places of the marks. */
export function fillSlots(text: string, written: Readonly<Record<string, string>>): string {
  return text.replace(marks, (_mark, key: string) =>
    Object.hasOwn(written, key) ? written[key]! : '',
  );
}

/** The touch an AI node makes, as a node of that type whose texts have marks where the model writes; and what it is to write. */
export type DraftedTouch = {
  node: SequenceNode;
  slots: Slot[];
  /** Most characters the whole text may have. */
  maxLength: number;
};

/** Reads the texts of an AI node that makes a touch of the type `output`. A reply without a subject takes that of its conversation. */
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
