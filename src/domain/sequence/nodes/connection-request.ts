import { blankProblems, templateProblems } from './content.ts';
import { defineNode, type Note, type SequenceNode } from './node.ts';

function noteOf({ include_message, body }: SequenceNode): Note | null {
  if (include_message === true) return 'required';
  return include_message !== false && body?.trim() ? 'optional' : null;
}

/**
 * An invitation; its body is the note. `include_message`: true needs a note, null sends one when
 * there is one, false never does.
 */
export const connectionRequest = defineNode({
  type: 'connection_request',
  channels: ['linkedin'],
  seeds: ['linkedin'],
  touchOf: () => 'connection_request',
  reached: 'connection_sent',
  awaits: 'connection',
  noted: true,
  noteOf,
  editable: ['body', 'include_message'],
  defaults: { body: '' },
  seed: { include_message: false },
  // The first text of a note is meant to be sent, unless the caller says that it is not.
  settle: (node, { before, given }) =>
    before.body === '' && node.body?.trim() && !('include_message' in given)
      ? { ...node, include_message: before.include_message || null }
      : node,
  launchProblems: (node, at) => [
    ...(node.include_message ? blankProblems(node, 'body') : []),
    ...templateProblems(node, ['body'], at),
  ],
});
