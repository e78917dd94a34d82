import { useAnswer } from '../../api/use.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icons.tsx';
import { useMay } from '../../ui/session.tsx';
import { Trouble } from '../../ui/states.tsx';

/** Counts everything again, and tells each difference. */
export function Order() {
  const may = useMay();
  const query = useAnswer('GET /api/verify', {}, { enabled: false, every: false });
  const { data } = query;
  return (
    <section className="panel stack">
      <h2>Is everything in order?</h2>
      <p className="dim">
        Counts the ledger, the figures and every state again, and compares them.
      </p>
      {query.error && <Trouble problem={query.error} />}
      {data && (
        <p className={`notice ${data.ok ? 'runs' : 'held'}`} role="status">
          <Icon name={data.ok ? 'check' : 'held'} />
          {data.ok
            ? 'Everything is as it should be.'
            : 'There are differences: npx postrider verify tells each of them.'}
        </p>
      )}
      <div>
        <Button isDisabled={query.isFetching || !may('read')} onPress={() => void query.refetch()}>
          {query.isFetching ? 'Counting …' : 'Look'}
        </Button>
      </div>
    </section>
  );
}
