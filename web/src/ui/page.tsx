import { type ReactNode, useEffect } from 'react';
import { type PageName, pages } from '../model/pages.ts';

type Props = {
  name: PageName;
  /** Says more than the title of the table: the name of a campaign. */
  of?: string;
  actions?: ReactNode;
  /** For lists: the page is as high as the window, and its rows scroll. */
  fill?: boolean;
  /** Without a heading of its own, where a frame has one. */
  bare?: boolean;
  children: ReactNode;
};

/** A page: its title, its heading, its actions. */
export function Page({ name, of, actions, fill, bare, children }: Props) {
  const { title } = pages[name];
  useEffect(() => {
    document.title = of ? `${title} · ${of} · Postrider` : `${title} · Postrider`;
  }, [title, of]);
  if (bare) return <>{children}</>;
  return (
    <div className={fill ? 'page fill' : 'page'}>
      <header className="page-head">
        <h1>{title}</h1>
        <div className="line">{actions}</div>
      </header>
      {children}
    </div>
  );
}
