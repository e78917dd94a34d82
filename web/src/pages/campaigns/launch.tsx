import { useAction, useAnswer } from '../../api/use.ts';
import { count } from '../../model/figures.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Trouble } from '../../ui/states.tsx';
import { When } from '../../ui/when.tsx';
import { Checklist } from './checklist.tsx';

/** The last look before mail goes out: what is lacking, when the first goes, when all have gone. */
export function LaunchDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const check = useAnswer('GET /api/campaigns/{id}/validate', { id });
  const forecast = useAnswer(
    'GET /api/campaigns/{id}/forecast',
    { id, limit: 1 },
    { every: false },
  );
  const action = useAction('POST /api/campaigns/{id}/launch');
  const launch = async (dry: boolean) => {
    if (await action.run({ id, ...(dry ? { dry_run: true } : {}) })) onClose();
  };
  const ready = check.data?.ready === true && !action.pending;
  return (
    <Dialog title="Launch the campaign" onClose={onClose}>
      <div className="stack">
        <Checklist id={id} />
        {check.data?.ready && forecast.data?.starts_at && (
          <p className="notice runs">
            <span>
              The first mail goes out{' '}
              <b>
                ≈ <When at={forecast.data.starts_at} />
              </b>
              {forecast.data.ends_at && (
                <>
                  , the last of {count(forecast.data.sends)}{' '}
                  <b>
                    ≈ <When at={forecast.data.ends_at} />
                  </b>{' '}
                  if nobody answers
                </>
              )}
              .
            </span>
          </p>
        )}
        {action.problem && <Trouble problem={action.problem} compact />}
        <div className="actions">
          <Button isDisabled={!ready} onPress={() => void launch(true)}>
            Dry run
          </Button>
          <Button look="primary" isDisabled={!ready} onPress={() => void launch(false)}>
            Launch
          </Button>
        </div>
        <p className="small dim">A dry run keeps to the real schedule and delivers nothing.</p>
      </div>
    </Dialog>
  );
}
