import { describe, expect, test } from 'vitest';
import { readScript, readStanding } from './scripted-address.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('a scripted address', () => {
  test.each([
    ['jane+reply-2d@x.test', { act: 'reply', afterMs: 2 * day, backAfterMs: null }],
    ['jane+reply-90m@x.test', { act: 'reply', afterMs: 90 * minute, backAfterMs: null }],
    ['jane+reply@x.test', { act: 'reply', afterMs: hour, backAfterMs: null }],
    ['JANE+BOUNCE@X.TEST', { act: 'bounce', afterMs: 15 * minute, backAfterMs: null }],
    ['jane+ooo-5d@x.test', { act: 'away', afterMs: 15 * minute, backAfterMs: 5 * day }],
    ['jane+ooo@x.test', { act: 'away', afterMs: 15 * minute, backAfterMs: 7 * day }],
    ['jane+unsubscribe-3h@x.test', { act: 'unsubscribe', afterMs: 3 * hour, backAfterMs: null }],
    ['jane+complaint@x.test', { act: 'complaint', afterMs: hour, backAfterMs: null }],
    ['jane+tag+reply-1d@x.test', { act: 'reply', afterMs: day, backAfterMs: null }],
    ['jane+reply-0m@x.test', { act: 'reply', afterMs: minute, backAfterMs: null }],
  ])('%s', (address, script) => expect(readScript(address, 'email')).toEqual(script));

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
  ])('%j does nothing', (address) => expect(readScript(address, 'email')).toBeNull());

  test.each([
    ['https://www.linkedin.com/in/jane', 'connection_request', { act: 'accept', afterMs: day }],
    [
      'https://www.linkedin.com/in/jane+accept-3d',
      'connection_request',
      { act: 'accept', afterMs: 3 * day },
    ],
    [
      'https://www.linkedin.com/in/jane+reply-2d',
      'connection_request',
      { act: 'accept', afterMs: day },
    ],
    [
      'https://www.linkedin.com/in/jane+accept-2h+reply-2d',
      'message',
      { act: 'reply', afterMs: 2 * day },
    ],
    ['jane__reply_2d', 'message', { act: 'reply', afterMs: 2 * day }],
    ['jane__unsubscribe', 'message', { act: 'unsubscribe', afterMs: hour }],
    ['https://www.linkedin.com/in/jane+never', 'connection_request', null],
    ['https://www.linkedin.com/in/jane+never+reply', 'message', null],
    ['https://www.linkedin.com/in/jane+bounce', 'message', null],
    ['https://www.linkedin.com/in/jane', 'message', null],
  ])('%s, by %s', (address, touch, script) =>
    expect(readScript(address, touch)).toEqual(script && { ...script, backAfterMs: null }),
  );

  test('says how somebody stands to the sender', () => {
    expect(readStanding('https://www.linkedin.com/in/jane+connected')).toBe('connected');
    expect(readStanding('https://www.linkedin.com/in/jane+tag+unreachable')).toBe('unreachable');
    expect(readStanding('https://www.linkedin.com/in/connected')).toBeNull();
  });
});
