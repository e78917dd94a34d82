import { type ReactNode, useId } from 'react';
import {
  Checkbox as AriaCheckbox,
  Form as AriaForm,
  TextField as AriaTextField,
  type CheckboxProps,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  type TextFieldProps,
} from 'react-aria-components';
import type { Route } from '../api/call.ts';
import type { Action } from '../api/use.ts';
import { Icon } from './icons.tsx';
import { Trouble } from './states.tsx';

type FieldProps = Omit<TextFieldProps, 'className' | 'children'> & {
  label: string;
  note?: ReactNode;
  placeholder?: string;
  /** Makes it a field of several lines. */
  rows?: number;
};

/** A labelled field. Errors of the server come to it by its name, through `ActionForm`. */
export function Field({ label, note, placeholder, rows, ...rest }: FieldProps) {
  return (
    <AriaTextField {...rest} className="field" validationBehavior="aria">
      <Label>{label}</Label>
      {rows ? (
        <TextArea rows={rows} placeholder={placeholder} className="input" />
      ) : (
        <Input className="input" placeholder={placeholder} />
      )}
      {note && (
        <Text slot="description" className="note">
          {note}
        </Text>
      )}
      <FieldError className="error" />
    </AriaTextField>
  );
}

type ChoiceProps = {
  label: string;
  name?: string;
  options: readonly { value: string; label: string }[];
  value?: string;
  defaultValue?: string;
  onChange?: (value: string) => void;
  /** Named for screen readers only, where the place says it to the eye. */
  quiet?: boolean;
};

/** One of a few words, by the browser's own list, which phones show as theirs. */
export function Choice({ label, options, onChange, quiet, ...rest }: ChoiceProps) {
  const id = useId();
  const list = (
    <select
      {...rest}
      id={id}
      className="select"
      aria-label={quiet ? label : undefined}
      onChange={onChange && ((event) => onChange(event.target.value))}
    >
      {options.map((one) => (
        <option key={one.value} value={one.value}>
          {one.label}
        </option>
      ))}
    </select>
  );
  if (quiet) return list;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {list}
    </div>
  );
}

export function Checkbox({ children, ...rest }: CheckboxProps & { children: ReactNode }) {
  return (
    <AriaCheckbox {...rest} className="check">
      <span className="box">
        <Icon name="check" />
      </span>
      {children}
    </AriaCheckbox>
  );
}

type FormProps<R extends Route> = {
  action: Action<R>;
  onSubmit: (values: FormValues) => void;
  /** Names of the fields that the form shows; errors of others stand above the button. */
  children: ReactNode;
};

/** The values of a form by name; a blank field is null. */
export type FormValues = {
  text: (name: string) => string;
  orNull: (name: string) => string | null;
  number: (name: string) => number | null;
  has: (name: string) => boolean;
};

function valuesOf(form: HTMLFormElement): FormValues {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? '').trim();
  return {
    text,
    orNull: (name) => text(name) || null,
    number: (name) => (text(name) === '' ? null : Number(text(name))),
    has: (name) => data.has(name),
  };
}

/** A form that lays the server's errors on the fields of their names. */
export function ActionForm<R extends Route>({ action, onSubmit, children }: FormProps<R>) {
  return (
    <AriaForm
      className="stack"
      validationErrors={action.fields}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(valuesOf(event.currentTarget));
      }}
    >
      {children}
      {action.problem && <Trouble problem={action.problem} compact />}
    </AriaForm>
  );
}
