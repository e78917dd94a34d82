import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './button.tsx';

type Props = {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  /** At the right edge and over the whole height: for one thing of a list. */
  aside?: boolean;
  wide?: boolean;
};

/** A dialog over the page. It is open while it is rendered. */
export function Dialog({ title, onClose, children, aside, wide }: Props) {
  return (
    <ModalOverlay
      className={aside ? 'shade aside' : 'shade'}
      isDismissable
      isOpen
      onOpenChange={(open) => open || onClose()}
    >
      <Modal>
        <AriaDialog className={wide ? 'dialog wide' : 'dialog'}>
          <header>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button icon="close" look="plain" size="small" aria-label="Close" onPress={onClose} />
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

type ConfirmProps = {
  title: string;
  does: string;
  children: ReactNode;
  pending: boolean;
  onConfirm: () => void;
  onClose: () => void;
};

/** Asks before something that cannot be undone. */
export function Confirm({ title, does, children, pending, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="stack">
        {children}
        <div className="actions">
          <Button onPress={onClose}>Keep</Button>
          <Button look="danger" isDisabled={pending} onPress={onConfirm}>
            {does}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
