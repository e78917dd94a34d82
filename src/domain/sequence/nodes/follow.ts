import { defineNode } from './node.ts';

/** Follows the person on LinkedIn, which tells them. It has no text, and waits for no answer. */
export const follow = defineNode({
  type: 'follow',
  channels: ['linkedin'],
  touchOf: () => 'follow',
});
