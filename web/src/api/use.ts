import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, call, type Input, type Problem, type Route } from './call.ts';

/** Lists and figures ask again so often while the tab is visible. */
const freshMs = 15_000;

export type AnswerOptions = {
  enabled?: boolean;
  /** Shows the answer to the earlier input until the new one is there. */
  keep?: boolean;
  /** Asks again after so many ms; false: only after an action. */
  every?: number | false;
};

/** An answer of the API, shared by every part of the page that asks the same. */
export function useAnswer<R extends Route>(
  route: R,
  input: Input<R>,
  { enabled = true, keep = false, every = freshMs }: AnswerOptions = {},
) {
  return useQuery<Answer<R>, Problem>({
    queryKey: [route, input],
    queryFn: ({ signal }) => call(route, input, { signal }),
    enabled,
    refetchInterval: every,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** A list by cursor pages, joined as far as they were asked for. */
export function useRows<R extends Route, Row>(
  route: R,
  input: Input<R>,
  read: (answer: Answer<R>) => { rows: readonly Row[]; next: string | null },
) {
  const query = useInfiniteQuery({
    queryKey: [route, input, 'rows'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      call(route, { ...input, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: (last: Answer<R>) => read(last).next,
    placeholderData: keepPreviousData,
    refetchInterval: freshMs,
  });
  return {
    first: query.data?.pages[0],
    rows: query.data?.pages.flatMap((page) => read(page).rows) ?? [],
    problem: query.error as Problem | null,
    isPending: query.isPending,
    retry: () => void query.refetch(),
    more: query.hasNextPage && !query.isFetchingNextPage ? query.fetchNextPage : null,
  };
}

export type Action<R extends Route> = {
  run: (input: Input<R>, file?: File) => Promise<Answer<R> | null>;
  pending: boolean;
  problem: Problem | null;
  /** Messages of the server by the name of the field, for `Form`. */
  fields: Record<string, string>;
  clear: () => void;
};

/**
 * A write. All that is shown asks again after it, because one change moves many figures. `run`
 * resolves to null when the server refused; the reason is in `problem`.
 */
export function useAction<R extends Route>(route: R): Action<R> {
  const client = useQueryClient();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const mutation = useMutation<Answer<R>, Problem, { input: Input<R>; file?: File }>({
    mutationFn: ({ input, file }) =>
      call(route, input, { idempotencyKey: key, ...(file ? { file } : {}) }),
    // The next call is another one, unless the answer to this one was lost.
    onSettled: (_answer, problem) => {
      if (problem?.status !== 0) setKey(crypto.randomUUID());
    },
    onSuccess: () => client.invalidateQueries(),
  });
  return {
    run: (input, file) =>
      mutation.mutateAsync({ input, ...(file ? { file } : {}) }).catch(() => null),
    pending: mutation.isPending,
    problem: mutation.error,
    fields: fieldsOf(mutation.error),
    clear: mutation.reset,
  };
}

/** A pointer such as `/smtp/host` is the field `smtp.host`. */
function fieldsOf(problem: Problem | null): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const { pointer, message } of problem?.fields ?? [])
    fields[pointer.slice(1).replaceAll('/', '.')] ??= message;
  return fields;
}

/** A POST that only computes: a preview, a dry run. Shown while the next one is on its way. */
export function usePosted<R extends Route>(route: R, input: Input<R>, enabled = true) {
  return useAnswer(route, input, { enabled, keep: true, every: false });
}
