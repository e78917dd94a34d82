import { describe, expect, it } from 'vitest';
import { definitionOf, nodeDefinitions, nodeTypesOf } from './index.ts';
import { sequenceNodeInput } from './input.ts';

describe('types of node', () => {
  it('are found by channel and by name', () => {
    expect(nodeTypesOf('email')).toEqual(['ai', 'delay', 'email', 'end']);
    expect(nodeTypesOf('linkedin')).toEqual([
      'ai',
      'connection_request',
      'delay',
      'end',
      'follow',
      'inmail',
      'like',
      'message',
      'profile_visit',
    ]);
    expect(nodeDefinitions.map((definition) => definitionOf(definition.type))).toEqual([
      ...nodeDefinitions,
    ]);
  });

  it.each([
    [{ type: 'email', subject: 'a\nb' }, 'subject'],
    [{ type: 'email', body: '\u0000' }, 'body'],
    [{ type: 'email', reply_to: 'x' }, 'reply_to'],
    [{ type: 'email', cc: 'a@example.com, b' }, 'cc'],
    [{ type: 'delay', delay_days: -1 }, 'delay_days'],
    [{ type: 'delay', delay_hours: 0.5 }, 'delay_hours'],
    [{ type: 'pigeon' }, 'type'],
    [{ type: 'email', attachments: [{}] }, 'attachments'],
    [{ type: 'ai', ai_node: { purpose: 7 } }, 'ai_node'],
  ])('refuse %j', (input, field) => {
    expect(sequenceNodeInput.safeParse(input).error?.issues[0]?.path[0]).toBe(field);
  });
});
