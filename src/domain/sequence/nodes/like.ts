import { defineNode } from './node.ts';

/**
 * Likes the latest post of the person on LinkedIn, which tells them. It has no text; without a post
 * of the last weeks the sequence goes on.
 */
export const like = defineNode({
  type: 'like',
  channels: ['linkedin'],
  touchOf: () => 'like',
});
