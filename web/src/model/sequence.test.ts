import { expect, it } from 'vitest';
import {
  addTouch,
  changeNode,
  type EditedNode,
  isSame,
  moveTouch,
  removeTouch,
  toInput,
} from './sequence.ts';

const end: EditedNode = { ...addTouch([], 'email', 'x')[0]!, type: 'end', key: 'end', id: 'end' };
const keys = (nodes: readonly EditedNode[]) => nodes.map(({ key }) => key);
const three = ['a', 'b', 'c'].reduce<EditedNode[]>(
  (nodes, key) => addTouch(nodes, 'email', key),
  [end],
);

it('a touch comes before the end, after a delay; later mails reply in the thread', () => {
  expect(keys(three)).toEqual(['a', 'b delay', 'b', 'c delay', 'c', 'end']);
  expect(three.map(({ is_reply }) => is_reply)).toEqual([false, null, true, null, true, false]);
});

it.each([
  ['a', ['b', 'c delay', 'c', 'end']],
  ['b', ['a', 'c delay', 'c', 'end']],
  ['c', ['a', 'b delay', 'b', 'end']],
])('taking %s away leaves no two delays beside each other', (key, left) => {
  expect(keys(removeTouch(three, key))).toEqual(left);
});

it('touches change places while the delays stay', () => {
  expect(keys(moveTouch(three, 'b', -1))).toEqual(['b', 'b delay', 'a', 'c delay', 'c', 'end']);
  expect(keys(moveTouch(three, 'a', -1))).toEqual(keys(three));
  expect(keys(moveTouch(three, 'c', 1))).toEqual(keys(three));
});

it('nodes that were saved keep their ids, new ones have none', () => {
  const [first, ...rest] = toInput(changeNode(three, 'a', { id: 'saved' }));
  expect(first).toMatchObject({ id: 'saved', type: 'email' });
  expect(rest[0]).not.toHaveProperty('id');
  expect(first).not.toHaveProperty('key');
});

it('a change is seen, and its undoing too', () => {
  const changed = changeNode(three, 'a', { subject: 'Hello' });
  expect(isSame(changed, three)).toBe(false);
  expect(isSame(changeNode(changed, 'a', { subject: '' }), three)).toBe(true);
});
