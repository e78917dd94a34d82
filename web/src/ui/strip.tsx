import { labelsThatFit, layOut, placeOf } from '../model/timeline.ts';
import { spanText, whenText } from '../model/when.ts';
import { usePresent } from './when.tsx';
import './strip.css';

export type Mark = { at: string; kind: 'out' | 'in' | 'next'; title: string };

const width = 440;
const edge = 36;
const labelWidth = 68;
const railY = 26;

/** A person's life as a line: mails out and in, the present, and the next touch. */
export function Strip({ marks }: { marks: readonly Mark[] }) {
  const { now, zone } = usePresent();
  const instants = marks.map(({ at }) => Date.parse(at));
  const line = layOut([...instants, now.getTime()], width - 2 * edge);
  const x = (at: number) => edge + placeOf(line, at);
  const fits = labelsThatFit(instants.map((at) => ({ x: x(at), width: labelWidth })));
  const total = line.width + 2 * edge;
  return (
    <div className="strip">
      <svg
        width={total}
        height="58"
        viewBox={`0 0 ${total} 58`}
        role="img"
        aria-label="The line of mails below"
      >
        <line className="rail" x1={edge - 12} x2={total - edge + 12} y1={railY} y2={railY} />
        {line.stretches
          .filter(({ folded }) => folded)
          .map((one) => (
            <g key={one.from}>
              <line
                stroke="var(--surface)"
                strokeWidth="3"
                x1={edge + one.x + 8}
                x2={edge + one.x + one.width - 8}
                y1={railY}
                y2={railY}
              />
              <text x={edge + one.x + one.width / 2} y={railY + 4} textAnchor="middle">
                {spanText(one.to - one.from)}
              </text>
            </g>
          ))}
        <path className="now" d={`M${x(now.getTime()) - 5} ${railY - 16}h10l-5 8z`} />
        <text x={x(now.getTime())} y={8} textAnchor="middle">
          now
        </text>
        {marks.map((mark, at) => (
          <g key={`${mark.kind} ${mark.at} ${mark.title}`}>
            <title>{mark.title}</title>
            <circle className={mark.kind} cx={x(instants[at]!)} cy={railY} r="5" />
            {fits[at] && (
              <text x={x(instants[at]!)} y={railY + 22} textAnchor="middle">
                {whenText(mark.at, now, zone)}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}
