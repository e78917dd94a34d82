import { isDeepStrictEqual } from 'node:util';
import { AppError, type Problem } from '../../errors.ts';
import { definitionOf, nodeDefinitions, nodeTypesOf } from './nodes/index.ts';
import type { NodeContentInput, SequenceNodeInput } from './nodes/input.ts';
import type {
  AiContent,
  NodeContent,
  NodeDefinition,
  NodeField,
  NodeProblem,
  SequenceNode,
} from './nodes/node.ts';
import {
  endDefinition,
  endFixed,
  maxNodes,
  orderProblems,
  problemAt,
  refuse,
  tooManyNodes,
} from './sequence-problems.ts';

export {
  type NodeContentInput,
  nodeContentShape,
  type SequenceNodeInput,
  sequenceNodeInput,
} from './nodes/input.ts';
export type { SequenceNode } from './nodes/node.ts';
export { contentProblems, contentWarnings } from './sequence-problems.ts';
export { draftOf, firstIsDrafted, nextTouch, type Touch, touches } from './touches.ts';

/**
 * A sequence to store, and the fields that were ignored because their node's type does not use
 * them.
 */
export type WrittenSequence = { nodes: SequenceNode[]; ignored: Problem[] };

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

/** Fields that a node has only once they are given. */
const laterFields: readonly NodeField[] = ['delay_seconds', 'delay_unit'];
const contentFields = [...(Object.keys(emptyContent) as NodeField[]), ...laterFields];

/**
 * The sequence of a new campaign of the channel: its first touch, with empty texts, and the end.
 */
export function seedSequence(channel: string, newId: () => string): SequenceNode[] {
  const seed = nodeDefinitions.filter((definition) => definition.seeds.includes(channel));
  return seed.concat(endDefinition).map((definition, position) => ({
    ...blankNode(definition, newId(), position),
    ...definition.seed,
  }));
}

/** Maximum length of a sequence as JSON text, in UTF-16 units. */
export const sequenceLimit = 262_144;

/**
 * The whole sequence of a request. Ids of previous nodes of the same type are kept, others are new;
 * absent fields keep the node's value, null clears it.
 * @throws AppError sequence.invalid that names every index and field
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
      const types = nodeTypesOf(channel).join(', ');
      const message = `A sequence of ${channel} has no "${given.type}": use ${types}.`;
      errors.push({ pointer: `${pointer}/type`, code: 'node_type', message });
      return [];
    }
    const kept = given.id
      ? previous.find((node) => node.id === given.id && node.type === given.type)
      : undefined;
    const base = kept ?? blankNode(definition, newId(), position);
    const written = writeContent(definition, base, given);
    const problems = isDeepStrictEqual(written.node, kept) ? [] : definition.problems(written.node);
    errors.push(...problems.map((problem) => problemAt(problem, pointer)));
    ignored.push(...written.ignored.map((problem) => problemAt(problem, pointer)));
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
  refuseLarge(nodes, '/sequence_nodes');
  return { nodes: positioned(nodes), ignored };
}

/**
 * The sequence with one more node, at `position` or right before the end.
 * @throws AppError sequence.invalid
 */
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
    const hint = `use ${types.join(', ')}.`;
    const message = `"${given.type}" cannot be added to a sequence of ${channel}: ${hint}`;
    errors.push({ pointer: '/type', code: 'node_type', message });
  }
  if (index < 0 || index > last)
    errors.push({
      pointer: '/position',
      code: 'position',
      message: `The position must be 0 to ${last}: the end stays last.`,
    });
  if (nodes.length >= maxNodes) errors.push(tooManyNodes('/type'));
  refuse(errors);
  const { node, ignored } = writeContent(
    definition!,
    blankNode(definition!, newId(), index),
    given,
  );
  refuse(definition!.problems(node).map((problem) => problemAt(problem, '')));
  const all = positioned(nodes.toSpliced(index, 0, node));
  refuseLarge(all, '');
  return {
    nodes: all,
    node: all[index]!,
    ignored: ignored.map((problem) => problemAt(problem, '')),
  };
}

/**
 * The sequence with a node at another position.
 * @throws AppError node.not_found, sequence.invalid for the end or a place after it
 */
export function moveNode(
  nodes: readonly SequenceNode[],
  nodeId: string,
  toPosition: number,
): SequenceNode[] {
  const node = findNode(nodes, nodeId);
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

/**
 * The sequence without a node.
 * @throws AppError node.not_found, sequence.invalid for the end
 */
export function removeNode(nodes: readonly SequenceNode[], nodeId: string): SequenceNode[] {
  const node = findNode(nodes, nodeId);
  if (node.type === endDefinition.type) refuse([endFixed('/nodeId')]);
  return positioned(nodes.filter((other) => other !== node));
}

/**
 * The sequence with one node's content changed; absent fields stay. The total of a delay is checked
 * at launch, as Puffle does.
 * @throws AppError node.not_found
 */
export function editNode(
  nodes: readonly SequenceNode[],
  nodeId: string,
  edit: NodeContentInput,
): WrittenSequence & { node: SequenceNode } {
  const before = findNode(nodes, nodeId);
  const definition = definitionOf(before.type);
  if (!definition)
    throw new AppError('sequence.invalid', `There is no node type "${before.type}".`);
  const { node, ignored } = writeContent(definition, before, edit);
  const all = nodes.map((other) => (other === before ? node : other));
  refuseLarge(all, '');
  return {
    nodes: all,
    node,
    ignored: ignored.map((problem) => problemAt(problem, '')),
  };
}

/** @throws sequence.invalid for nodes that are longer than a sequence may be */
function refuseLarge(nodes: readonly SequenceNode[], pointer: string): void {
  const { length } = JSON.stringify(nodes);
  const message =
    `The sequence has ${length} characters as JSON, all texts together; ` +
    `it may have ${sequenceLimit}.`;
  refuse(length > sequenceLimit ? [{ pointer, code: 'too_big', message }] : []);
}

function blankNode(definition: NodeDefinition, id: string, position: number): SequenceNode {
  return { id, position, type: definition.type, ...emptyContent, ...definition.defaults };
}

/** The node with those of the given fields that its type uses; null sets the type's default. */
function writeContent(
  definition: NodeDefinition,
  base: SequenceNode,
  given: NodeContentInput,
): { node: SequenceNode; ignored: NodeProblem[] } {
  const fields = contentFields.filter((field) => given[field] !== undefined);
  const usable = fields.filter((field) => definition.editable.includes(field));
  const stray = fields.filter(
    (field) => !definition.editable.includes(field) && Boolean(given[field]),
  );
  const changes = Object.fromEntries(
    usable.map((field) => [field, given[field] ?? definition.defaults[field] ?? null]),
  );
  const node = definition.settle(
    { ...base, ...changes },
    { before: base, given: writtenIn(given) },
  );
  if (given.ai_node && usable.includes('ai_node'))
    node.ai_node = { purpose: null, output_type: null, ...base.ai_node, ...defined(given.ai_node) };
  const ignored = stray.map((field) => ({
    field,
    code: 'ignored',
    message: `A node of type ${definition.type} has no ${field}; it was ignored.`,
  }));
  return { node, ignored };
}

const writtenIn = (given: NodeContentInput): object =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

function defined(ai: NonNullable<NodeContentInput['ai_node']>): Partial<AiContent> {
  return Object.fromEntries(Object.entries(ai).filter(([, value]) => value !== undefined));
}

function findNode(nodes: readonly SequenceNode[], nodeId: string): SequenceNode {
  const node = nodes.find((candidate) => candidate.id === nodeId);
  if (!node) throw new AppError('node.not_found');
  return node;
}

/** The index of the end, or the number of nodes where a sequence has none. */
function endIndex(nodes: readonly SequenceNode[]): number {
  return nodes.at(-1)?.type === endDefinition.type ? nodes.length - 1 : nodes.length;
}

const positioned = (nodes: readonly SequenceNode[]): SequenceNode[] =>
  nodes.map((node, position) => ({ ...node, position }));
