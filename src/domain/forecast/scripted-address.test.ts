import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../time.ts';
import { readScript, readScriptedRelation } from './scripted-address.ts';

describe('a scripted address', () => {
  test.each([
    ['jane+reply-2d@x.test', { act: 'reply', afterMs: 2 * dayMs, backAfterMs: null }],
    ['jane+reply-90m@x.test', { act: 'reply', afterMs: 90 * minuteMs, backAfterMs: null }],
    ['jane+reply@x.test', { act: 'reply', afterMs: hourMs, backAfterMs: null }],
    ['JANE+BOUNCE@X.TEST', { act: 'bounce', afterMs: 15 * minuteMs, backAfterMs: null }],
    ['jane+ooo-5d@x.test', { act: 'away', afterMs: 15 * minuteMs, backAfterMs: 5 * dayMs }],
    ['jane+ooo@x.test', { act: 'away', afterMs: 15 * minuteMs, backAfterMs: 7 * dayMs }],
    ['jane+unsubscribe-3h@x.test', { act: 'unsubscribe', afterMs: 3 * hourMs, backAfterMs: null }],
    ['jane+complaint@x.test', { act: 'complaint', afterMs: hourMs, backAfterMs: null }],
    ['jane+tag+reply-1d@x.test', { act: 'reply', afterMs: dayMs, backAfterMs: null }],
    ['jane+reply-0m@x.test', { act: 'reply', afterMs: minuteMs, backAfterMs: null }],
  ])('%s answers an email', (address, script) =>
    expect(readScript(address, 'email')).toEqual(script),
  );

  test.each([
    'jane@x.test',
    'jane+never@x.test',
    'jane+never+reply@x.test',
    'jane+accept-1d@x.test',
    'jane+replying@x.test',
    'jane+reply-2y@x.test',
    'jane+constructor@x.test',
    'reply@x.test',
    'jane@reply+bounce.test',
    '',
  ])('%j answers no email', (address) => expect(readScript(address, 'email')).toBeNull());

  test.each([
    ['https://www.linkedin.com/in/jane', 'connection_request', { act: 'accept', afterMs: dayMs }],
    [
      'https://www.linkedin.com/in/jane+accept-3d',
      'connection_request',
      { act: 'accept', afterMs: 3 * dayMs },
    ],
    [
      'https://www.linkedin.com/in/jane+reply-2d',
      'connection_request',
      { act: 'accept', afterMs: dayMs },
    ],
    [
      'https://www.linkedin.com/in/jane+accept-2h+reply-2d',
      'message',
      { act: 'reply', afterMs: 2 * dayMs },
    ],
    ['jane__reply_2d', 'message', { act: 'reply', afterMs: 2 * dayMs }],
    ['jane__unsubscribe', 'message', { act: 'unsubscribe', afterMs: hourMs }],
    ['https://www.linkedin.com/in/jane+never', 'connection_request', null],
    ['https://www.linkedin.com/in/jane+never+reply', 'message', null],
    ['https://www.linkedin.com/in/jane+bounce', 'message', null],
    ['https://www.linkedin.com/in/jane', 'message', null],
  ])('%s answers the touch %s', (address, touch, script) =>
    expect(readScript(address, touch)).toEqual(script && { ...script, backAfterMs: null }),
  );

  test('names the relation of a person to the sender', () => {
    expect(readScriptedRelation('https://www.linkedin.com/in/jane+connected')).toBe('connected');
    expect(readScriptedRelation('https://www.linkedin.com/in/jane+tag+unreachable')).toBe(
      'unreachable',
    );
    expect(readScriptedRelation('https://www.linkedin.com/in/connected')).toBeNull();
  });
});
