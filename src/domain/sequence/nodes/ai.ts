import { type DraftedTouch, draftedTouch, parseSkeleton } from '../skeleton.ts';
import { connectionRequest } from './connection-request.ts';
import { templateProblems } from './content.ts';
import { email } from './email.ts';
import { message } from './message.ts';
import {
  defineNode,
  type LaunchContext,
  type NodeDefinition,
  type NodeProblem,
  type SequenceNode,
} from './node.ts';

/** The touches that a model can write, each with the maximum length that any seat can send. */
const outputs: readonly { definition: NodeDefinition; maxLength: number }[] = [
  { definition: email, maxLength: 20_000 },
  { definition: connectionRequest, maxLength: 200 },
  { definition: message, maxLength: 8_000 },
];

function outputOf(node: Pick<SequenceNode, 'ai_node'>) {
  return outputs.find(({ definition }) => definition.type === node.ai_node?.output_type);
}

/**
 * A touch with a text that a model writes for each prospect. `output_type` is the type of the
 * touch; `subject` and `body` are the skeleton of its text.
 */
export const ai = defineNode({
  type: 'ai',
  channels: ['email', 'linkedin', 'x'],
  touchOf: (node) => outputOf(node)?.definition.type ?? null,
  draft: draftOf,
  noteOf: (node) => {
    if (!outputOf(node)?.definition.noted) return null;
    return node.include_message ? 'required' : 'optional';
  },
  editable: [
    'ai_node',
    'subject',
    'body',
    'signature',
    'from_name',
    'reply_to',
    'cc',
    'bcc',
    'include_message',
    'is_reply',
  ],
  defaults: { ai_node: { purpose: null, output_type: null } },
  problems: (node) => {
    if (!node.ai_node?.output_type || outputOf(node)) return [];
    const types = outputs.map(({ definition }) => definition.type).join(', ');
    return [
      {
        field: 'ai_node',
        code: 'output_type',
        message: `There is no output_type "${node.ai_node.output_type}": use ${types}.`,
      },
    ];
  },
  launchProblems: (node, at) => [
    ...(at.ai ? [] : [unavailable]),
    ...outputProblems(node, at),
    ...skeletonProblems(node),
    ...templateProblems(node, ['subject', 'body', 'signature', 'from_name'], at),
  ],
});

const unavailable: NodeProblem = {
  field: 'type',
  code: 'ai_unavailable',
  message:
    'No model is set up to write its texts: ' +
    'set POSTRIDER_AI_PROVIDER, POSTRIDER_AI_API_KEY and POSTRIDER_AI_MODEL.',
};

function outputProblems(node: SequenceNode, { channel }: LaunchContext): NodeProblem[] {
  const fitting = outputs
    .filter(({ definition }) => definition.channels.includes(channel))
    .map(({ definition }) => definition.type);
  if (fitting.includes(node.ai_node?.output_type ?? '')) return [];
  return [
    {
      field: 'ai_node',
      code: 'output_type',
      message: `Its output_type must be one of ${channel}: ${fitting.join(', ')}.`,
    },
  ];
}

function skeletonProblems(node: SequenceNode): NodeProblem[] {
  const touch = draftOf(node);
  if (!touch) return [];
  const unclosed = (['subject', 'body'] as const).filter(
    (field) => !parseSkeleton(field, node[field] ?? '').closed,
  );
  const problems = unclosed.map(
    (field): NodeProblem => ({
      field,
      code: 'skeleton',
      message: `An instruction in the ${field} opens with && and is not closed with &&.`,
    }),
  );
  if (touch.slots.length === 0)
    problems.push({
      field: 'body',
      code: 'skeleton',
      message: 'Its texts leave the model nothing to write: add an &&instruction&&.',
    });
  if (!node.ai_node?.purpose?.trim() && touch.slots.some((slot) => slot.instruction === null))
    problems.push({
      field: 'ai_node',
      code: 'empty',
      message: 'Say in ai_node.purpose what it is to write.',
    });
  if (touch.slots.some((slot) => slot.instruction === ''))
    problems.push({ field: 'body', code: 'skeleton', message: 'An &&instruction&& is empty.' });
  if (node.include_message === false)
    problems.push({
      field: 'include_message',
      code: 'no_note',
      message: 'Without a note there is nothing to write: use a connection_request node.',
    });
  return problems;
}

function draftOf(node: SequenceNode): DraftedTouch | null {
  const output = outputOf(node);
  if (!output) return null;
  const { definition, maxLength } = output;
  const subject = definition.editable.includes('subject');
  return draftedTouch(node, { type: definition.type, maxLength, subject });
}
