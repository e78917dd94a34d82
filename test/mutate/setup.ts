import type { TestProject } from 'vitest/node';

/** All mutants share the server that the run started, because starting one takes seconds. */
export default function setup(project: TestProject): void {
  project.provide('databaseUrl', process.env.MUTATE_DATABASE ?? '');
}
