import { nextTouch, type SequenceNode, type Touch, touches } from './sequence.ts';

/**
 * Touches that revisions took away, by their ids: where one who stood before it stands now, and where one who has had it goes on.
 * Null is the end.
 */
export type RemovedTouches = Readonly<
  Record<string, { moveTo: string | null; continueAt: string | null }>
>;

/** A sequence as it stands, with what became of the touches it once had. */
export type Revision = { nodes: readonly SequenceNode[]; removedTouches: RemovedTouches };

/** What a new revision does to the people who stand before one touch. */
export type Shift = {
  nodeId: string;
  /** The touch they stand before then, null for the end. */
  to: string | null;
  waitMs: number;
  /** Null when they come to the end. */
  newWaitMs: number | null;
  /** Touches that come again for them, and are passed over: nobody gets one twice. */
  repeats: string[];
  /** Touches of the new sequence that they will not get, since these lie before their place. */
  skips: string[];
};

/**
 * Where the place before the touch at `index` lies in another order. A touch that remains keeps its people. Others go as far behind
 * the last remaining touch before it as they stood, so that a replacement is met, but never beyond the next one that remains.
 */
function placeIn(from: readonly string[], to: readonly string[], index: number): string | null {
  const remains = (id: string) => to.includes(id);
  const next = from.slice(index).find(remains);
  if (next !== undefined && next === from[index]) return next;
  const last = from.slice(0, index).findLastIndex(remains);
  const place = to.indexOf(from[last] ?? '') + index - last;
  return to[Math.min(place, next === undefined ? to.length : to.indexOf(next))] ?? null;
}

/** What became of every touch that this revision or one before took away. */
export function removeTouches(before: Revision, nodes: readonly SequenceNode[]): RemovedTouches {
  const from = touches(before.nodes).map((touch) => touch.nodeId);
  const to = touches(nodes).map((touch) => touch.nodeId);
  const gone = from.flatMap((id, index) =>
    to.includes(id)
      ? []
      : [
          [
            id,
            { moveTo: placeIn(from, to, index), continueAt: placeIn(from, to, index + 1) },
          ] as const,
        ],
  );
  const again = (id: string | null) =>
    placeIn(from, to, id === null ? from.length : from.indexOf(id));
  const earlier = Object.entries(before.removedTouches).filter(
    ([id]) => !to.includes(id) && !from.includes(id),
  );
  const followed = earlier.map(
    ([id, { moveTo, continueAt }]) =>
      [id, { moveTo: again(moveTo), continueAt: again(continueAt) }] as const,
  );
  return Object.fromEntries([...gone, ...followed]);
}

/** What a new revision does to those who stand before each of the touches, in their order. */
export function shiftsOf(before: readonly SequenceNode[], after: readonly SequenceNode[]): Shift[] {
  const from = touches(before);
  const to = touches(after);
  const [fromIds, toIds] = [from, to].map((list: readonly Touch[]) =>
    list.map((touch) => touch.nodeId),
  ) as [string[], string[]];
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

/** The touch after one that a person has had, even if the sequence no longer has that one. Null for the end. */
export function touchAfter({ nodes, removedTouches }: Revision, nodeId: string): string | null {
  const remains = nodes.some((node) => node.id === nodeId);
  return remains
    ? (nextTouch(nodes, nodeId)?.nodeId ?? null)
    : (removedTouches[nodeId]?.continueAt ?? null);
}

/** Where one stands who stood before a touch: there, or where those were moved when it was taken away. Null for the end. */
export function positionOf({ nodes, removedTouches }: Revision, nodeId: string): string | null {
  return nodes.some((node) => node.id === nodeId)
    ? nodeId
    : (removedTouches[nodeId]?.moveTo ?? null);
}

/** New nodes that say word for word what an old one said are that one: leaving out the ids changes nothing by itself. */
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

/** What one revision has that the one before had not, by node id. */
export function diffNodes(
  before: readonly SequenceNode[],
  after: readonly SequenceNode[],
): Difference {
  const ids = (nodes: readonly SequenceNode[], others: readonly SequenceNode[], inBoth: boolean) =>
    nodes.map((node) => node.id).filter((id) => others.some((other) => other.id === id) === inBoth);
  const order = ids(before, after, true);
  const changed = after.flatMap((node) => {
    const old = before.find((candidate) => candidate.id === node.id);
    const fields = old ? changedFields(old, node) : [];
    return fields.length > 0 ? [{ node_id: node.id, fields }] : [];
  });
  return {
    added: ids(after, before, false),
    removed: ids(before, after, false),
    reordered: ids(after, before, true).filter((id, index) => order[index] !== id),
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
