import { useEffect, useState } from 'react';
import { Input, SearchField } from 'react-aria-components';

/** So long nothing is typed before the list asks. */
const restMs = 250;

type Props = { label: string; value: string; onChange: (value: string) => void };

/** A search that changes the list when typing rests. */
export function SearchBox({ label, value, onChange }: Props) {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), restMs);
    return () => clearTimeout(timer);
  });
  return (
    <SearchField aria-label={label} value={typed} onChange={setTyped} className="field search">
      <Input className="input" placeholder={label} />
    </SearchField>
  );
}
