import type { SequenceNode } from '../sequence/nodes/node.ts';
import type { Slot } from '../sequence/skeleton.ts';

const maxSubjectLength = 200;
const placeholder = /%[a-z][a-z0-9_.]*(?:\|[^%\n]*)?%|\{\{|\}\}|&&|\[\[|\]\]|[\uE000\uE001]/i;
const toFillIn = new RegExp(
  String.raw`\[(?:your|my|first|last|full|insert|company|recipient|sender|name|title|` +
    String.raw`position|role|date|topic|product)\b[^\]\n]{0,60}\]`,
  'i',
);
const link = new RegExp(
  String.raw`\bhttps?:\/\/[^\s<>"')\]]+|\bwww\.[^\s<>"')\]]+|` +
    String.raw`\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}\/[^\s<>"')\]]+`,
  'gi',
);
const address = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}/g;
// Controls but tabs and line breaks, and marks that turn text around.
const unseen = /[^\P{Cc}\t\n]|\p{Bidi_Control}/u;

/** The texts as they are kept: trimmed, with plain line breaks. Slots that are missing stay so. */
export function tidyTexts(
  texts: Readonly<Record<string, unknown>>,
  slots: readonly Slot[],
): Record<string, string> {
  const kept = slots.flatMap(({ key }) => {
    const text = texts[key];
    return typeof text === 'string'
      ? [[key, text.replace(/\r\n?/g, '\n').trim().toWellFormed()] as const]
      : [];
  });
  return Object.fromEntries(kept);
}

/**
 * Why what a model wrote cannot be sent, in words for a person and for the model's next try; null
 * when it can.
 */
export function faultIn(
  texts: Readonly<Record<string, string>>,
  { node, slots }: { node: SequenceNode; slots: readonly Slot[] },
): string | null {
  const said = new Set(linksIn(authorOf(node)));
  for (const { key, field, instruction } of slots) {
    const text = texts[key];
    if (!text) return `"${key}" is empty.`;
    if (unseen.test(text)) return `"${key}" has control characters.`;
    const left = placeholder.exec(text)?.[0] ?? toFillIn.exec(text)?.[0];
    if (left) return `"${key}" has a placeholder: ${left.slice(0, 60)}`;
    if (field === 'subject' && text.includes('\n')) return `"${key}" has more than one line.`;
    if (field === 'subject' && instruction === null && text.length > maxSubjectLength)
      return `"${key}" has ${text.length} characters; ${maxSubjectLength} is the most.`;
    const stray = linksIn(text).find((one) => !said.has(one));
    if (stray)
      return (
        `"${key}" has a link or address that the campaign's own texts do not have: ` +
        stray.slice(0, 100)
      );
  }
  return null;
}

/** Why the whole text is too long; null when it is not. */
export function tooLong(text: string, maxLength: number): string | null {
  return text.length > maxLength
    ? `The whole text has ${text.length} characters; ${maxLength} is the most.`
    : null;
}

/** Links and addresses in a text, in one spelling. */
function linksIn(text: string): string[] {
  return [...text.matchAll(link), ...text.matchAll(address)].map(([whole]) =>
    whole.toLowerCase().replace(/[/.,;:!?]+$/, ''),
  );
}

/** All that the author of the campaign wrote: what may be quoted. */
function authorOf({ ai_node, subject, body }: SequenceNode): string {
  const examples = ai_node?.examples?.flatMap((example) => [example.subject, example.body]) ?? [];
  return [ai_node?.purpose, subject, body, ...examples].filter(Boolean).join('\n');
}
