import { expect, test } from 'vitest';
import { connectionRequest } from './nodes/connection-request.ts';
import type { SequenceNode } from './nodes/node.ts';
import { maxNoteLength, noteProblems } from './note.ts';

const node = (content: Partial<SequenceNode>): SequenceNode => ({
  ...({
    subject: null,
    body_html: null,
    signature: null,
    from_name: null,
    reply_to: null,
    cc: null,
    bcc: null,
    is_reply: null,
  } as const),
  ...({
    delay_days: null,
    delay_hours: null,
    delay_minutes: null,
    ai_node: null,
    include_message: null,
  } as const),
  id: 'n1',
  position: 2,
  type: 'connection_request',
  body: 'Hello',
  ...content,
});
const seat = (is_premium: boolean, type = 'linkedin') => ({
  id: 's1',
  type,
  is_premium,
  display_name: 'Sam',
  email_address: null,
});

test.each([
  [null, 'Hello', 'optional'],
  [null, ' ', null],
  [true, 'Hello', 'required'],
  [false, 'Hello', null],
])('include_message %s with the body %j: the note is %s', (include_message, body, note) => {
  expect(connectionRequest.noteOf(node({ include_message, body }))).toBe(note);
});

test("a note has its seat's maximum length, and other texts have none", () => {
  expect(maxNoteLength(node({}), seat(false))).toBe(200);
  expect(maxNoteLength(node({}), seat(true))).toBe(300);
  expect(maxNoteLength(node({ include_message: false }), seat(false))).toBeNull();
  expect(maxNoteLength(node({ type: 'message' }), seat(false))).toBeNull();
});

test.each([
  ['x'.repeat(200), []],
  ['x'.repeat(201), ['note_too_long']],
  [`${'x'.repeat(200)}%first_name%`, []],
  [`${'x'.repeat(190)}%first_name|my dear old friend%`, []],
  [`%pick%${'x'.repeat(300)}%or%${'y'.repeat(150)}%end%`, []],
  [`%pick%${'x'.repeat(300)}%or%${'y'.repeat(250)}%end%`, ['note_too_long']],
])('a note is too long only when its shortest rendering is (%#)', (body, codes) => {
  expect(noteProblems([node({ body })], [seat(true), seat(false)]).map(({ code }) => code)).toEqual(
    codes,
  );
});

test('a note that is too long names the seat that cannot send it', () => {
  expect(noteProblems([node({ body: 'x'.repeat(250) })], [seat(false)])).toEqual([
    {
      pointer: '/sequence_nodes/2/body',
      code: 'note_too_long',
      message:
        'Node 2 (connection_request): the note has at least 250 characters, ' +
        'and sender Sam can send 200. Shorten it, or use a premium account.',
    },
  ]);
  expect(noteProblems([node({ body: 'x'.repeat(250) })], [seat(true)])).toEqual([]);
});
