import { useLayoutEffect, useRef, useState } from 'react';
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

const labelRoom = 24;
const topRoom = 14;
/** A bar is never wider, and a label has at least so much room. */
const maxStep = 44;
const labelStep = 46;

/** The width of an element, as it changes. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return { box, width };
}

type DayBarsProps = { days: readonly DayBar[]; label: string; height?: number };

/** Figures by day. `earlier` is drawn as an outline: how it would be without a change. */
export function DayBars({ days, label, height = 96 }: DayBarsProps) {
  const { box, width } = useWidth();
  const top = Math.max(1, ...days.flatMap(({ value, earlier = 0 }) => [value, earlier]));
  const step = Math.min(maxStep, width / Math.max(1, days.length));
  const gap = step > 12 ? 4 : 1;
  const every = Math.max(1, Math.ceil(labelStep / Math.max(1, step)));
  const barOf = (n: number) => ({
    y: topRoom + height - (n / top) * height,
    height: (n / top) * height,
    width: Math.max(1, step - gap),
  });
  const sum = days.reduce((all, { value }) => all + value, 0);
  return (
    <div ref={box}>
      <svg
        className="day-bars"
        width={width}
        height={height + topRoom + labelRoom}
        role="img"
        aria-label={`${label}: ${count(sum)} in ${days.length} days, at most ${count(top)} a day`}
      >
        <text x="0" y="9">
          {count(top)}
        </text>
        {days.map(({ date, value, earlier }, at) => {
          const { day, month } = dayText(date);
          const x = at * step;
          return (
            <g key={date}>
              <title>{`${day} ${month}: ${count(value)}`}</title>
              <rect x={x} {...barOf(value)} rx="2" />
              {earlier !== undefined && earlier !== value && (
                <rect className="outline" x={x + 0.5} {...barOf(earlier)} />
              )}
              {at % every === 0 && (
                <text x={x} y={height + topRoom + 14}>
                  {at === 0 || Number(day) <= every ? `${day} ${month}` : day}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
