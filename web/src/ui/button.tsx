import { createLink } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';
import { Icon, type IconName } from './icons.tsx';

type Look = { look?: 'primary' | 'danger' | 'plain'; size?: 'small'; icon?: IconName };
type Props = Omit<ButtonProps, 'className' | 'children'> & Look & { children?: ReactNode };

const classOf = ({ look, size }: Look, more = '') =>
  ['button', look, size, more].filter(Boolean).join(' ');

export function Button({ look, size, icon, children, ...rest }: Props) {
  return (
    <AriaButton {...rest} className={classOf({ look, size }, children ? '' : 'icon-only')}>
      {icon && <Icon name={icon} />}
      {children}
    </AriaButton>
  );
}

/** A way to another page that looks like a button. */
export const ButtonLink = createLink(
  ({ look, size, icon, children, ...rest }: Look & ComponentProps<'a'>) => (
    <a {...rest} className={classOf({ look, size })}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  ),
);
