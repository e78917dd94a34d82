import { expect, test } from 'vitest';
import { pokeInboxes } from '../../../src/db/inbound/inboxes.ts';
import { releaseDatabase } from '../../../src/db/instance.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { confirmSent } from '../../../src/engine/confirm-sent.ts';
import { Inboxes } from '../../../src/engine/inbound/inboxes.ts';
import { delayHours } from '../../factories/campaigns.ts';
import { save, startCopy } from '../../fixtures/copies.ts';
import { readMessages } from '../../fixtures/engine.ts';
import { bareInvite, launcher, openLinkedinFixture, write } from '../../fixtures/linkedin.ts';
import { openXFixture, peopleOf } from '../../fixtures/x.ts';

/** Hears of events that the copy missed, and confirms sends, as `postrider release` does. */
async function release(copy: Awaited<ReturnType<typeof startCopy>>) {
  await pokeInboxes(copy.db, copy.workspaceId);
  const inboxes = new Inboxes(copy.services, copy.services.newId(), { isThorough: true });
  await inboxes.poll();
  await inboxes.stop();
  const confirmed = await confirmSent(copy.services);
  await releaseDatabase(copy.db);
  return { found: confirmed.found, doubtful: [...confirmed.doubtful.values()] };
}

test('a copy of a LinkedIn campaign finds what went out, and sends it no second time', async () => {
  const fixture = await openLinkedinFixture();
  const { unipile } = fixture;
  const { id, seat, slugs } = await launcher(fixture)({
    nodes: [bareInvite, delayHours(1), write],
    names: ['abe', 'bea', 'cid', 'dan'],
  });
  while (unipile.invited(seat).length < 1) await fixture.runFor(hourMs / 4);
  const saved = await save(fixture);
  const known = (await readMessages(fixture, id)).filter(({ state }) => state === 'sent').length;
  while (unipile.invited(seat).length < 3) await fixture.runFor(hourMs / 4);
  for (const slug of unipile.invited(seat).slice(0, 2)) unipile.accept(seat, slug);
  await fixture.receiveWebhooks();
  const written = () => slugs.flatMap((slug) => unipile.conversation(seat, slug));
  while (written().length < 2) await fixture.runFor(hourMs / 2);
  const copy = await startCopy(fixture, saved);
  const { found, doubtful } = await release(copy);
  expect(doubtful).toEqual([]);
  expect(found).toBe(unipile.calls('POST /users/invite').length - known + 2);
  for (let day = 0; day < 3; day += 1) {
    await copy.runFor(dayMs);
    await copy.readInboxes();
  }
  expect(written()).toHaveLength(2);
  expect(unipile.calls('POST /users/invite')).toHaveLength(4);
  expect(unipile.invited(seat)).toHaveLength(2);
  await copy.checkLaws();
});

test('a copy of an X campaign finds its messages, and sends none again', async () => {
  const fixture = await openXFixture();
  const { x } = fixture;
  const handles = ['ann', 'bob', 'cid'];
  const sender = await fixture.connect('sam_sender');
  for (const handle of handles) x.addUser(handle);
  const nodes = [{ type: 'message', body: 'Hi %first_name%' }];
  const id = await fixture.launch({ name: 'copied', senders: [sender], nodes, handles });
  const tries = () => x.calls('send');
  while (tries() < 1) await fixture.runFor(hourMs / 4);
  const saved = await save(fixture);
  const known = tries();
  while (tries() < 2) await fixture.runFor(hourMs / 4);
  const before = tries();
  const copy = await startCopy(fixture, saved);
  expect(await release(copy)).toEqual({ found: before - known, doubtful: [] });
  await copy.runFor(2 * dayMs);
  expect(tries()).toBe(handles.length);
  expect(Object.values(await peopleOf(copy, id)).map(({ status }) => status)).toEqual(
    handles.map(() => 'completed'),
  );
});
