import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { bareInvite, day, hour, launcher, minute, openLinkedinHouse, write } from '../linkedin.ts';
import { openXHouse, peopleOf } from '../x-house.ts';

describe('a touch on LinkedIn whose answer is lost', async () => {
  const house = await openLinkedinHouse();
  const { unipile } = house;
  const launch = launcher(house);
  const recover = async () => {
    await sql`update messages set deadline_at = clock_timestamp() - interval '1 minute', asked_at = null
      where workspace_id = ${house.workspaceId} and state = 'reserved'`.execute(house.db);
    await house.engine.recover();
    await house.engine.settled();
  };

  it('is looked for with the person it was written to, whatever their profile is called by then', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['amy'] });
    await house.runFor(hour);
    unipile.accept(seat, slug);
    await house.hear();
    unipile.mishap({ on: 'POST /chats', cut: 'after' });
    await house.runFor(hour);
    expect((await person()).hold).toBe('reserved');
    const member = unipile.world.members.find((one) => one.slug === slug)!;
    member.slug = `${slug}-renamed`;
    await recover();
    await house.runFor(day);
    expect(unipile.conversation(seat, member.slug)).toEqual(['> Thanks for connecting, amy.']);
    expect(await person()).toMatchObject({ status: 'completed' });
    await house.checkLaws();
  });
});

describe('a message on X whose answer is lost', async () => {
  const house = await openXHouse();
  const { x } = house;

  it('is looked for with the person it was written to, though the handle is by then of somebody else', async () => {
    const sender = await house.connect('owner');
    const jane = x.addUser('jane');
    const nodes = [
      { type: 'message', body: 'Hello' },
      { type: 'delay', delay_hours: 1 },
      { type: 'message', body: 'Any news?' },
    ];
    const id = await house.launch({ name: 'Handles', senders: [sender], nodes, handles: ['jane'] });
    await house.runFor(minute);
    x.mishap({ route: 'send', after: true, with: 'drop' });
    await house.runFor(hour);
    expect((await peopleOf(house, id)).jane).toMatchObject({ hold: 'reserved' });
    jane.username = 'jane_2';
    x.addUser('jane');
    await house.recover();
    await house.runFor(day);
    expect(x.conversation('owner', 'jane_2')).toEqual(['> Hello', '> Any news?']);
    expect((await peopleOf(house, id)).jane).toMatchObject({ status: 'completed' });
    await house.checkLaws();
  });
});
