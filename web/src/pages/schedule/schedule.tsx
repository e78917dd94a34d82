import { useParams } from '@tanstack/react-router';
import { useAnswer } from '../../api/use.ts';
import { Page } from '../../ui/page.tsx';
import { Answered } from '../../ui/states.tsx';
import { CampaignSenders } from './campaign-senders.tsx';
import { Hours } from './hours.tsx';
import { Limits } from './limits.tsx';
import './schedule.css';

/** When a campaign may write, how much, and from which senders. Changes count at once. */
export function Schedule() {
  const { id } = useParams({ from: '/w/$workspace/campaigns/$id/schedule' });
  const query = useAnswer('GET /api/campaigns/{id}', { id });
  return (
    <Answered query={query}>
      {({ campaign }) => (
        <Page name="schedule" of={campaign.name} bare>
          <div className="columns even">
            <Hours key={JSON.stringify(campaign.operating_hours)} campaign={campaign} />
            <div className="stack">
              <Limits key={campaign.updated_at} campaign={campaign} />
              <CampaignSenders campaign={campaign} />
            </div>
          </div>
        </Page>
      )}
    </Answered>
  );
}
