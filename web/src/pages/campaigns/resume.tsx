import { useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import { useAction, useAnswer } from '../../api/use.ts';
import { sumByDay } from '../../model/calendar.ts';
import { count } from '../../model/figures.ts';
import { DayBars } from '../../ui/bars.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Answered, Trouble } from '../../ui/states.tsx';
import { When } from '../../ui/when.tsx';

const policies = [
  { id: 'shift', title: 'Shift', words: 'Delays that ran during the pause run out afterwards.' },
  { id: 'spread', title: 'Spread', words: 'What is overdue goes out over the next days.' },
  {
    id: 'drop_overdue',
    title: 'Drop overdue',
    words: 'People whose touch is overdue are left out.',
  },
] as const;

type Policy = (typeof policies)[number]['id'];

/** Resumes by one of three policies, each with the calendar that it makes. */
export function ResumeDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [policy, setPolicy] = useState<Policy>('shift');
  const action = useAction('POST /api/campaigns/{id}/resume');
  const resume = async () => {
    if (await action.run({ id, policy })) onClose();
  };
  return (
    <Dialog title="Resume the campaign" onClose={onClose} wide>
      <div className="stack">
        <RadioGroup
          aria-label="How to take up what waited"
          value={policy}
          onChange={(value) => setPolicy(value as Policy)}
          className="policies"
        >
          {policies.map((one) => (
            <Radio key={one.id} value={one.id} className="policy">
              <b>{one.title}</b>
              <span className="small dim">{one.words}</span>
              <Outlook id={id} policy={one.id} />
            </Radio>
          ))}
        </RadioGroup>
        {action.problem && <Trouble problem={action.problem} compact />}
        <div className="actions">
          <Button onPress={onClose}>Stay paused</Button>
          <Button
            look="primary"
            icon="play"
            isDisabled={action.pending}
            onPress={() => void resume()}
          >
            Resume
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Outlook({ id, policy }: { id: string; policy: Policy }) {
  const query = useAnswer(
    'GET /api/campaigns/{id}/resume-preview',
    { id, policy },
    { every: false },
  );
  return (
    <Answered query={query} lines={3}>
      {({ sends, ends_at, days }) => (
        <>
          <span className="small">
            {count(sends)} mails
            {ends_at && (
              <>
                , ends ≈ <When at={ends_at} />
              </>
            )}
          </span>
          <DayBars days={sumByDay(days).slice(0, 21)} label="Sends by day" />
        </>
      )}
    </Answered>
  );
}
