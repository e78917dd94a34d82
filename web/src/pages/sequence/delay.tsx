import type { EditedNode } from '../../model/sequence.ts';
import { Icon } from '../../ui/icons.tsx';

type Props = { node: EditedNode; onChange: (part: Partial<EditedNode>) => void };

const units = [
  ['delay_days', 'days'],
  ['delay_hours', 'hours'],
  ['delay_minutes', 'minutes'],
] as const;

/** The wait between two touches. */
export function Delay({ node, onChange }: Props) {
  const shown = units.filter(([name]) => name !== 'delay_minutes' || node.delay_minutes);
  return (
    <li className="delay-pill">
      <Icon name="clock" />
      <span>Wait</span>
      {shown.map(([name, label]) => (
        <label key={name}>
          <input
            type="number"
            min={0}
            inputMode="numeric"
            value={node[name] ?? 0}
            // Together with the words: "Wait 3 days 0 hours".
            aria-label={`Wait, ${label}`}
            onChange={(event) => onChange({ [name]: Math.max(0, event.target.valueAsNumber || 0) })}
          />
          {label}
        </label>
      ))}
    </li>
  );
}
