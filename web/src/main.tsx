import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem } from './api/call.ts';
import { router } from './routes.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './ui/controls.css';

/** A refusal stays one, however often it is asked; a server that is away comes back. */
const maxRetries = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (count, error) =>
        count < maxRetries &&
        error instanceof Problem &&
        (error.status === 0 || error.status > 500),
    },
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('The document has no root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
