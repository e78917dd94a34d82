import { useState } from 'react';
import { useAction } from '../../api/use.ts';
import { count, plural } from '../../model/figures.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { Trouble } from '../../ui/states.tsx';
import type { Imported, Uploaded } from './import.tsx';

const fields = [
  ['email', 'Address'],
  ['first_name', 'First name'],
  ['last_name', 'Last name'],
  ['name', 'Full name'],
  ['company', 'Company'],
  ['position', 'Position'],
  ['headline', 'Headline'],
  ['linkedin_url', 'LinkedIn profile'],
  ['x_handle', 'Name on X'],
] as const;

type Field = (typeof fields)[number][0];
type Existing = 'keep' | 'fill' | 'overwrite';

type Props = {
  campaign: string;
  read: Uploaded;
  onBack: () => void;
  onDone: (done: Imported) => void;
};

/** Says for each column of the file which field it is, with its first values beside it. */
export function Mapping({ campaign, read, onBack, onDone }: Props) {
  const [mapping, setMapping] = useState(read.auto_mapping);
  const [existing, setExisting] = useState<Existing>('keep');
  const action = useAction('POST /api/campaigns/{id}/leads/confirm-csv');
  const run = async () => {
    const done = await action.run({
      id: campaign,
      lead_list_id: read.lead_list_id,
      csv_text: read.csv_text,
      mapping,
      existing,
    });
    if (done) onDone(done);
  };
  return (
    <div className="stack">
      <Outcome read={read} />
      <Columns read={read} mapping={mapping} onChange={setMapping} />
      {action.problem && <Trouble problem={action.problem} />}
      <div className="line apart">
        <Choice
          label="People who are in the campaign already"
          value={existing}
          onChange={(value) => setExisting(value as Existing)}
          options={[
            { value: 'keep', label: 'Leave them as they are' },
            { value: 'fill', label: 'Fill what is blank' },
            { value: 'overwrite', label: 'Overwrite with the file' },
          ]}
        />
        <div className="line">
          <Button onPress={onBack}>Another file</Button>
          <Button look="primary" isDisabled={action.pending} onPress={() => void run()}>
            {action.pending ? 'Importing …' : `Import ${count(read.total_rows)} rows`}
          </Button>
        </div>
      </div>
    </div>
  );
}

type MappingOf = Uploaded['auto_mapping'];
type ColumnsProps = { read: Uploaded; mapping: MappingOf; onChange: (mapping: MappingOf) => void };

function Columns({ read, mapping, onChange }: ColumnsProps) {
  const fieldOf = (column: string) => fields.find(([name]) => mapping[name] === column)?.[0] ?? '';
  const set = (column: string, field: string) => {
    const next = { ...mapping };
    for (const [name] of fields) if (next[name] === column) next[name] = null;
    if (field !== '') next[field as Field] = column;
    onChange(next);
  };
  return (
    <section className="panel flush">
      <h2>How its columns are read</h2>
      <div className="scroll-x">
        <table className="table">
          <thead>
            <tr>
              <th>Column of the file</th>
              <th>Is the field</th>
              <th>First values</th>
            </tr>
          </thead>
          <tbody>
            {read.columns.map((column) => (
              <tr key={column}>
                <td>
                  <b>{column}</b>
                </td>
                <td>
                  <Choice
                    quiet
                    label={`Field of ${column}`}
                    value={fieldOf(column)}
                    onChange={(field) => set(column, field)}
                    options={[
                      { value: '', label: 'A field of its own' },
                      ...fields.map(([value, label]) => ({ value, label })),
                    ]}
                  />
                </td>
                <td className="dim">
                  {read.preview_rows
                    .map((row) => row[column])
                    .filter(Boolean)
                    .join(' · ') || 'nothing in the first rows'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** What the import would do, as far as the server's own mapping stays. */
function Outcome({ read }: { read: Uploaded }) {
  const { outcome, total_rows: rows } = read;
  if (!outcome)
    return (
      <p className="notice held" role="status">
        No column holds addresses. Say below which one does.
      </p>
    );
  const sums = [
    [outcome.to_import, 'to import'],
    [outcome.already_there, 'in the campaign already'],
    [outcome.repeated, 'twice in the file'],
    [outcome.opted_out, 'opted out'],
    [outcome.suppressed, 'suppressed'],
    [outcome.invalid, 'cannot be read'],
  ] as const;
  return (
    <div className="notice" role="status">
      <div>
        <b>{plural(rows, 'row', 'rows')}.</b>{' '}
        {sums
          .filter(([n], at) => n > 0 || at === 0)
          .map(([n, words]) => `${count(n)} ${words}`)
          .join(', ')}
        .
        {outcome.reasons.length > 0 && (
          <ul className="small dim">
            {outcome.reasons.slice(0, 5).map(({ row, reason }) => (
              <li key={row}>
                Row {row}: {reason}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
