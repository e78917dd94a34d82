import { sql } from 'kysely';
import { wakeSender } from '../../../src/db/sending/lanes.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { addSenders } from '../../../src/operations/campaign-senders/add.ts';
import { removeSenderFromCampaign } from '../../../src/operations/campaign-senders/remove.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { resumeProspect } from '../../../src/operations/roster/resume.ts';
import { skipAheadProspect } from '../../../src/operations/roster/skip-ahead.ts';
import { updateProspect } from '../../../src/operations/roster/update.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { type Draw, drawHours } from './truth-draw.ts';
import { iso, type TruthStage } from './truth-stage.ts';

type Undo = () => Promise<unknown>;
const nothing: Undo = async () => {};

/** Carries out a random action in a draw. Returns a function that undoes it. */
export async function act(
  { fixture: { call, db, workspaceId }, now }: TruthStage,
  { c, campaigns, people }: Draw,
): Promise<Undo> {
  const campaign = c.one(campaigns);
  const { id } = campaign;
  const { rows } = await sql<{ id: string; status: string }>`
    select p.id, c.status from campaigns c left join prospects p on p.campaign_id = c.id
      and p.ended_at is null where c.id = ${id} order by p.id`.execute(db);
  const going = rows.flatMap((row) => row.id ?? []);
  const isActive = rows[0]!.status === 'active';
  const prospectId = going.length > 0 ? c.one(going) : null;
  const sender = c.one(campaign.senders.map((own) => own.id));
  const setStatus = async (status: string) => {
    await sql`update senders set status = ${status} where id = ${sender}`.execute(db);
    await wakeSender(db, { workspaceId, senderId: sender, now: new Date(now) });
  };
  const actions: (() => Promise<Undo>)[] = [
    async () => {
      await setStatus(campaign.type === 'email' ? 'credentials_required' : 'paused');
      return () => setStatus('active');
    },
    async () => {
      await call(updateCampaign, {
        id,
        operating_hours: drawHours(c),
        daily_limit: c.one([1, 4, null]),
      });
      return nothing;
    },
  ];
  if (campaign.senders.length > 1)
    actions.push(async () => {
      await call(removeSenderFromCampaign, { id, senderId: sender });
      return () => call(addSenders, { id, sender_account_ids: [sender] });
    });
  if (isActive)
    actions.push(async () => {
      await call(pauseCampaign, { id });
      return () => call(resumeCampaign, { id, policy: c.one(['shift', 'spread', 'drop_overdue']) });
    });
  if (prospectId) {
    const pause = (until: string | null) => async () => {
      await call(pauseProspect, { id, prospectId, until });
      // The prospect may have ended meanwhile.
      return () => call(resumeProspect, { id, prospectId }).catch(() => null);
    };
    const person = people.find((one) => one.id === prospectId)!;
    const identity = person.email
      ? { kind: 'email', value: person.email }
      : { kind: 'linkedin', value: person.linkedin_url };
    actions.push(
      pause(null),
      pause(iso(now + (1 + c.upTo(60)) * hourMs)),
      async () => {
        await call(addSuppressions, { items: [{ ...identity, reason: 'acted' }] });
        return nothing;
      },
      async () => {
        await call(updateProspect, {
          id,
          prospect_id: prospectId,
          updates: { first_name: c.one([null, 'Q']) },
        });
        return nothing;
      },
    );
    if (isActive)
      actions.push(async () => {
        await call(skipAheadProspect, { id, prospectId, skip: 'delay' }).catch(() => null);
        return nothing;
      });
  }
  return c.one(actions)();
}
