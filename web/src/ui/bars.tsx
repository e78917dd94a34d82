import { count, type Progress } from '../model/figures.ts';
import { dayText } from '../model/when.ts';
import './bars.css';

const parts = [
  ['answered', 'answered'],
  ['ended', 'ended'],
  ['underway', 'under way'],
  ['pending', 'not written to yet'],
] as const;

/** How far the people of a campaign have come, as one bar. */
export function ProgressBar({ progress }: { progress: Progress }) {
  const words = parts.map(([name, word]) => `${count(progress[name])} ${word}`).join(', ');
  return (
    <div className="stacked" role="img" aria-label={words} title={words}>
      {parts.map(
        ([name]) =>
          progress[name] > 0 && (
            <span key={name} className={`part-${name}`} style={{ flexGrow: progress[name] }} />
          ),
      )}
    </div>
  );
}

export function ProgressLegend({ progress }: { progress: Progress }) {
  return (
    <ul className="legend">
      {parts.map(([name, word]) => (
        <li key={name}>
          <i className={`part-${name}`} aria-hidden="true" />
          <b>{count(progress[name])}</b> {word}
        </li>
      ))}
    </ul>
  );
}

export type DayBar = { date: string; value: number; earlier?: number };

const height = 96;

/** Figures by day. `earlier` is drawn as an outline: how it would be without a change. */
export function DayBars({ days, label }: { days: readonly DayBar[]; label: string }) {
  const top = Math.max(1, ...days.flatMap(({ value, earlier = 0 }) => [value, earlier]));
  const step = 640 / Math.max(14, days.length);
  const y = (n: number) => 12 + height - (n / top) * height;
  const every = Math.ceil(days.length / 14);
  const sum = days.reduce((all, { value }) => all + value, 0);
  return (
    <svg
      className="day-bars"
      viewBox={`0 0 640 ${height + 30}`}
      role="img"
      aria-label={`${label}: ${count(sum)} in ${days.length} days, at most ${count(top)} a day`}
    >
      <text x="0" y="8">
        {count(top)}
      </text>
      {days.map(({ date, value, earlier }, at) => {
        const { day, month } = dayText(date);
        const x = at * step + 2;
        return (
          <g key={date}>
            <title>{`${day} ${month}: ${count(value)}`}</title>
            <rect x={x} y={y(value)} width={step - 4} height={height + 12 - y(value)} rx="2" />
            {earlier !== undefined && earlier !== value && (
              <rect
                className="outline"
                x={x}
                y={y(earlier)}
                width={step - 4}
                height={height + 12 - y(earlier)}
              />
            )}
            {at % every === 0 && (
              <text x={x + (step - 4) / 2} y={height + 26} textAnchor="middle">
                {at === 0 || day === '1' ? `${day} ${month}` : day}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
