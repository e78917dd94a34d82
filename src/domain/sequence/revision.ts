import type { SequenceNode } from './nodes/node.ts';
import { nextTouch, touches } from './touches.ts';

/**
 * The touches that revisions removed, by id. Prospects before a removed touch move to `moveTo`;
 * prospects that have had it continue at `continueAt`. Null is the end.
 */
export type RemovedTouches = Readonly<
  Record<string, { moveTo: string | null; continueAt: string | null }>
>;

/** A sequence and the touches that it once had. */
export type Revision = { nodes: readonly SequenceNode[]; removedTouches: RemovedTouches };

/** The effects of a new revision on the prospects before one touch. */
export type Shift = {
  nodeId: string;
  /** The touch that they stand before afterwards, null for the end. */
  to: string | null;
  waitMs: number;
  /** Null when they come to the end. */
  newWaitMs: number | null;
  /** Touches ahead of them that they have had: skipped, so that no prospect gets a touch twice. */
  repeats: string[];
  /** Touches of the new sequence that they will not get, because these lie before their place. */
  skips: string[];
};

/**
 * The touch in the order `to` that takes the place of the touch at `index` in the order `from`. A
 * touch that remains keeps its prospects. Others go as far behind the last remaining touch as they
 * were, so that they meet a replacement, but never beyond the next remaining touch. Null for the
 * end.
 */
function placeIn(from: readonly string[], to: readonly string[], index: number): string | null {
  const remains = (id: string) => to.includes(id);
  const next = from.slice(index).find(remains);
  if (next !== undefined && next === from[index]) return next;
  const last = from.slice(0, index).findLastIndex(remains);
  const place = to.indexOf(from[last] ?? '') + index - last;
  return to[Math.min(place, next === undefined ? to.length : to.indexOf(next))] ?? null;
}

/**
 * Every touch that this revision or an earlier one removed, with its places in the new sequence.
 */
export function removeTouches(before: Revision, nodes: readonly SequenceNode[]): RemovedTouches {
  const from = touchIds(before.nodes);
  const to = touchIds(nodes);
  const removed: Record<string, { moveTo: string | null; continueAt: string | null }> = {};
  for (const [index, id] of from.entries()) {
    if (to.includes(id)) continue;
    removed[id] = {
      moveTo: placeIn(from, to, index),
      continueAt: placeIn(from, to, index + 1),
    };
  }
  const placeOf = (id: string | null) =>
    placeIn(from, to, id === null ? from.length : from.indexOf(id));
  for (const [id, { moveTo, continueAt }] of Object.entries(before.removedTouches)) {
    if (to.includes(id) || from.includes(id)) continue;
    removed[id] = { moveTo: placeOf(moveTo), continueAt: placeOf(continueAt) };
  }
  return removed;
}

const touchIds = (nodes: readonly SequenceNode[]) => touches(nodes).map(({ nodeId }) => nodeId);

/**
 * The effects of a new revision on the prospects before each touch, in the order of the touches.
 */
export function shiftsOf(before: readonly SequenceNode[], after: readonly SequenceNode[]): Shift[] {
  const from = touches(before);
  const to = touches(after);
  const [fromIds, toIds] = [touchIds(before), touchIds(after)];
  return from.map(({ nodeId, waitMs }, index) => {
    const target = placeIn(fromIds, toIds, index);
    const place = target === null ? toIds.length : toIds.indexOf(target);
    const had = fromIds.slice(0, index);
    return {
      nodeId,
      to: target,
      waitMs,
      newWaitMs: to[place]?.waitMs ?? null,
      repeats: toIds.slice(place).filter((id) => had.includes(id)),
      skips: toIds.slice(0, place).filter((id) => !had.includes(id)),
    };
  });
}

/**
 * The touch after one that a prospect has had, even when the sequence no longer has that one. Null
 * for the end.
 */
export function touchAfter({ nodes, removedTouches }: Revision, nodeId: string): string | null {
  const remains = nodes.some((node) => node.id === nodeId);
  return remains
    ? (nextTouch(nodes, nodeId)?.nodeId ?? null)
    : (removedTouches[nodeId]?.continueAt ?? null);
}

/**
 * The touch that prospects before `nodeId` stand before now: the same one, or the one they were
 * moved to when it was removed. Null for the end.
 */
export function positionOf({ nodes, removedTouches }: Revision, nodeId: string): string | null {
  return nodes.some((node) => node.id === nodeId)
    ? nodeId
    : (removedTouches[nodeId]?.moveTo ?? null);
}

/**
 * Gives new nodes the ids of old ones with exactly the same content, so that a caller may leave out
 * the ids without changing the sequence.
 */
export function recogniseNodes(
  nodes: readonly SequenceNode[],
  previous: readonly SequenceNode[],
): SequenceNode[] {
  const used = new Set(nodes.map((node) => node.id));
  return nodes.map((node) => {
    if (previous.some((old) => old.id === node.id)) return node;
    const same = previous.find(
      (old) => !used.has(old.id) && old.type === node.type && changedFields(old, node).length === 0,
    );
    if (!same) return node;
    used.add(same.id);
    return { ...node, id: same.id };
  });
}

export type NodeChange = { node_id: string; fields: string[] };
export type Difference = {
  added: string[];
  removed: string[];
  reordered: string[];
  changed: NodeChange[];
};

/** The difference between two revisions, by node id. */
export function diffNodes(
  before: readonly SequenceNode[],
  after: readonly SequenceNode[],
): Difference {
  const old = before.map((node) => node.id);
  const now = after.map((node) => node.id);
  const kept = old.filter((id) => now.includes(id));
  const changed = after.flatMap((node) => {
    const previous = before.find((candidate) => candidate.id === node.id);
    const fields = previous ? changedFields(previous, node) : [];
    return fields.length > 0 ? [{ node_id: node.id, fields }] : [];
  });
  return {
    added: now.filter((id) => !old.includes(id)),
    removed: old.filter((id) => !now.includes(id)),
    reordered: now.filter((id) => old.includes(id)).filter((id, index) => kept[index] !== id),
    changed,
  };
}

function changedFields(old: SequenceNode, node: SequenceNode): string[] {
  const fields = Object.keys(node).filter(
    (field) => field !== 'id' && field !== 'position',
  ) as (keyof SequenceNode)[];
  return fields.filter(
    (field) => JSON.stringify(old[field] ?? null) !== JSON.stringify(node[field] ?? null),
  );
}
