import { useState } from 'react';
import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAction } from '../../api/use.ts';
import {
  copyMonday,
  type Day,
  fromWeek,
  isAlways,
  nextWindow,
  openMinutes,
  readTime,
  setDay,
  timeText,
  toWeek,
  type Window,
} from '../../model/hours.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Choice } from '../../ui/field.tsx';
import { useMay, useSession } from '../../ui/session.tsx';
import { Trouble } from '../../ui/states.tsx';

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** The hours of a week and the zone by whose clock they count. */
export function Hours({ campaign }: { campaign: Schemas['Campaign'] }) {
  const { timezone } = useSession();
  const may = useMay();
  const action = useAction('PATCH /api/campaigns/{id}');
  const [always, setAlways] = useState(isAlways(campaign.operating_hours));
  const [week, setWeek] = useState(() => toWeek(campaign.operating_hours));
  const [zone, setZone] = useState(campaign.timezone ?? '');
  const save = () =>
    void action.run({
      id: campaign.id,
      operating_hours: always ? null : fromWeek(week),
      timezone: zone || null,
    });
  return (
    <section className="panel stack">
      <div className="line apart">
        <h2>Hours</h2>
        <Checkbox isSelected={always} onChange={setAlways}>
          At all times
        </Checkbox>
      </div>
      {!always && (
        <>
          <ul className="week">
            {week.map((day) => (
              <DayRow
                key={day.key}
                day={day}
                onChange={(windows) => setWeek(setDay(week, day.key, windows))}
              />
            ))}
          </ul>
          <div className="line apart">
            <Button size="small" onPress={() => setWeek(copyMonday(week))}>
              Tuesday to Friday as Monday
            </Button>
            <span className="dim small">{Math.round(openMinutes(week) / 60)} hours a week</span>
          </div>
        </>
      )}
      <Choice
        label="Time zone"
        value={zone}
        onChange={setZone}
        options={[
          { value: '', label: `The workspace's: ${timezone}` },
          ...zones.map((one) => ({ value: one, label: one })),
        ]}
      />
      {action.problem && <Trouble problem={action.problem} compact />}
      <div className="actions">
        <Button look="primary" isDisabled={action.pending || !may('write')} onPress={save}>
          Save the hours
        </Button>
      </div>
    </section>
  );
}

type RowProps = { day: Day; onChange: (windows: readonly Window[]) => void };

function DayRow({ day, onChange }: RowProps) {
  const { name, windows } = day;
  const next = nextWindow(windows);
  const set = (at: number, part: Partial<Window>) =>
    onChange(windows.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <li>
      <Checkbox
        isSelected={windows.length > 0}
        onChange={(open) => onChange(open && next ? [next] : [])}
      >
        {name}
      </Checkbox>
      <div className="windows">
        {windows.length === 0 && <span className="dim">closed</span>}
        {windows.map((one, at) => (
          <span key={`${name} ${one.start}`} className="window">
            <TimeField
              label={`${name}, from`}
              value={one.start}
              onChange={(start) => set(at, { start })}
              as="start"
            />
            –
            <TimeField
              label={`${name}, to`}
              value={one.end}
              onChange={(end) => set(at, { end })}
              as="end"
            />
            {at > 0 && (
              <Button
                look="plain"
                size="small"
                icon="close"
                aria-label={`Remove the window from ${timeText(one.start)} on ${name}`}
                onPress={() => onChange(windows.filter((_one, index) => index !== at))}
              />
            )}
          </span>
        ))}
      </div>
      <DayLine windows={windows} />
      {windows.length > 0 && next && (
        <Button
          look="plain"
          size="small"
          icon="plus"
          aria-label={`Another window on ${name}`}
          onPress={() => onChange([...windows, next])}
        />
      )}
    </li>
  );
}

type TimeProps = {
  label: string;
  value: number;
  as: 'start' | 'end';
  onChange: (minutes: number) => void;
};

function TimeField({ label, value, as, onChange }: TimeProps) {
  return (
    <input
      type="time"
      className="time"
      aria-label={label}
      // Kept by the field while it is typed, because half a time is none.
      defaultValue={timeText(value)}
      onBlur={(event) => {
        const minutes = readTime(event.target.value, as);
        if (minutes !== null && minutes !== value) onChange(minutes);
      }}
    />
  );
}

/** The open part of a day, for the eye; the fields beside it say the same. */
function DayLine({ windows }: { windows: readonly Window[] }) {
  return (
    <svg className="day-line" viewBox="0 0 1440 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className="all" width="1440" height="10" />
      {windows.map(({ start, end }) => (
        <rect key={start} className="open" x={start} width={Math.max(0, end - start)} height="10" />
      ))}
    </svg>
  );
}
