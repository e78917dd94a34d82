import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAction } from '../../api/use.ts';
import { Button } from '../../ui/button.tsx';
import { useMay } from '../../ui/session.tsx';
import { Trouble } from '../../ui/states.tsx';
import type { Change } from './calendar.tsx';

type Props = {
  campaign: Schemas['Campaign'];
  change: Change;
  onChange: (part: Change) => void;
  onReset: () => void;
};

/** Sliders that change nothing but the calendar, until they are applied. */
export function WhatIf({ campaign, change, onChange, onReset }: Props) {
  const may = useMay();
  const update = useAction('PATCH /api/campaigns/{id}');
  const settings = useAction('PUT /api/settings');
  const senders = campaign.sender_accounts;
  const each = Math.max(0, ...senders.map((one) => one.daily_limit));
  const total = campaign.daily_limit ?? senders.reduce((sum, one) => sum + one.daily_limit, 0);
  const canApply = change.limit !== undefined || change.each !== undefined;
  const apply = async () => {
    if (change.limit !== undefined)
      if (!(await update.run({ id: campaign.id, daily_limit: change.limit }))) return;
    for (const { id } of change.each === undefined ? [] : senders)
      if (!(await settings.run({ campaign_account: { id, daily_limit: change.each } }))) return;
    onReset();
  };
  const problem = update.problem ?? settings.problem;
  return (
    <section className="panel stack">
      <h2>What if</h2>
      <Slider
        label="Each sender, mails a day"
        now={each}
        value={change.each}
        max={Math.max(100, each * 2)}
        onChange={(n) => onChange({ each: n })}
      />
      <Slider
        label="The campaign, mails a day"
        now={total}
        value={change.limit}
        max={500}
        onChange={(n) => onChange({ limit: n })}
      />
      <Slider
        label="More people"
        now={0}
        value={change.more}
        max={5_000}
        step={50}
        onChange={(n) => onChange({ more: n })}
      />
      {problem && <Trouble problem={problem} compact />}
      <div className="line">
        <Button
          look="primary"
          size="small"
          isDisabled={!canApply || update.pending || settings.pending || !may('write')}
          onPress={() => void apply()}
        >
          Apply the limits
        </Button>
        <Button size="small" isDisabled={Object.keys(change).length === 0} onPress={onReset}>
          Reset
        </Button>
      </div>
    </section>
  );
}

type SliderProps = {
  label: string;
  now: number;
  value: number | undefined;
  max: number;
  step?: number;
  onChange: (value: number) => void;
};

function Slider({ label, now, value, max, step = 1, onChange }: SliderProps) {
  return (
    <label className="slider">
      <span>
        {label}
        <b>
          {value ?? now}
          {value !== undefined && value !== now && <span className="dim"> ({now})</span>}
        </b>
      </span>
      <input
        type="range"
        min={step === 1 ? 1 : 0}
        max={max}
        step={step}
        value={value ?? now}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </label>
  );
}
