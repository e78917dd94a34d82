import { Link, useParams } from '@tanstack/react-router';
import { useAnswer } from '../../api/use.ts';
import { When } from '../../ui/when.tsx';

/** What happened to people last. */
export function Activity({ id }: { id: string }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const { data } = useAnswer('GET /api/activities', { campaign_id: id, limit: 8 });
  if (!data || data.activities.length === 0) return null;
  return (
    <section className="panel">
      <h2>Lately</h2>
      <ul className="feed">
        {data.activities.map((one) => (
          <li key={one.id}>
            <Link
              className="who"
              to="/w/$workspace/campaigns/$id/people"
              params={{ workspace, id }}
              search={{ person: one.prospect.id }}
            >
              {one.prospect.name ?? one.prospect.email ?? 'Somebody'}
            </Link>
            <span className="small dim">
              <When at={one.created_at} />
            </span>
            <span className="small dim">{one.activity_type.replaceAll('_', ' ')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
