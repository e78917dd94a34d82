import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Answer } from '../../api/call.ts';
import type { Schemas } from '../../api/schema.gen.d.ts';
import { type HeatRow, heatRows, heatStep, sumByDay } from '../../model/calendar.ts';
import { count } from '../../model/figures.ts';
import { senderName } from '../../model/senders.ts';
import { dayText } from '../../model/when.ts';
import { Button } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';

type Props = {
  forecast: Pick<Answer<'GET /api/campaigns/{id}/forecast'>, 'days'>;
  senders: readonly Schemas['CampaignSender'][];
  /** The daily limit of each sender that is tried out. */
  limit: number | undefined;
};

const columns = 14;
/** Senders beyond these are summed up in one row. */
const maxRows = 40;

/** Who sends how many on which day: a figure in each cell, the colour besides. */
export function Heat({ forecast, senders, limit }: Props) {
  const [page, setPage] = useState(0);
  const all = sumByDay(forecast.days).map(({ date }) => date);
  const last = Math.max(0, Math.ceil(all.length / columns) - 1);
  const at = Math.min(page, last);
  const dates = all.slice(at * columns, (at + 1) * columns);
  const go = (step: number) => setPage(Math.max(0, Math.min(last, at + step)));
  useKeys({ '[': () => go(-1), ']': () => go(1) });
  const rows = heatRows(forecast.days, dates);
  return (
    <section className="panel flush">
      <div className="line apart heat-head">
        <h2>By sender and day</h2>
        <div className="line">
          <Button
            size="small"
            look="plain"
            icon="left"
            aria-label="Earlier days"
            isDisabled={at === 0}
            onPress={() => go(-1)}
          />
          <Button
            size="small"
            look="plain"
            icon="right"
            aria-label="Later days"
            isDisabled={at === last}
            onPress={() => go(1)}
          />
        </div>
      </div>
      <HeatTable rows={rows} dates={dates} senders={senders} limit={limit} />
    </section>
  );
}

type TableProps = Pick<Props, 'senders' | 'limit'> & {
  rows: readonly HeatRow[];
  dates: readonly string[];
};

function HeatTable({ rows, dates, senders, limit }: TableProps) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const named = new Map(senders.map((one) => [one.id, one]));
  const most = Math.max(limit ?? 0, ...rows.flatMap(({ cells }) => cells));
  const sums = dates.map((_date, index) => rows.reduce((sum, row) => sum + row.cells[index]!, 0));
  return (
    <div className="scroll-x">
      <table className="heat">
        <thead>
          <tr>
            <th scope="col">Sender</th>
            {dates.map((date) => {
              const { weekday, day, month } = dayText(date);
              return (
                <th key={date} scope="col">
                  <span>{weekday}</span> {day === '1' ? `${day} ${month}` : day}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, maxRows).map(({ id, cells }) => {
            const sender = named.get(id);
            return (
              <tr key={id}>
                <th scope="row">
                  <Link to="/w/$workspace/senders" params={{ workspace }} search={{ sender: id }}>
                    {sender ? senderName(sender) : 'A sender taken off'}
                  </Link>
                </th>
                {cells.map((n, index) => (
                  <td key={dates[index]} className={`heat-${heatStep(n, most)}`}>
                    {n > 0 ? count(n) : '·'}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All {count(rows.length)}</th>
            {sums.map((n, index) => (
              <td key={dates[index]}>{count(n)}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
