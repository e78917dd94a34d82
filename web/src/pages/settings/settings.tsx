import { useState } from 'react';
import { useAction, useAnswer } from '../../api/use.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useSession } from '../../ui/session.tsx';
import { Answered, Trouble } from '../../ui/states.tsx';
import { Keys } from './keys.tsx';
import { Order } from './order.tsx';

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];

export function Settings() {
  const { workspace } = useSession();
  return (
    <Page name="settings">
      <section className="panel stack">
        <h2>Workspace</h2>
        <p>
          {workspace.name}{' '}
          <span className="dim">
            {workspace.mode === 'sandbox' ? 'a sandbox: nothing leaves it' : 'live'}
          </span>
        </p>
        <Zone />
      </section>
      <Keys />
      <Order />
    </Page>
  );
}

function Zone() {
  const may = useMay();
  const query = useAnswer('GET /api/settings', {});
  const action = useAction('PUT /api/settings');
  const [zone, setZone] = useState<string | null>(null);
  return (
    <Answered query={query} lines={1}>
      {({ timezone }) => (
        <div className="stack tight">
          <div className="line zone-line">
            <Choice
              label="Time zone of days, limits and of campaigns without their own"
              value={zone ?? timezone}
              onChange={setZone}
              options={zones.map((one) => ({ value: one, label: one }))}
            />
            {zone !== null && zone !== timezone && (
              <Button
                look="primary"
                isDisabled={action.pending || !may('admin')}
                onPress={() => void action.run({ timezone: zone })}
              >
                Save
              </Button>
            )}
          </div>
          {action.problem && <Trouble problem={action.problem} compact />}
        </div>
      )}
    </Answered>
  );
}
