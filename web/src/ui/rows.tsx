import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from 'react';
import './rows.css';

export type Column<Row> = {
  head: string;
  /** A track of CSS grid: `2fr`, `120px`. */
  width: string;
  cell: (row: Row) => ReactNode;
  number?: boolean;
  /** Left out where the list is narrow. */
  wide?: boolean;
};

type Props<Row> = {
  label: string;
  rows: readonly Row[];
  total: number;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** Asks for the next page; null when there is none, or it is on its way. */
  more: (() => unknown) | null;
  onOpen: (row: Row) => void;
  height?: number;
};

const ahead = 12;
const headHeight = 36;

/** The keys of a list and the row to which each goes. */
const steps = (at: number, count: number): Record<string, number> => ({
  ArrowDown: at + 1,
  j: at + 1,
  ArrowUp: at - 1,
  k: at - 1,
  PageDown: at + 10,
  PageUp: at - 10,
  Home: 0,
  End: count - 1,
});

function tracksOf<Row>(columns: readonly Column<Row>[], rowsHeight: number): CSSProperties {
  const tracks = (narrow: boolean) =>
    columns.flatMap((one) => (narrow && one.wide ? [] : [one.width])).join(' ');
  return {
    // No higher than its rows.
    maxBlockSize: rowsHeight + headHeight,
    '--tracks': tracks(false),
    '--tracks-narrow': tracks(true),
  } as CSSProperties;
}

const classOf = <Row,>(column: Column<Row>) =>
  ['cell', column.number && 'number', column.wide && 'wide'].filter(Boolean).join(' ');

/**
 * A list of any length, of which only the rows in view are in the document. The grid hears the keys
 * and not the rows, because a row that leaves the view would take them with it.
 */
export function Rows<Row>(props: Props<Row>) {
  const { label, rows, total, columns, keyOf, more, onOpen, height = 44 } = props;
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: ahead,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - ahead) void more();
  }, [more, last, rows.length]);
  const hear = (event: KeyboardEvent) => {
    const to = steps(at, rows.length)[event.key];
    if (to !== undefined) {
      const next = Math.max(0, Math.min(rows.length - 1, to));
      setAt(next);
      virtual.scrollToIndex(next);
    } else if (event.key === 'Enter' && rows[at]) onOpen(rows[at]);
    else return;
    event.preventDefault();
  };
  const idOf = (index: number) => `${label.replaceAll(' ', '-')}-row-${index}`;
  return (
    <div
      ref={box}
      className="rows"
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-activedescendant={rows.length > 0 ? idOf(at) : undefined}
      tabIndex={0}
      style={tracksOf(columns, virtual.getTotalSize())}
      onKeyDown={hear}
    >
      <Head columns={columns} />
      <div role="rowgroup" className="body" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              role="row"
              key={keyOf(row)}
              id={idOf(index)}
              aria-rowindex={index + 2}
              aria-selected={index === at}
              className="row"
              style={{ transform: `translateY(${start}px)`, height }}
              onClick={(event) => {
                setAt(index);
                if (!(event.target as HTMLElement).closest('a, button')) onOpen(row);
              }}
            >
              {columns.map((column) => (
                <div role="gridcell" key={column.head} className={classOf(column)}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Head<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <div role="rowgroup" className="head">
      <div role="row" aria-rowindex={1} className="row">
        {columns.map((column) => (
          <div role="columnheader" key={column.head} className={classOf(column)}>
            {column.head}
          </div>
        ))}
      </div>
    </div>
  );
}
