import { AppError, type Problem } from '../errors.ts';

/** PostgreSQL's SQLSTATE of a violated unique constraint. */
const uniqueViolation = '23505';
/** That of a row whose parent is gone. */
const foreignKeyViolation = '23503';

/** The refusal of a request. There is at least one problem; the first becomes the detail. */
export function invalidRequest(problems: readonly Problem[]): AppError {
  const { pointer, message } = problems[0]!;
  return new AppError('request.invalid', `${pointer.slice(1)}: ${message}`, { errors: problems });
}

/** @throws request.invalid when there are problems */
export function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalidRequest(problems);
}

/** For `.catch` of a write: throws the refusal when a unique constraint was violated. */
export function onDuplicate(refuse: () => AppError): (error: unknown) => never {
  return refuseState(uniqueViolation, refuse);
}

/** For `.catch` of an insert: throws the refusal when the row it belongs to is gone. */
export function onMissing(refuse: () => AppError): (error: unknown) => never {
  return refuseState(foreignKeyViolation, refuse);
}

function refuseState(state: string, refuse: () => AppError): (error: unknown) => never {
  return (error) => {
    throw (error as { code?: unknown }).code === state ? refuse() : error;
  };
}
