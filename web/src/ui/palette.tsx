import { useParams, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import {
  Dialog as AriaDialog,
  Autocomplete,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components';
import { basePath } from '../api/base.ts';
import { useAnswer } from '../api/use.ts';
import { barPages } from '../model/pages.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icons.tsx';

/** Pages, campaigns and people by what is typed. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const { history } = useRouter();
  const [typed, setTyped] = useState('');
  const q = typed.trim();
  const campaigns = useAnswer('GET /api/campaigns', { q, limit: 8 }, { keep: true });
  const people = useAnswer('GET /api/people', { q, limit: 8 }, { enabled: q.length > 2 });
  const matching = barPages.filter(({ title }) => title.toLowerCase().includes(q.toLowerCase()));
  const go = (path: string) => {
    onClose();
    history.push(`${basePath}${path}`);
  };
  const campaign = (id: string) => `/w/${workspace}/campaigns/${id}`;
  return (
    <ModalOverlay
      className="shade palette"
      isDismissable
      isOpen
      onOpenChange={(open) => open || onClose()}
    >
      <Modal>
        <AriaDialog className="dialog wide" aria-label="Search">
          <Autocomplete inputValue={typed} onInputChange={setTyped}>
            <SearchField aria-label="Search pages, campaigns and people" autoFocus>
              <Input placeholder="Search pages, campaigns and people" />
            </SearchField>
            <Menu
              className="menu"
              aria-label="Found"
              renderEmptyState={() => <p className="item dim">Nothing found</p>}
              onAction={(path) => go(String(path))}
            >
              {matching.map(({ path, title, bar }) => (
                <MenuItem
                  key={path}
                  id={path.replace('$workspace', workspace)}
                  className="item"
                  textValue={title}
                >
                  <Icon name={bar.icon} />
                  {title} <span className="dim small">g {bar.key}</span>
                </MenuItem>
              ))}
              {campaigns.data?.campaigns.map((one) => (
                <MenuItem key={one.id} id={campaign(one.id)} className="item" textValue={one.name}>
                  <Icon name="campaigns" />
                  {one.name} <span className="dim small">{one.status}</span>
                </MenuItem>
              ))}
              {people.data?.people.map((one) => (
                <MenuItem
                  key={one.prospect_id}
                  id={`${campaign(one.campaign_id)}/people?person=${one.prospect_id}`}
                  className="item"
                  textValue={one.name ?? one.email ?? one.prospect_id}
                >
                  <Icon name="mail" />
                  {one.name ?? one.email} <span className="dim small">{one.campaign_name}</span>
                </MenuItem>
              ))}
            </Menu>
          </Autocomplete>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

const keys: readonly (readonly [string, string])[] = [
  ['⌘K or /', 'Search everywhere'],
  ...barPages.map(({ title, bar }) => [`g ${bar.key}`, `Go to ${title}`] as const),
  ['j  k', 'Down and up in a list'],
  ['Enter', 'Open the row'],
  ['Esc', 'Close'],
  ['?', 'These keys'],
];

export function KeysHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table className="table">
        <tbody>
          {keys.map(([key, does]) => (
            <tr key={key}>
              <td>
                <kbd>{key}</kbd>
              </td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
