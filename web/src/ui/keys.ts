import { useEffect, useRef } from 'react';

/** After the first key of a pair such as `g c`, the second one is awaited so long. */
const pairMs = 1_000;

/**
 * Hears keys of the whole page, but not while somebody types, and not behind a dialog. Names are
 * `x`, `mod+k` (⌘ or Ctrl) and pairs such as `g c`.
 */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    let first = { key: '', at: 0 };
    const hear = (event: KeyboardEvent) => {
      const name = nameOf(event);
      if (name === null) return;
      const pair = event.timeStamp - first.at < pairMs ? `${first.key} ${name}` : '';
      const action = latest.current[pair] ?? latest.current[name];
      first = { key: name, at: event.timeStamp };
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}

/** The name of a key stroke; null where it belongs to a field or a dialog. */
function nameOf(event: KeyboardEvent): string | null {
  const { target, key } = event;
  if (event.defaultPrevented || event.altKey) return null;
  if (event.metaKey || event.ctrlKey) return `mod+${key.toLowerCase()}`;
  const types =
    target instanceof HTMLElement && target.closest('input, textarea, select, [role=dialog]');
  return types ? null : key;
}
