import { definitionOf } from './nodes/index.ts';
import type { Note, SequenceNode } from './nodes/node.ts';
import type { DraftedTouch } from './skeleton.ts';

export type Touch = {
  nodeId: string;
  type: string;
  isReply: boolean;
  /** Delay in ms after the touch before it; of the first touch, after the start. */
  waitMs: number;
  note?: Note;
};

/** The touches in order, each with the delays between it and the one before. */
export function touches(nodes: readonly SequenceNode[]): Touch[] {
  const found: Touch[] = [];
  let waitMs = 0;
  for (const node of nodes) {
    const definition = definitionOf(node.type);
    const type = definition?.touchOf(node);
    if (type) {
      const note = definition?.noteOf(node);
      found.push({
        nodeId: node.id,
        type,
        isReply: node.is_reply ?? false,
        waitMs,
        ...(note ? { note } : {}),
      });
      waitMs = 0;
    } else waitMs += definition?.waitMs(node) ?? 0;
  }
  return found;
}

/** How many of the nodes are touches; their texts do not matter. */
export function countTouches(nodes: readonly Pick<SequenceNode, 'type' | 'ai_node'>[]): number {
  return nodes.filter((node) => definitionOf(node.type)?.touchOf(node)).length;
}

/**
 * Whether a model writes the first touch: then prospects need a text before they leave the pool.
 */
export function firstIsDrafted(nodes: readonly SequenceNode[]): boolean {
  const first = touches(nodes)[0];
  return nodes.some((node) => node.id === first?.nodeId && draftOf(node) !== null);
}

/** The touch of a node with the parts of its text that a model writes; null when there are none. */
export function draftOf(node: SequenceNode): DraftedTouch | null {
  return definitionOf(node.type)?.draft(node) ?? null;
}

/**
 * The touch after a touch; the first when `nodeId` is null. Null after the last touch, and when the
 * sequence has no such touch.
 */
export function nextTouch(nodes: readonly SequenceNode[], nodeId: string | null): Touch | null {
  const all = touches(nodes);
  if (nodeId === null) return all[0] ?? null;
  const index = all.findIndex((touch) => touch.nodeId === nodeId);
  return index < 0 ? null : (all[index + 1] ?? null);
}
