import { AppError, type Problem } from '../errors.ts';

/** PostgreSQL's SQLSTATE of a violated unique constraint. */
const uniqueViolation = '23505';

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
  return (error) => {
    const { code } = error as { code?: unknown };
    throw code === uniqueViolation ? refuse() : error;
  };
}
