import { useState } from 'react';
import { useAction, useAnswer } from '../../api/use.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ActionForm, Checkbox, Field, type FormValues } from '../../ui/field.tsx';
import { type Scope, useMay } from '../../ui/session.tsx';
import { Answered, Trouble } from '../../ui/states.tsx';
import { When } from '../../ui/when.tsx';

const scopes: readonly (readonly [Scope, string])[] = [
  ['read', 'Look at everything'],
  ['write', 'Change campaigns and people'],
  ['send', 'Launch and resume: mail goes out'],
  ['admin', 'Senders, keys and settings'],
];

/** The API keys of the workspace, for scripts and for this page. */
export function Keys() {
  const may = useMay();
  const [making, setMaking] = useState(false);
  const query = useAnswer('GET /api/keys', {});
  const revoke = useAction('DELETE /api/keys/{id}');
  return (
    <section className="panel flush">
      <div className="line apart section-head">
        <h2>API keys</h2>
        <Button size="small" icon="plus" isDisabled={!may('admin')} onPress={() => setMaking(true)}>
          New key
        </Button>
      </div>
      {revoke.problem && <Trouble problem={revoke.problem} compact />}
      <Answered query={query} lines={3}>
        {({ keys }) => (
          <div className="scroll-x">
            <table className="table">
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Begins with</th>
                  <th>May</th>
                  <th>Made</th>
                  <th>
                    <span className="unseen">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {keys.map((key) => (
                  <tr key={key.id}>
                    <td>
                      <b>{key.name}</b>
                    </td>
                    <td>
                      <code>{key.prefix}…</code>
                    </td>
                    <td>{key.scopes.join(', ')}</td>
                    <td className="dim">
                      <When at={key.created_at} />
                    </td>
                    <td className="number">
                      {key.revoked_at ? (
                        <span className="dim">revoked</span>
                      ) : (
                        <Button
                          size="small"
                          look="danger"
                          aria-label={`Revoke ${key.name}`}
                          isDisabled={revoke.pending || !may('admin')}
                          onPress={() => void revoke.run({ id: key.id })}
                        >
                          Revoke
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answered>
      {making && <NewKey onClose={() => setMaking(false)} />}
    </section>
  );
}

function NewKey({ onClose }: { onClose: () => void }) {
  const action = useAction('POST /api/keys');
  const [made, setMade] = useState<string | null>(null);
  const submit = async (values: FormValues) => {
    const done = await action.run({
      name: values.text('name'),
      scopes: scopes.map(([scope]) => scope).filter((scope) => values.has(scope)),
    });
    if (done) setMade(done.key.key);
  };
  if (made)
    return (
      <Dialog title="The new key" onClose={onClose}>
        <div className="stack">
          <p>It is shown this once. Copy it now.</p>
          <p className="notice">
            <code>{made}</code>
          </p>
          <div className="actions">
            <Button look="primary" onPress={() => void navigator.clipboard.writeText(made)}>
              Copy
            </Button>
            <Button onPress={onClose}>Done</Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <Dialog title="New API key" onClose={onClose}>
      <ActionForm action={action} onSubmit={(values) => void submit(values)}>
        <Field label="Name" name="name" autoFocus placeholder="crm-sync" />
        <fieldset className="plain-set">
          <legend className="label">It may</legend>
          {scopes.map(([scope, words]) => (
            <Checkbox key={scope} name={scope} defaultSelected={scope === 'read'}>
              {words} <Name scope={scope} />
            </Checkbox>
          ))}
        </fieldset>
        <div className="actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isDisabled={action.pending}>
            Create
          </Button>
        </div>
      </ActionForm>
    </Dialog>
  );
}

const Name = ({ scope }: { scope: Scope }) => <code className="dim">{scope}</code>;
