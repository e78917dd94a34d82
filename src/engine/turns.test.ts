import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;

it('a workspace has one work at a time, in order, and each workspace its own', async () => {
  const turns = new Turns(5);
  const said: string[] = [];
  const first = Promise.withResolvers<void>();
  const works = [
    turns.take('a', never, () => first.promise.then(() => said.push('a1'))),
    turns.take('a', never, async () => said.push('a2')),
    turns.take('a', never, async () => said.push('a3')),
  ];
  await turns.take('b', never, async () => said.push('b'));
  first.resolve();
  await Promise.all(works);
  expect(said).toEqual(['b', 'a1', 'a2', 'a3']);
});

it('a work that fails lets the next begin', async () => {
  const turns = new Turns(5);
  const failing = turns.take('a', never, () => Promise.reject(new Error('no')));
  const next = turns.take('a', never, async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

it('no more than the given number wait, and one that hangs up makes room', async () => {
  const turns = new Turns(2);
  const first = Promise.withResolvers<void>();
  const hangsUp = new AbortController();
  const running = turns.take('a', never, () => first.promise);
  const gone = turns.take('a', hangsUp.signal, async () => 'gone');
  const waiting = turns.take('a', never, async () => 'waited');
  await expect(turns.take('a', never, async () => 'refused')).rejects.toMatchObject({
    code: 'request.rate_limited',
  });
  hangsUp.abort(new Error('hung up'));
  await expect(gone).rejects.toThrow('hung up');
  const later = turns.take('a', never, async () => 'later');
  first.resolve();
  expect(await Promise.all([running, waiting, later])).toEqual([undefined, 'waited', 'later']);
});
