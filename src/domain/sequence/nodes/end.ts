import { defineNode } from './node.ts';

/** The last node: a person who gets there is completed. */
export const end = defineNode({ type: 'end', channels: ['email', 'linkedin', 'x'] });
