import { defineNode } from './node.ts';

/** Text written for each person. Without a provider of such texts it can be drafted, not launched, and reaches nobody. */
export const ai = defineNode({
  type: 'ai',
  channels: ['email', 'linkedin'],
  editable: ['ai_node'],
  defaults: { ai_node: { purpose: null, output_type: null } },
  launchProblems: () => [{ field: 'type', code: 'ai_unavailable', message: 'AI nodes need an AI provider, and none is set up.' }],
});
