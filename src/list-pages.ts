/**
 * How the pages of a list follow: its member of the answer (`items`), and that which is the next
 * call's `cursor` (`next`); `first`: the cursor of the first page; `limit`: the longest page.
 */
export type ListPages = {
  items: string;
  cursor: string;
  next: string;
  first?: string;
  limit: number;
};
