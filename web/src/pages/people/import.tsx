import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useAction } from '../../api/use.ts';
import { count, plural } from '../../model/figures.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { DropArea } from '../../ui/drop-area.tsx';
import { Page } from '../../ui/page.tsx';
import { Trouble } from '../../ui/states.tsx';
import { Mapping } from './mapping.tsx';

export type Uploaded = Answer<'POST /api/campaigns/{id}/leads/upload-csv'>;
export type Imported = Answer<'POST /api/campaigns/{id}/leads/confirm-csv'>;

const from = '/w/$workspace/campaigns/$id/import';

/** A file on its way into the campaign: dropped, read, mapped, imported. */
export function Import() {
  const { id } = useParams({ from });
  const upload = useAction('POST /api/campaigns/{id}/leads/upload-csv');
  const [read, setRead] = useState<Uploaded | null>(null);
  const [done, setDone] = useState<Imported | null>(null);
  const take = async (file: File) => {
    setDone(null);
    setRead(await upload.run({ id, file: '' }, file));
  };
  return (
    <Page name="import" bare>
      <h2 className="unseen">Import people</h2>
      {!read && (
        <div className="stack">
          <DropArea
            busy={upload.pending}
            accept=".csv,.tsv,.txt,.xlsx"
            label="Choose a file"
            onFile={(file) => void take(file)}
          >
            Drop a table of people here: .csv or .xlsx, up to 10 MB. Nothing is stored before you
            have seen how its columns are read.
          </DropArea>
          {upload.problem && <Trouble problem={upload.problem} />}
        </div>
      )}
      {read && !done && (
        <Mapping campaign={id} read={read} onBack={() => setRead(null)} onDone={setDone} />
      )}
      {done && <Result done={done} again={() => setRead(null)} />}
    </Page>
  );
}

function Result({ done, again }: { done: Imported; again: () => void }) {
  const params = useParams({ from });
  const sums = [
    ['In the campaign now', done.imported],
    ['Were there already', done.duplicates],
    ['Profiles changed', done.updated],
    ['Opted out', done.opted_out],
    ['Could not be read', done.invalid],
  ] as const;
  return (
    <div className="stack">
      <p className="notice runs" role="status">
        <b>{plural(done.imported, 'person is', 'people are')} in the campaign.</b>
      </p>
      <dl className="figures">
        {sums.map(([name, n]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{count(n)}</dd>
          </div>
        ))}
      </dl>
      {done.rejects.length > 0 && (
        <section className="panel flush">
          <h2>Rows that could not be read</h2>
          <div className="scroll-x">
            <table className="table">
              <thead>
                <tr>
                  <th>Row</th>
                  <th>Reason</th>
                  <th>As it stands in the file</th>
                </tr>
              </thead>
              <tbody>
                {done.rejects.map(({ row, reason, raw }) => (
                  <tr key={row}>
                    <td className="number">{row}</td>
                    <td>{reason}</td>
                    <td>
                      <code>{raw}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      <div className="line">
        <ButtonLink look="primary" to="/w/$workspace/campaigns/$id/people" params={params}>
          Show the people
        </ButtonLink>
        <button type="button" className="button" onClick={again}>
          Import another file
        </button>
        <Link to="/w/$workspace/campaigns/$id" params={params}>
          To the overview
        </Link>
      </div>
    </div>
  );
}
