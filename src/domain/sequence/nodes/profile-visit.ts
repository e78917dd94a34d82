import { defineNode } from './node.ts';

/**
 * A visit to the person's profile, of which LinkedIn tells them. It has no text, and no answer is
 * waited for.
 */
export const profileVisit = defineNode({
  type: 'profile_visit',
  channels: ['linkedin'],
  touchOf: () => 'profile_visit',
});
