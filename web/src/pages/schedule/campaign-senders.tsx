import { Link, useParams } from '@tanstack/react-router';
import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAction, useAnswer } from '../../api/use.ts';
import { senderLook, senderName } from '../../model/senders.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { useMay } from '../../ui/session.tsx';
import { Trouble } from '../../ui/states.tsx';

/** The senders of the campaign, with what each has sent; others can join while it runs. */
export function CampaignSenders({ campaign }: { campaign: Schemas['Campaign'] }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const may = useMay();
  const own = useAnswer('GET /api/campaigns/{id}/senders', { id: campaign.id });
  const add = useAction('POST /api/campaigns/{id}/senders');
  const remove = useAction('DELETE /api/campaigns/{id}/senders/{senderId}');
  const type = campaign.type as 'email' | 'linkedin' | 'x';
  const all = useAnswer('GET /api/senders', { type });
  const present = new Set(campaign.sender_accounts.map(({ id }) => id));
  const others = all.data?.accounts.filter(({ id }) => !present.has(id)) ?? [];
  const problem = add.problem ?? remove.problem;
  const shown = own.data?.senders.filter((one) => one.removed_at === null) ?? [];
  return (
    <section className="panel">
      <h2>Senders</h2>
      {shown.length === 0 && own.data && (
        <p className="dim">
          None yet. Choose one below, or{' '}
          <Link to="/w/$workspace/senders" params={{ workspace }} search={{ connect: 'yes' }}>
            connect one
          </Link>
          .
        </p>
      )}
      <ul className="feed">
        {shown.map((one) => {
          const look = senderLook(one.status);
          return (
            <li key={one.account_id}>
              <Link
                className="who"
                to="/w/$workspace/senders"
                params={{ workspace }}
                search={{ sender: one.account_id }}
              >
                {senderName(one)}
              </Link>
              <Button
                size="small"
                look="plain"
                icon="close"
                aria-label={`Take ${senderName(one)} off`}
                isDisabled={remove.pending || !may('write')}
                onPress={() => void remove.run({ id: campaign.id, senderId: one.account_id })}
              />
              <span className="small dim">
                <span className={`tone-${look.tone}`}>{look.word}</span>
                {` · ${one.today_sent} today of ${one.daily_limit}`}
                {` · ${one.campaign_messages_sent} in this campaign`}
              </span>
            </li>
          );
        })}
      </ul>
      {problem && <Trouble problem={problem} compact />}
      {others.length > 0 && may('write') && (
        <Choice
          quiet
          label="Add a sender"
          value=""
          onChange={(id) => id && void add.run({ id: campaign.id, sender_account_ids: [id] })}
          options={[
            { value: '', label: 'Add a sender …' },
            ...others.map((one) => ({ value: one.id, label: senderName(one) })),
          ]}
        />
      )}
    </section>
  );
}
