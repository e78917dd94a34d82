import { ai } from './ai.ts';
import { connectionRequest } from './connection-request.ts';
import { delay } from './delay.ts';
import { email } from './email.ts';
import { end } from './end.ts';
import { follow } from './follow.ts';
import { inmail } from './inmail.ts';
import { like } from './like.ts';
import { message } from './message.ts';
import type { NodeDefinition } from './node.ts';
import { profileVisit } from './profile-visit.ts';

/** Every type of node. */
export const nodeDefinitions = [
  ai,
  connectionRequest,
  delay,
  email,
  end,
  follow,
  inmail,
  like,
  message,
  profileVisit,
] as const satisfies readonly NodeDefinition[];

const byType: ReadonlyMap<string, NodeDefinition> = new Map(
  nodeDefinitions.map((definition) => [definition.type, definition]),
);

/** The definition of a type; undefined for an unknown type. */
export function definitionOf(type: string): NodeDefinition | undefined {
  return byType.get(type);
}

/** The types of node that campaigns of a channel can have. */
export function nodeTypesOf(channel: string): string[] {
  return nodeDefinitions
    .filter((definition) => definition.channels.includes(channel))
    .map((definition) => definition.type);
}
