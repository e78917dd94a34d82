import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useAction, useRows } from '../../api/use.ts';
import { count } from '../../model/figures.ts';
import { kindOf, splitValues } from '../../model/suppressions.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm, Dialog } from '../../ui/dialog.tsx';
import { ActionForm, Field, type FormValues } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { type Column, Rows } from '../../ui/rows.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useMay } from '../../ui/session.tsx';
import { Empty, Trouble, Waiting } from '../../ui/states.tsx';
import { When } from '../../ui/when.tsx';

type Suppression = Answer<'GET /api/suppressions'>['suppressions'][number];

const from = '/w/$workspace/suppressions';
const pageSize = 100;

/** Everything that is never written to, whatever a campaign says. */
export function Suppressions() {
  const search = useSearch({ from });
  const navigate = useNavigate({ from });
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Suppression | null>(null);
  const list = useRows(
    'GET /api/suppressions',
    { q: search.q, limit: pageSize },
    ({ suppressions, next_cursor }) => ({ rows: suppressions, next: next_cursor }),
  );
  const add = (
    <Button look="primary" icon="plus" isDisabled={!may('write')} onPress={() => setAdding(true)}>
      Add
    </Button>
  );
  return (
    <Page name="suppressions" fill actions={add}>
      <div className="line">
        <SearchBox
          label="Search suppressions"
          value={search.q ?? ''}
          onChange={(q) => void navigate({ search: q ? { q } : {}, replace: true })}
        />
        {list.first && <span className="dim small">{count(list.first.total)} in all</span>}
      </div>
      {list.problem && <Trouble problem={list.problem} retry={list.retry} />}
      {list.isPending && <Waiting />}
      {list.first && list.rows.length > 0 && (
        <Rows
          label="Suppressions"
          rows={list.rows}
          total={list.first.total}
          columns={columns}
          keyOf={(one) => `${one.kind} ${one.value}`}
          more={list.more}
          onOpen={(one) => may('admin') && one.kind !== 'erased' && setRemoving(one)}
        />
      )}
      {list.first && list.rows.length === 0 && (
        <Empty title={search.q ? 'Nothing is like that' : 'Nothing is suppressed'}>
          People who opt out, whose mail bounces for good, or who complain come here by themselves.
          Nobody here is ever written to again.
        </Empty>
      )}
      {adding && <Add onClose={() => setAdding(false)} />}
      {removing && <Remove one={removing} onClose={() => setRemoving(null)} />}
    </Page>
  );
}

const columns: readonly Column<Suppression>[] = [
  { head: 'Never written to', width: 'minmax(0, 2fr)', cell: (one) => <b>{one.value}</b> },
  { head: 'Kind', width: 'minmax(72px, 0.6fr)', cell: (one) => one.kind },
  {
    head: 'Reason',
    width: 'minmax(0, 1fr)',
    wide: true,
    cell: (one) => one.reason.replaceAll('_', ' '),
  },
  { head: 'Since', width: '110px', number: true, cell: (one) => <When at={one.created_at} /> },
];

function Add({ onClose }: { onClose: () => void }) {
  const action = useAction('POST /api/suppressions');
  const [said, setSaid] = useState<Answer<'POST /api/suppressions'> | null>(null);
  const submit = async (values: FormValues) => {
    const reason = values.orNull('reason') ?? 'by hand';
    const items = splitValues(values.text('values')).map((value) => ({
      kind: kindOf(value),
      value,
      reason,
    }));
    const done = await action.run({ items });
    setSaid(done);
    if (done && done.invalid === 0) onClose();
  };
  return (
    <Dialog title="Never write to" onClose={onClose}>
      <ActionForm action={action} onSubmit={(values) => void submit(values)}>
        <Field
          label="Addresses, domains, profiles"
          name="values"
          rows={6}
          autoFocus
          note="One a line, or separated by commas: eva@example.com, example.org"
        />
        <Field label="Reason" name="reason" placeholder="by hand" />
        {said && said.invalid > 0 && (
          <div className="notice held" role="status">
            <div>
              {count(said.added)} added, {count(said.invalid)} could not be read:
              <ul>
                {said.errors.slice(0, 5).map(({ index, message }) => (
                  <li key={index}>{message}</li>
                ))}
              </ul>
            </div>
          </div>
        )}
        <div className="actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isDisabled={action.pending}>
            Add
          </Button>
        </div>
      </ActionForm>
    </Dialog>
  );
}

function Remove({ one, onClose }: { one: Suppression; onClose: () => void }) {
  const action = useAction('DELETE /api/suppressions');
  const confirm = async () => {
    const { value, kind } = one;
    if (await action.run({ value, ...(kind === 'erased' ? {} : { kind }) })) onClose();
  };
  return (
    <Confirm
      title={`Let ${one.value} be written to again?`}
      does="Take it off"
      pending={action.pending}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        It is here because of: {one.reason.replaceAll('_', ' ')}. Campaigns may write to it again at
        once.
      </p>
      {action.problem && <Trouble problem={action.problem} compact />}
    </Confirm>
  );
}
