import { createContext, useContext } from 'react';

export type Scope = 'read' | 'write' | 'send' | 'admin';

/** The caller, as the server tells it. */
export type Session = {
  workspace: { id: string; name: string; mode: 'live' | 'sandbox' };
  scopes: readonly Scope[];
  name: string;
  timezone: string;
};

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = SessionContext.Provider;

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('This part is shown outside a workspace.');
  return session;
}

/** Whether the caller may use operations of a scope. `admin` may everything. */
export function useMay(): (scope: Scope) => boolean {
  const { scopes } = useSession();
  return (scope) => scopes.includes(scope) || scopes.includes('admin');
}
