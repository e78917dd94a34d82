/** What happens to the people of a list that is taken off the synced ones. */
export const detachBehaviors = ['remove', 'unlink'] as const;
/** What happens to people who were written to and leave every list: they finish the sequence, or stop. */
export const leaveBehaviors = ['finish', 'stop'] as const;

/** Why a lead is not in a campaign's scope; each is also the reason on the person's row. */
export const outOfScope = {
  gone: 'the lead was deleted',
  unlisted: 'left every list that fed the campaign',
  excluded: 'is in an excluded list',
  no_identity: "lacks the identity of the campaign's channel",
  unreadable: 'has values that are too long',
  mutual: 'has written back in another campaign',
  contacted: 'was contacted in another campaign',
} as const;
/** How the end reason of people begins whom the rules took off. */
export const byRules = 'lead rules: ';

export type OutOfScope = keyof typeof outOfScope;

export const enrolmentStates = ['in', 'unlinked', 'left', 'removed'] as const;
export type EnrolmentState = (typeof enrolmentStates)[number];

/** A lead as the rules find it. Lists are written as PostgreSQL writes them: `{id,id}`. */
export type Assessed = {
  leadId: string;
  /** Synced lists it is in; null when in none. */
  lists: string | null;
  /** Null when it is in scope. */
  why: OutOfScope | null;
  state: EnrolmentState | null;
  knownLists: string | null;
  prospectId: string | null;
  /** Whether the enrolled prospect is still on the roster. */
  there: boolean;
  /** Who has the identity, when the lead was never enrolled; and whether rules brought them. */
  takenBy: string | null;
  ruled: boolean;
};

/**
 * `relist`: note the lists, the person stays as they are. `adopt`: the same for a person whom rules brought as another lead. `forget`: somebody took
 * the person off the roster by hand, which holds until the lead has left the lists.
 */
export type Deed = 'none' | 'adopt' | 'relist' | 'reopen' | 'remove' | 'unlink' | 'forget';

/** What to do about a lead. Only those who stand as they should, or were never there, are left alone. */
export function decide(lead: Assessed, unlinking: readonly string[]): Deed {
  const inScope = lead.why === null;
  if (lead.state === null) return inScope && lead.takenBy !== null && lead.ruled ? 'adopt' : 'none';
  if (!lead.there) return inScope ? 'none' : 'forget';
  if (lead.state === 'in') {
    if (inScope) return lead.lists === lead.knownLists ? 'none' : 'relist';
    const isLetGo =
      lead.why === 'unlisted' && unlinking.some((list) => lead.knownLists!.includes(list));
    return isLetGo ? 'unlink' : 'remove';
  }
  if (!inScope) return 'none';
  return lead.state === 'removed' ? 'reopen' : 'relist';
}
