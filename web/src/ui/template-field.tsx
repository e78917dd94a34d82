import { useRef } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';

const variables = [
  ['first_name|there', 'First name'],
  ['last_name', 'Last name'],
  ['company', 'Company'],
  ['position', 'Position'],
  ['sender_first', 'My first name'],
] as const;

type Props = { label: string; value: string; onChange: (value: string) => void };

/** A text with variables: those of every person stand below it, and go in at the cursor. */
export function TemplateField({ label, value, onChange }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string) => {
    const { selectionStart: from, selectionEnd: to } = area.current ?? {
      selectionStart: value.length,
      selectionEnd: value.length,
    };
    const word = `%${name}%`;
    onChange(`${value.slice(0, from)}${word}${value.slice(to)}`);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(from + word.length, from + word.length);
    });
  };
  return (
    <TextField className="field" value={value} onChange={onChange}>
      <Label>{label}</Label>
      <TextArea ref={area} className="input" rows={Math.max(5, value.split('\n').length + 1)} />
      <ul className="chips" aria-label={`Variables for ${label}`}>
        {variables.map(([name, title]) => (
          <li key={name}>
            <button type="button" className="chip" title={`%${name}%`} onClick={() => insert(name)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </TextField>
  );
}
