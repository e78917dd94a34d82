import { useAnswer } from '../../api/use.ts';
import { DayBars } from '../../ui/bars.tsx';

/** What was sent by day so far. */
export function SentByDay({ id }: { id: string }) {
  const { data } = useAnswer('GET /api/campaigns/{id}/report', { id, by: 'day' });
  const days = data?.periods.map(({ from, sent }) => ({ date: from, value: sent })) ?? [];
  if (days.every(({ value }) => value === 0)) return null;
  return (
    <section className="panel">
      <h2>Sent by day</h2>
      <DayBars days={days.slice(-42)} label="Mails sent by day" />
    </section>
  );
}
