import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';
import './drop-area.css';

type Props = {
  label: string;
  accept: string;
  busy: boolean;
  onFile: (file: File) => void;
  children: ReactNode;
};

/** Takes one file, dropped or chosen. */
export function DropArea({ label, accept, busy, onFile, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <section
      className="drop"
      aria-label="File"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" />
      <p>{children}</p>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={label}
        hidden
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file) onFile(file);
        }}
      />
      <Button look="primary" isDisabled={busy} onPress={() => input.current?.click()}>
        {busy ? 'Reading …' : label}
      </Button>
    </section>
  );
}
