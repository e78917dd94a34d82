/** Policies for the prospects of a list that is no longer synced: they leave, or stay unlinked. */
export const detachBehaviors = ['remove', 'unlink'] as const;
/** Policies for contacted prospects that leave every list: they finish the sequence, or stop. */
export const leaveBehaviors = ['finish', 'stop'] as const;

/** Why a lead is not in a campaign's scope; the words are also the end reason of its prospect. */
export const outOfScope = {
  gone: 'the lead was deleted',
  unlisted: 'left every list that fed the campaign',
  excluded: 'is in an excluded list',
  no_identity: "lacks the identity of the campaign's channel",
  unreadable: 'has values that are too long',
  mutual: 'has written back in another campaign',
  contacted: 'was contacted in another campaign',
} as const;
/** Begins the end reason of prospects that the rules took off the campaign. */
export const rulesReasonPrefix = 'lead rules: ';

export type OutOfScope = keyof typeof outOfScope;

export const enrolmentStates = ['in', 'unlinked', 'left', 'removed'] as const;
export type EnrolmentState = (typeof enrolmentStates)[number];

/**
 * A lead in the state in which the rules find it. Lists are PostgreSQL arrays as text: `{id,id}`.
 */
export type AssessedLead = {
  leadId: string;
  /** The synced lists that hold the lead; null when none does. */
  lists: string | null;
  /** Null when the lead is in scope. */
  outOfScope: OutOfScope | null;
  state: EnrolmentState | null;
  knownLists: string | null;
  prospectId: string | null;
  /** Whether the lead's prospect is still on the roster. */
  there: boolean;
  /** The prospect with the lead's identity, when the lead was never enrolled. */
  takenBy: string | null;
  /** Whether rules brought that prospect. */
  ruled: boolean;
};

/**
 * The actions of the rules on a lead:
 * - `relist`: store its lists; the prospect stays the same
 * - `adopt`: the same, for a prospect that rules brought for another lead
 * - `forget`: a member took the prospect off the roster by hand, and the lead has now left the
 *   lists:   it may be enrolled again
 */
export type RuleAction = 'none' | 'adopt' | 'relist' | 'reopen' | 'remove' | 'unlink' | 'forget';

/** The action for a lead. `unlinking`: ids of lists that are being unlinked. */
export function decide(lead: AssessedLead, unlinking: readonly string[]): RuleAction {
  const inScope = lead.outOfScope === null;
  if (lead.state === null) return inScope && lead.takenBy !== null && lead.ruled ? 'adopt' : 'none';
  if (!lead.there) return inScope ? 'none' : 'forget';
  if (lead.state === 'in') {
    if (inScope) return lead.lists === lead.knownLists ? 'none' : 'relist';
    const isUnlinked =
      lead.outOfScope === 'unlisted' && unlinking.some((list) => lead.knownLists!.includes(list));
    return isUnlinked ? 'unlink' : 'remove';
  }
  if (!inScope) return 'none';
  return lead.state === 'removed' ? 'reopen' : 'relist';
}
