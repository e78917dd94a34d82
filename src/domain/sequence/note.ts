import type { Problem } from '../../errors.ts';
import { noteLimits } from '../sending/sender-limit.ts';
import { parseTemplate, type Template } from '../texts/template.ts';
import { definitionOf } from './nodes/index.ts';
import type { SequenceNode } from './nodes/node.ts';
import { draftOf } from './sequence.ts';

type Seat = {
  id: string;
  type: string;
  is_premium: boolean;
  display_name: string | null;
  email_address: string | null;
};

/** The most characters a sender's note in this node may have; null where it has none, or any number. */
export function maxNoteLength(
  node: SequenceNode,
  seat: Pick<Seat, 'type' | 'is_premium'>,
): number | null {
  return definitionOf(node.type)?.noteOf(node) ? (noteLimits(seat)?.maxLength ?? null) : null;
}

/** Notes that are too long for one of the senders whoever they are for, naming it. */
export function noteProblems(nodes: readonly SequenceNode[], seats: readonly Seat[]): Problem[] {
  return nodes.flatMap((node) => {
    const least = minLength(parseTemplate(draftOf(node)?.node.body ?? node.body ?? '').parts);
    const narrow = seats.find((seat) => least > (maxNoteLength(node, seat) ?? Infinity));
    if (!narrow) return [];
    const name = narrow.display_name ?? narrow.email_address ?? narrow.id;
    const message = `Node ${node.position} (${node.type}): the note has at least ${least} characters, and sender ${name} can send ${maxNoteLength(node, narrow)}. Shorten it, or use a premium account.`;
    return [{ pointer: `/sequence_nodes/${node.position}/body`, code: 'note_too_long', message }];
  });
}

function minLength(parts: Template['parts'] | readonly (string | { name: string })[]): number {
  return parts.reduce((sum, part) => {
    if (typeof part === 'string') return sum + part.length;
    return (
      sum + ('options' in part ? Math.min(...part.options.map((option) => minLength(option))) : 0)
    );
  }, 0);
}
