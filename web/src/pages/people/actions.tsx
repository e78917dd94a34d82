import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAction } from '../../api/use.ts';
import { Button } from '../../ui/button.tsx';
import { useMay } from '../../ui/session.tsx';
import { Trouble } from '../../ui/states.tsx';

type Person = Pick<Schemas['Prospect'], 'id' | 'hold' | 'ended_at'>;

/** What can be done with one person of a campaign. */
export function PersonActions({ campaign, person }: { campaign: string; person: Person }) {
  const may = useMay();
  const pause = useAction('POST /api/campaigns/{id}/leads/{prospectId}/pause');
  const resume = useAction('POST /api/campaigns/{id}/leads/{prospectId}/resume');
  const ahead = useAction('POST /api/campaigns/{id}/leads/{prospectId}/skip-ahead');
  const replied = useAction('POST /api/campaigns/{id}/leads/{prospectId}/mark-replied');
  const cancel = useAction('POST /api/campaigns/{id}/leads/{prospectId}/cancel');
  if (person.ended_at !== null) return null;
  const input = { id: campaign, prospectId: person.id };
  const actions = [pause, resume, ahead, replied, cancel];
  const problem = actions.find((one) => one.problem)?.problem;
  const busy = actions.some((one) => one.pending);
  return (
    <div className="stack tight">
      <div className="line">
        {person.hold === 'paused' ? (
          <Button
            size="small"
            icon="play"
            isDisabled={busy || !may('send')}
            onPress={() => void resume.run(input)}
          >
            Let go on
          </Button>
        ) : (
          <Button
            size="small"
            icon="pause"
            isDisabled={busy || !may('write')}
            onPress={() => void pause.run(input)}
          >
            Pause
          </Button>
        )}
        <Button
          size="small"
          isDisabled={busy || !may('send')}
          onPress={() => void ahead.run({ ...input, skip: 'delay' })}
        >
          Bring forward
        </Button>
        <Button
          size="small"
          isDisabled={busy || !may('write')}
          onPress={() => void replied.run(input)}
        >
          Has answered
        </Button>
        <Button
          size="small"
          look="danger"
          isDisabled={busy || !may('write')}
          onPress={() => void cancel.run(input)}
        >
          Stop
        </Button>
      </div>
      {problem && <Trouble problem={problem} compact />}
    </div>
  );
}
