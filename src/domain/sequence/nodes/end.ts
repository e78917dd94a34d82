import { defineNode } from './node.ts';

/** The last node: prospects that reach it are completed. */
export const end = defineNode({ type: 'end', channels: ['email', 'linkedin', 'x'] });
