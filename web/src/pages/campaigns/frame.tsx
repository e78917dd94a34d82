import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useAction, useAnswer } from '../../api/use.ts';
import { pages } from '../../model/pages.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import { useMay } from '../../ui/session.tsx';
import { Trouble, Waiting } from '../../ui/states.tsx';
import { LaunchDialog } from './launch.tsx';
import { Rename } from './rename.tsx';
import { ResumeDialog } from './resume.tsx';
import { StateBadge } from './state.tsx';
import './frame.css';

const tabs = [pages.overview, pages.people, pages.sequence, pages.schedule, pages.calendar];

type Shown = 'launch' | 'resume' | 'rename' | 'delete' | null;

/** What all pages of a campaign share: name, state, tabs, and what starts and stops it. */
export function CampaignFrame() {
  const { workspace, id } = useParams({ from: '/w/$workspace/campaigns/$id' });
  const query = useAnswer('GET /api/campaigns/{id}', { id });
  const [shown, setShown] = useState<Shown>(null);
  const close = () => setShown(null);
  if (query.error && !query.data)
    return (
      <div className="page">
        <h1>Campaign</h1>
        <Trouble problem={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (!query.data)
    return (
      <div className="page">
        <h1 className="unseen">Campaign</h1>
        <Waiting />
      </div>
    );
  const { campaign } = query.data;
  return (
    <div className="page fill">
      <header className="campaign-head">
        <p className="small">
          <Link to="/w/$workspace/campaigns" params={{ workspace }} className="back">
            <Icon name="left" /> Campaigns
          </Link>
        </p>
        <div className="page-head">
          <div className="line">
            <h1>{campaign.name}</h1>
            <StateBadge status={campaign.status} reason={campaign.pause_reason} />
            {campaign.dry_run && <span className="badge tone-rests">Dry run</span>}
          </div>
          <Actions id={id} status={campaign.status} onShow={setShown} />
        </div>
        <nav className="tabs" aria-label="Pages of the campaign">
          {tabs.map(({ path, title }) => (
            <Link
              key={path}
              to={path}
              params={{ workspace, id }}
              activeOptions={{ exact: true, includeSearch: false }}
            >
              {title}
            </Link>
          ))}
        </nav>
      </header>
      <Outlet />
      {shown === 'launch' && <LaunchDialog id={id} onClose={close} />}
      {shown === 'resume' && <ResumeDialog id={id} onClose={close} />}
      {shown === 'rename' && <Rename campaign={campaign} onClose={close} />}
      {shown === 'delete' && <Delete id={id} name={campaign.name} onClose={close} />}
    </div>
  );
}

type ActionsProps = { id: string; status: string; onShow: (shown: Shown) => void };

function Actions({ id, status, onShow }: ActionsProps) {
  const may = useMay();
  const pause = useAction('POST /api/campaigns/{id}/pause');
  return (
    <div className="line">
      {status === 'draft' && (
        <Button
          look="primary"
          icon="play"
          isDisabled={!may('send')}
          onPress={() => onShow('launch')}
        >
          Launch …
        </Button>
      )}
      {status === 'active' && (
        <Button
          icon="pause"
          isDisabled={!may('write') || pause.pending}
          onPress={() => void pause.run({ id })}
        >
          Pause
        </Button>
      )}
      {status === 'paused' && (
        <Button
          look="primary"
          icon="play"
          isDisabled={!may('send')}
          onPress={() => onShow('resume')}
        >
          Resume …
        </Button>
      )}
      <MenuTrigger>
        <Button icon="more" look="plain" aria-label="More actions" />
        <Popover className="popover" placement="bottom end">
          <Menu className="menu bare" onAction={(key) => onShow(key as Shown)}>
            <MenuItem id="rename" className="item" isDisabled={!may('write')}>
              Rename
            </MenuItem>
            <MenuItem id="delete" className="item danger" isDisabled={!may('admin')}>
              Delete …
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      {pause.problem && <Trouble problem={pause.problem} compact />}
    </div>
  );
}

function Delete({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const navigate = useNavigate();
  const action = useAction('DELETE /api/campaigns/{id}');
  const confirm = async () => {
    // Left first, because its pages would ask for what is gone.
    if (await action.run({ id }))
      void navigate({ to: '/w/$workspace/campaigns', params: { workspace } });
  };
  return (
    <Confirm
      title={`Delete ${name}?`}
      does="Delete for good"
      pending={action.pending}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        Its people, texts and figures go with it. Who answered or opted out is remembered, so that
        other campaigns leave them alone.
      </p>
      {action.problem && <Trouble problem={action.problem} compact />}
    </Confirm>
  );
}
