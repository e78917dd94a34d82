import { expect, it } from 'vitest';
import { messageIdOf, newId } from './ids.ts';

it('ids are UUIDs of version 7 and sort by creation', () => {
  const before = Date.now();
  const ids = Array.from({ length: 20_000 }, newId);
  const after = Date.now();
  expect(
    ids.every((id) =>
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id),
    ),
  ).toBe(true);
  expect(ids.every((id, index) => index === 0 || ids[index - 1]! < id)).toBe(true);
  const msecs = ids.map((id) => Number.parseInt(id.replace('-', '').slice(0, 12), 16));
  expect(msecs[0]).toBeGreaterThanOrEqual(before);
  expect(msecs.at(-1)).toBeLessThanOrEqual(after);
});

it('every id has random bits of its own', () => {
  const tails = Array.from({ length: 20_000 }, () => newId().slice(-10));
  expect(new Set(tails).size).toBe(tails.length);
});

it('messages sort as their prospects, also those made in one millisecond', () => {
  const people = Array.from({ length: 500 }, newId);
  const [workspace, node] = [newId(), newId()];
  const ids = people.map((person) => messageIdOf(workspace, person, node));
  expect(ids).toEqual(ids.toSorted());
});

it('the id of a message follows from its workspace, person and node alone', () => {
  const [workspace, person, node, other] = Array.from({ length: 4 }, newId) as [
    string,
    string,
    string,
    string,
  ];
  const id = messageIdOf(workspace, person, node);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(messageIdOf(workspace, person, node)).toBe(id);
  const others = [
    messageIdOf(other, person, node),
    messageIdOf(workspace, other, node),
    messageIdOf(workspace, person, other),
  ];
  expect(new Set([id, ...others]).size).toBe(4);
});
