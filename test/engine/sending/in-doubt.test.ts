import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { readEvents } from '../../fixtures/engine.ts';
import { bareInvite, launcher, openLinkedinFixture, write } from '../../fixtures/linkedin.ts';
import { openXFixture, peopleOf } from '../../fixtures/x.ts';

describe('a touch on LinkedIn whose answer is lost', async () => {
  const fixture = await openLinkedinFixture();
  const { unipile } = fixture;
  const launch = launcher(fixture);

  it('is looked for with its recipient although the profile was renamed', async () => {
    const { seat, slug, person } = await launch({ nodes: [bareInvite, write], names: ['amy'] });
    await fixture.runFor(hourMs);
    unipile.accept(seat, slug);
    await fixture.receiveWebhooks();
    unipile.addFault({ on: 'POST /chats', cut: 'after' });
    await fixture.runFor(hourMs);
    expect((await person()).hold).toBe('reserved');
    const member = unipile.state.members.find((one) => one.slug === slug)!;
    member.slug = `${slug}-renamed`;
    await fixture.recover();
    await fixture.runFor(dayMs);
    expect(unipile.conversation(seat, member.slug)).toEqual(['> Thanks for connecting, amy.']);
    expect(await person()).toMatchObject({ status: 'completed' });
    await fixture.checkLaws();
  });
});

describe('an invitation on LinkedIn whose answer is lost', async () => {
  const fixture = await openLinkedinFixture();
  const { unipile, call } = fixture;

  it('does not wait for a recipient that turns out to be a connection', async () => {
    const { id: senderId, seat } = await fixture.connect('seller');
    const member = unipile.addMember('ben');
    unipile.befriend(seat, 'ben');
    fixture.clock.advanceMs(3 * dayMs);
    const { campaign } = await call(createCampaign, {
      type: 'linkedin',
      name: 'Connections',
      sender_account_ids: [senderId],
    });
    const { id } = campaign;
    await call(updateCampaign, { id, sequence_nodes: [bareInvite, write, { type: 'end' }] });
    // With LinkedIn's own id the channel reads no profile, so it does not see the connection.
    await call(addProspects, {
      id,
      prospects: [{ linkedin_url: `https://www.linkedin.com/in/${member.id}`, first_name: 'Ben' }],
    });
    await call(launchCampaign, { id });
    unipile.addFault({ on: 'POST /users/invite', cut: 'before' });
    await fixture.runFor(hourMs);
    await fixture.recover();
    await fixture.runFor(dayMs);
    expect(unipile.conversation(seat, 'ben')).toEqual(['> Thanks for connecting, Ben.']);
    const { prospects } = await call(listRoster, { id });
    expect(prospects).toMatchObject([{ status: 'completed' }]);
    expect(await readEvents(fixture, id)).toEqual(
      expect.arrayContaining(['message.sent', 'prospect.connected']),
    );
    await fixture.checkLaws();
  });
});

describe('a message on X whose answer is lost', async () => {
  const fixture = await openXFixture();
  const { x } = fixture;

  it('is looked for with its recipient although another account has the handle now', async () => {
    const sender = await fixture.connect('owner');
    const jane = x.addUser('jane');
    const nodes = [
      { type: 'message', body: 'Hello' },
      { type: 'delay', delay_hours: 1 },
      { type: 'message', body: 'Any news?' },
    ];
    const id = await fixture.launch({
      name: 'Handles',
      senders: [sender],
      nodes,
      handles: ['jane'],
    });
    await fixture.runFor(minuteMs);
    x.addFault({ route: 'send', after: true, with: 'drop' });
    await fixture.runFor(hourMs);
    expect((await peopleOf(fixture, id)).jane).toMatchObject({ hold: 'reserved' });
    jane.username = 'jane_2';
    x.addUser('jane');
    await fixture.recover();
    await fixture.runFor(dayMs);
    expect(x.conversation('owner', 'jane_2')).toEqual(['> Hello', '> Any news?']);
    expect((await peopleOf(fixture, id)).jane).toMatchObject({ status: 'completed' });
    await fixture.checkLaws();
  });
});
