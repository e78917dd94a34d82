import { AppError, type Problem } from '../../errors.ts';
import { definitionOf, nodeDefinitions, nodeTypesOf } from './nodes/index.ts';
import type { NodeContentInput, SequenceNodeInput } from './nodes/input.ts';
import type {
  AiContent,
  Launching,
  NodeContent,
  NodeDefinition,
  NodeField,
  NodeProblem,
  Note,
  SequenceNode,
} from './nodes/node.ts';

import type { DraftedTouch } from './skeleton.ts';

export {
  type NodeContentInput,
  nodeContentShape,
  type SequenceNodeInput,
  sequenceNodeInput,
} from './nodes/input.ts';
export type { SequenceNode } from './nodes/node.ts';

/** A sequence as it is to be stored, and the fields that were given in vain because the node's type has no use for them. */
export type WrittenSequence = { nodes: SequenceNode[]; ignored: Problem[] };

/** One touch and how long, in ms, a person waits for it after the touch before it (the first: after the start). */
export type Touch = { nodeId: string; type: string; isReply: boolean; waitMs: number; note?: Note };

const maxNodes = 100;

const emptyContent: NodeContent = {
  subject: null,
  body: null,
  body_html: null,
  signature: null,
  from_name: null,
  reply_to: null,
  cc: null,
  bcc: null,
  include_message: null,
  is_reply: null,
  delay_days: null,
  delay_hours: null,
  delay_minutes: null,
  ai_node: null,
};

/** What a new campaign of the channel begins with: its first touch, with empty texts, and the end. */
export function seedSequence(channel: string, newId: () => string): SequenceNode[] {
  const seed = nodeDefinitions.filter((definition) => definition.seeds.includes(channel));
  return seed
    .concat(endDefinition)
    .map((definition, position) => blankNode(definition, newId(), position));
}

/**
 * A whole sequence as the caller wants it. Ids of previous nodes of the same type are kept, others are made anew; fields left
 * out keep what the node had (null clears). @throws AppError sequence.invalid that names every index and field
 */
export function normaliseSequence(
  input: readonly SequenceNodeInput[],
  previous: readonly SequenceNode[],
  channel: string,
  newId: () => string,
): WrittenSequence {
  const errors: Problem[] = [];
  const ignored: Problem[] = [];
  const nodes = input.flatMap((given, position) => {
    const pointer = `/sequence_nodes/${position}`;
    const definition = definitionOf(given.type);
    if (!definition?.channels.includes(channel)) {
      errors.push({
        pointer: `${pointer}/type`,
        code: 'node_type',
        message: `A sequence of ${channel} has no "${given.type}": use ${nodeTypesOf(channel).join(', ')}.`,
      });
      return [];
    }
    const kept = given.id
      ? previous.find((node) => node.id === given.id && node.type === given.type)
      : undefined;
    const base = kept ?? blankNode(definition, newId(), position);
    const written = writeContent(definition, base, given);
    errors.push(...definition.problems(written.node).map((problem) => pointed(problem, pointer)));
    ignored.push(...written.ignored.map((problem) => pointed(problem, pointer)));
    if (kept && input.findIndex((other) => other.id === kept.id) < position) {
      errors.push({
        pointer: `${pointer}/id`,
        code: 'node_twice',
        message: 'Another node of this sequence has the same id.',
      });
    }
    return [written.node];
  });
  refuse([...errors, ...orderProblems(input)]);
  return { nodes: positioned(nodes), ignored };
}

/** The sequence with one node more, right before the end unless a position says otherwise. @throws AppError sequence.invalid */
export function insertNode(
  nodes: readonly SequenceNode[],
  {
    given,
    position,
    channel,
    newId,
  }: {
    given: SequenceNodeInput;
    position?: number | null | undefined;
    channel: string;
    newId: () => string;
  },
): WrittenSequence & { node: SequenceNode } {
  const last = endIndex(nodes);
  const index = position ?? last;
  const definition = definitionOf(given.type);
  const errors: Problem[] = [];
  if (!definition?.channels.includes(channel) || definition.type === endDefinition.type) {
    const types = nodeTypesOf(channel).filter((type) => type !== endDefinition.type);
    errors.push({
      pointer: '/type',
      code: 'node_type',
      message: `"${given.type}" cannot be added to a sequence of ${channel}: use ${types.join(', ')}.`,
    });
  }
  if (index < 0 || index > last)
    errors.push({
      pointer: '/position',
      code: 'position',
      message: `The position must be 0 to ${last}: the end stays last.`,
    });
  if (nodes.length >= maxNodes) errors.push(tooMany('/type'));
  refuse(errors);
  const { node, ignored } = writeContent(
    definition!,
    blankNode(definition!, newId(), index),
    given,
  );
  refuse(definition!.problems(node).map((problem) => pointed(problem, '')));
  const all = positioned(nodes.toSpliced(index, 0, node));
  return { nodes: all, node: all[index]!, ignored: ignored.map((problem) => pointed(problem, '')) };
}

/** The sequence with a node at another position. @throws AppError node.not_found, sequence.invalid for the end or a place after it */
export function moveNode(
  nodes: readonly SequenceNode[],
  nodeId: string,
  toPosition: number,
): SequenceNode[] {
  const node = nodeOf(nodes, nodeId);
  const last = endIndex(nodes) - 1;
  if (node.type === endDefinition.type) refuse([endFixed('/nodeId')]);
  if (toPosition < 0 || toPosition > last)
    refuse([
      {
        pointer: '/toPosition',
        code: 'position',
        message: `The position must be 0 to ${last}: the end stays last.`,
      },
    ]);
  return positioned(nodes.filter((other) => other !== node).toSpliced(toPosition, 0, node));
}

/** The sequence without a node. @throws AppError node.not_found, sequence.invalid for the end */
export function removeNode(nodes: readonly SequenceNode[], nodeId: string): SequenceNode[] {
  const node = nodeOf(nodes, nodeId);
  if (node.type === endDefinition.type) refuse([endFixed('/nodeId')]);
  return positioned(nodes.filter((other) => other !== node));
}

/**
 * The sequence with one node's content changed; fields left out stay. The total of a delay is checked at launch, as Puffle does.
 * @throws AppError node.not_found
 */
export function editNode(
  nodes: readonly SequenceNode[],
  nodeId: string,
  edit: NodeContentInput,
): WrittenSequence & { node: SequenceNode } {
  const before = nodeOf(nodes, nodeId);
  const definition = definitionOf(before.type);
  if (!definition)
    throw new AppError('sequence.invalid', `There is no node type "${before.type}".`);
  const { node, ignored } = writeContent(definition, before, edit);
  return {
    nodes: nodes.map((other) => (other === before ? node : other)),
    node,
    ignored: ignored.map((problem) => pointed(problem, '')),
  };
}

/** Everything a launch refuses in the sequence's content; pointers and messages name the position. */
export function contentProblems(nodes: readonly SequenceNode[], at: Launching): Problem[] {
  const first = touches(nodes)[0];
  const problems = nodes.flatMap((node) => {
    const definition = definitionOf(node.type);
    const found = definition
      ? [...definition.problems(node), ...definition.launchProblems(node, at)]
      : [];
    if (first?.isReply && node.id === first.nodeId) {
      found.push({
        field: 'is_reply',
        code: 'reply_first',
        message: 'The first touch cannot be a reply: there is nothing to reply to.',
      });
    }
    return found.map((problem) => ({
      ...pointed(problem, `/sequence_nodes/${node.position}`),
      message: `Node ${node.position} (${node.type}): ${problem.message}`,
    }));
  });
  if (!first)
    problems.unshift({
      pointer: '/sequence_nodes',
      code: 'no_touch',
      message: 'The sequence reaches nobody: add a node that sends something.',
    });
  return [...problems, ...orderProblems(nodes)];
}

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

/** Whether a model writes the text of the first touch, so that people of the pool need one before they are taken. */
export function firstIsDrafted(nodes: readonly SequenceNode[]): boolean {
  const first = touches(nodes)[0];
  return nodes.some((node) => node.id === first?.nodeId && draftOf(node) !== null);
}

/** What a model writes of a node's text, and the touch it makes; null when it writes nothing there. */
export function draftOf(node: SequenceNode): DraftedTouch | null {
  return definitionOf(node.type)?.draft(node) ?? null;
}

/** The touch after a touch; the first when `nodeId` is null. Null after the last, and when there is no such touch any more. */
export function nextTouch(nodes: readonly SequenceNode[], nodeId: string | null): Touch | null {
  const all = touches(nodes);
  const index = nodeId === null ? 0 : all.findIndex((touch) => touch.nodeId === nodeId) + 1;
  return nodeId !== null && index === 0 ? null : (all[index] ?? null);
}

const endDefinition: NodeDefinition = definitionOf('end')!;

function blankNode(definition: NodeDefinition, id: string, position: number): SequenceNode {
  return { id, position, type: definition.type, ...emptyContent, ...definition.defaults };
}

/** The node with the given fields its type has a use for; null falls back on the type's default. */
function writeContent(
  definition: NodeDefinition,
  base: SequenceNode,
  given: NodeContentInput,
): { node: SequenceNode; ignored: NodeProblem[] } {
  const fields = (Object.keys(emptyContent) as NodeField[]).filter(
    (field) => given[field] !== undefined,
  );
  const usable = fields.filter((field) => definition.editable.includes(field));
  const stray = fields.filter(
    (field) => !definition.editable.includes(field) && Boolean(given[field]),
  );
  const changes = Object.fromEntries(
    usable.map((field) => [field, given[field] ?? definition.defaults[field] ?? null]),
  );
  const node = { ...base, ...changes };
  if (given.ai_node && usable.includes('ai_node'))
    node.ai_node = { purpose: null, output_type: null, ...base.ai_node, ...defined(given.ai_node) };
  const ignored = stray.map((field) => ({
    field,
    code: 'ignored',
    message: `A node of type ${definition.type} has no ${field}; it was ignored.`,
  }));
  return { node, ignored };
}

function defined(ai: NonNullable<NodeContentInput['ai_node']>): Partial<AiContent> {
  return Object.fromEntries(Object.entries(ai).filter(([, value]) => value !== undefined));
}

function orderProblems(nodes: readonly { type: string }[]): Problem[] {
  const ends = nodes.flatMap((node, index) => (node.type === endDefinition.type ? [index] : []));
  const misplaced = ends.filter((index) => index < nodes.length - 1);
  return [
    ...(ends.length === 0
      ? [
          {
            pointer: '/sequence_nodes',
            code: 'end_missing',
            message: 'The sequence must finish with a node of type end.',
          },
        ]
      : []),
    ...misplaced.map((index) => ({
      pointer: `/sequence_nodes/${index}/type`,
      code: 'end_misplaced',
      message: 'There is one end, and it is the last node.',
    })),
    ...(nodes.length > maxNodes ? [tooMany('/sequence_nodes')] : []),
  ];
}

function nodeOf(nodes: readonly SequenceNode[], nodeId: string): SequenceNode {
  const node = nodes.find((candidate) => candidate.id === nodeId);
  if (!node) throw new AppError('node.not_found');
  return node;
}

/** Where the end stands, or would. */
function endIndex(nodes: readonly SequenceNode[]): number {
  return nodes.at(-1)?.type === endDefinition.type ? nodes.length - 1 : nodes.length;
}

const positioned = (nodes: readonly SequenceNode[]): SequenceNode[] =>
  nodes.map((node, position) => ({ ...node, position }));
const pointed = ({ field, code, message }: NodeProblem, pointer: string): Problem => ({
  pointer: `${pointer}/${field}`,
  code,
  message,
});
const tooMany = (pointer: string): Problem => ({
  pointer,
  code: 'too_many',
  message: `A sequence has at most ${maxNodes} nodes.`,
});
const endFixed = (pointer: string): Problem => ({
  pointer,
  code: 'end_fixed',
  message: 'The end stays, and stays last.',
});

function refuse(errors: readonly Problem[]): void {
  const [first] = errors;
  if (first)
    throw new AppError(
      'sequence.invalid',
      `${first.pointer.slice(1).replaceAll('/', '.')}: ${first.message}`,
      { errors },
    );
}
