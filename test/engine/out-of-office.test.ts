import { expect, test } from 'vitest';
import { addSender, launchCampaign } from '../scene.ts';
import { day, delayHours, followUp, hello, hour, openHouse, people, readMessages, readProspects } from './house.ts';
import { mail } from './mails.ts';

const house = await openHouse();
const { clock, office } = house;

/** One person who has the first of two mails, and whose second is about to go out. */
async function scene(name: string) {
  const sender = await addSender(house, { address: `${name}@sender.test`, smtp: house.sink, dailyLimit: 500, minGapSeconds: 1 });
  const nodes = [hello, delayHours(24), followUp];
  const id = await launchCampaign(house, { name, senders: [sender], nodes, people: people(1, name) });
  await house.runFor(2 * hour);
  const back = new Date(clock.now().getTime() + 9 * day).toISOString().slice(0, 10);
  return {
    id,
    sent: () => house.sink.messages.filter(({ to }) => to[0]!.startsWith(name)).length,
    /** The person's mailbox answers by itself. */
    async answer() {
      const [message] = await readMessages(house, id);
      const said = `I am out of office until ${back}.`;
      const headers = 'Auto-Submitted: auto-replied\r\n';
      await house.deliver(sender, mail({ from: `${name}0@people.test`, key: message!.channel_key!, headers, body: said }));
      await house.readInboxes();
    },
  };
}

test('an absence that is told while a touch is put off is kept to', async () => {
  const { id, answer, sent } = await scene('put');
  office.send = async () => ({ ok: false, fault: { kind: 'temporary', code: '451', detail: 'Later' } });
  await house.runFor(22 * hour + 20_000);
  delete office.send;
  expect(await readProspects(house, id)).toMatchObject([{ hold: 'retry' }]);
  await answer();
  await house.runFor(7 * day);
  expect(await readProspects(house, id)).toMatchObject([{ hold: 'out_of_office' }]);
  expect(sent()).toBe(1);
  await house.checkLaws();
  await house.runFor(3 * day);
  expect(sent()).toBe(2);
});

test('an absence that is told while a touch is on its way is kept to if the touch is put off, and before the next one', async () => {
  const { id, answer, sent } = await scene('way');
  office.send = async () => {
    await answer();
    return { ok: false, fault: { kind: 'temporary', code: '451', detail: 'Later' } };
  };
  await house.runFor(22 * hour + 20_000);
  delete office.send;
  await house.runFor(7 * day);
  expect(sent()).toBe(1);
  expect((await readProspects(house, id))[0]!.hold_until!.getTime()).toBeGreaterThan(clock.now().getTime());
  await house.checkLaws();
  await house.runFor(3 * day);
  expect(sent()).toBe(2);
});
