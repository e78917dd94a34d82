import type { Problem } from '../../errors.ts';
import { noteLimits } from '../sending/sender-limit.ts';
import { parseTemplate, type Template } from '../texts/template.ts';
import { definitionOf } from './nodes/index.ts';
import type { SequenceNode } from './nodes/node.ts';
import { draftOf } from './touches.ts';

type Seat = {
  id: string;
  type: string;
  is_premium: boolean;
  display_name: string | null;
  email_address: string | null;
};

/**
 * Maximum length of a seat's note in this node; null where it has no note, or notes have no limit.
 */
export function maxNoteLength(
  node: SequenceNode,
  seat: Pick<Seat, 'type' | 'is_premium'>,
): number | null {
  return definitionOf(node.type)?.noteOf(node) ? (noteLimits(seat)?.maxLength ?? null) : null;
}

/** Notes that are too long for one of the seats with every value and wording, naming the seat. */
export function noteProblems(nodes: readonly SequenceNode[], seats: readonly Seat[]): Problem[] {
  return nodes.flatMap((node) => {
    const length = minLength(parseTemplate(draftOf(node)?.node.body ?? node.body ?? '').parts);
    const seat = seats.find((candidate) => length > (maxNoteLength(node, candidate) ?? Infinity));
    if (!seat) return [];
    const name = seat.display_name ?? seat.email_address ?? seat.id;
    const message = [
      `Node ${node.position} (${node.type}): the note has at least ${length} characters,`,
      `and sender ${name} can send ${maxNoteLength(node, seat)}.`,
      'Shorten it, or use a premium account.',
    ].join(' ');
    return [{ pointer: `/sequence_nodes/${node.position}/body`, code: 'note_too_long', message }];
  });
}

/** The least length of a rendered template: blank values, and the shortest wordings. */
function minLength(parts: Template['parts'] | readonly (string | { name: string })[]): number {
  return parts.reduce((sum, part) => {
    if (typeof part === 'string') return sum + part.length;
    if (!('options' in part)) return sum;
    return sum + Math.min(...part.options.map((option) => minLength(option)));
  }, 0);
}
