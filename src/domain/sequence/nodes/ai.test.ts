import { expect, it } from 'vitest';
import { noteProblems } from '../note.ts';
import {
  contentProblems,
  draftOf,
  firstIsDrafted,
  normaliseSequence,
  type SequenceNodeInput,
  seedSequence,
  touches,
} from '../sequence.ts';

let serial = 0;
const newId = () => `id-${serial++}`;
const end: SequenceNodeInput = { type: 'end' };
const build = (channel: string, ...nodes: SequenceNodeInput[]) =>
  normaliseSequence([...nodes, end], [], channel, newId).nodes;
const invite = {
  type: 'ai' as const,
  ai_node: { output_type: 'connection_request', purpose: 'Ask to connect.' },
};
const codes = (channel: string, node: SequenceNodeInput) =>
  contentProblems(build(channel, node), { channel, ai: true }).map(({ code }) => code);

it('an AI node is a touch of its output type, in the channels that have it', () => {
  expect(
    touches(
      build(
        'linkedin',
        invite,
        { type: 'delay', delay_days: 1 },
        { type: 'ai', ai_node: { output_type: 'message', purpose: 'x' } },
      ),
    ),
  ).toMatchObject([
    { type: 'connection_request', note: 'optional', waitMs: 0 },
    { type: 'message', waitMs: 86_400_000 },
  ]);
  expect(touches(build('email', { type: 'ai' }))).toEqual([]);
  expect(codes('linkedin', invite)).toEqual([]);
  expect(codes('x', { type: 'ai', ai_node: { output_type: 'message', purpose: 'x' } })).toEqual([]);
  expect(codes('x', invite)).toEqual(['output_type']);
  expect(codes('email', invite)).toEqual(['output_type']);
});

it('prospects of the pool wait for a text only when a model writes the first touch', () => {
  expect(firstIsDrafted(build('linkedin', invite))).toBe(true);
  expect(firstIsDrafted(build('linkedin', { type: 'delay', delay_days: 1 }, invite))).toBe(true);
  expect(firstIsDrafted(build('linkedin', { type: 'connection_request' }, invite))).toBe(false);
  expect(firstIsDrafted(seedSequence('email', newId))).toBe(false);
});

it('an AI node has a subject only when its touch has one', () => {
  const slots = (channel: string, node: SequenceNodeInput) =>
    draftOf(build(channel, node)[0]!)!.slots.map((slot) => slot.key);
  const ai_node = { output_type: 'email', purpose: 'x' };
  expect(slots('email', { type: 'ai', ai_node })).toEqual(['subject', 'body']);
  expect(slots('email', { type: 'ai', ai_node, is_reply: true })).toEqual(['body']);
  expect(
    slots('email', { type: 'ai', ai_node, subject: 'About &&one word&&', body: '&&a&& and &&b&&' }),
  ).toEqual(['subject_1', 'body_1', 'body_2']);
  expect(slots('linkedin', { ...invite, subject: 'No use' })).toEqual(['body']);
});

it('an AI note may be required, and its instructions do not count for its length', () => {
  const seat = {
    id: 's',
    type: 'linkedin',
    is_premium: false,
    display_name: 'Sam',
    email_address: null,
  };
  const long = `Hi %first_name%, &&${'very '.repeat(60)}short&&`;
  expect(noteProblems(build('linkedin', { ...invite, body: long }), [seat])).toEqual([]);
  expect(
    noteProblems(build('linkedin', { ...invite, body: `${'x'.repeat(200)} &&one word&&` }), [seat]),
  ).toHaveLength(1);
  expect(touches(build('linkedin', { ...invite, include_message: true }))).toMatchObject([
    { note: 'required' },
  ]);
  expect(codes('linkedin', { ...invite, include_message: false })).toEqual(['no_note']);
});
