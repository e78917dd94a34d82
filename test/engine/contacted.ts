import { addSender, launchCampaign } from '../scene.ts';
import { delayHours, followUp, hello, hour, openHouse, readMessages, readProspects } from './house.ts';

/** A house, and people in it who have got a first mail and may answer. */
export async function openContacted() {
  const t = await openHouse();
  let serial = 0;

  /** A campaign of two mails, a day apart, to one person who has got the first. */
  async function contacted(settings: Record<string, unknown> = {}, nodes: readonly { type: string }[] = [hello, delayHours(24), followUp]) {
    serial += 1;
    const address = `pat${serial}@people.test`;
    const sender = await addSender(t, { address: `sam${serial}@sender.test`, smtp: t.sink, dailyLimit: 500, minGapSeconds: 1 });
    const crowd = [
      { email: address, first_name: 'Pat' },
      { email: `other${serial}@people.test`, first_name: 'Other' },
    ];
    const id = await launchCampaign(t, { name: `inbound ${serial}`, senders: [sender], nodes, people: crowd, settings });
    await t.runFor(hour);
    const person = async () => (await readProspects(t, id)).find(({ email }) => email === address)!;
    const { id: prospectId } = await person();
    const sent = (await readMessages(t, id)).find((row) => row.prospect_id === prospectId)!;
    const mails = () => t.sink.messages.filter((mail) => mail.to[0] === address).length;
    const other = async () => (await readProspects(t, id)).find(({ email }) => email !== address)!;
    return { id, sender, address, key: sent.channel_key!, person, other, mails };
  }

  const inbound = async (sender: string) =>
    await t.db.selectFrom('inbound_messages').selectAll().where('sender_id', '=', sender).orderBy('id').execute();
  const suppressions = (value: string) => t.db.selectFrom('suppressions').select(['kind', 'reason']).where('value', '=', value).execute();

  return { t, contacted, inbound, suppressions };
}
