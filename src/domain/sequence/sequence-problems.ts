import { AppError, type Problem } from '../../errors.ts';
import { templateWarnings, textFields } from './nodes/content.ts';
import { definitionOf } from './nodes/index.ts';
import type { LaunchContext, NodeDefinition, NodeProblem, SequenceNode } from './nodes/node.ts';
import { touches } from './touches.ts';

export const endDefinition: NodeDefinition = definitionOf('end')!;
export const maxNodes = 100;

/** All faults for which a launch refuses a sequence; pointers and messages name the position. */
export function contentProblems(nodes: readonly SequenceNode[], at: LaunchContext): Problem[] {
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
      ...problemAt(problem, `/sequence_nodes/${node.position}`),
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

/** The warnings of a launch about the texts of a sequence. */
export function contentWarnings(nodes: readonly SequenceNode[], at: LaunchContext): Problem[] {
  return nodes.flatMap((node) => {
    const editable: readonly string[] = definitionOf(node.type)?.editable ?? [];
    const fields = textFields.filter((field) => editable.includes(field));
    return templateWarnings(node, fields, at).map((fault) => ({
      ...problemAt(fault, `/sequence_nodes/${node.position}`),
      message: `Node ${node.position} (${node.type}): ${fault.message}`,
    }));
  });
}

/** The faults in the number of nodes and in the place of the end. */
export function orderProblems(nodes: readonly { type: string }[]): Problem[] {
  const ends = nodes.flatMap((node, index) => (node.type === endDefinition.type ? [index] : []));
  const misplaced = ends.filter((index) => index < nodes.length - 1);
  return [
    ...(ends.length === 0 ? [endMissing] : []),
    ...misplaced.map((index) => ({
      pointer: `/sequence_nodes/${index}/type`,
      code: 'end_misplaced',
      message: 'There is one end, and it is the last node.',
    })),
    ...(nodes.length > maxNodes ? [tooManyNodes('/sequence_nodes')] : []),
  ];
}

const endMissing: Problem = {
  pointer: '/sequence_nodes',
  code: 'end_missing',
  message: 'The sequence must finish with a node of type end.',
};

/** A node's problem as a problem of the request; `pointer` leads to the node. */
export function problemAt({ field, code, message }: NodeProblem, pointer: string): Problem {
  return { pointer: `${pointer}/${field}`, code, message };
}

export function tooManyNodes(pointer: string): Problem {
  return { pointer, code: 'too_many', message: `A sequence has at most ${maxNodes} nodes.` };
}

export function endFixed(pointer: string): Problem {
  return { pointer, code: 'end_fixed', message: 'The end stays, and stays last.' };
}

/** @throws AppError sequence.invalid when there are errors */
export function refuse(errors: readonly Problem[]): void {
  const [first] = errors;
  if (first)
    throw new AppError(
      'sequence.invalid',
      `${first.pointer.slice(1).replaceAll('/', '.')}: ${first.message}`,
      { errors },
    );
}
