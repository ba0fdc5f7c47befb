import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const folder = new URL('../../../.github/workflows/', import.meta.url);
interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Record<
    string,
    { readonly 'timeout-minutes'?: number; readonly steps: readonly Step[] }
  >;
}

describe.each(readdirSync(folder))('workflow %s', (name) => {
  const workflow = parse(readFileSync(new URL(name, folder), 'utf8')) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test('pins every action to a commit, because a tag can move', () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  test('may only read the repository, and limits the time of every job', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  test('writes the results of every job into its summary', () => {
    for (const job of jobs)
      expect(job.steps.some(({ run }) => run?.includes('GITHUB_STEP_SUMMARY'))).toBe(true);
  });

  test('inserts no text of the event into a script, where it would be executed', () => {
    for (const { run = '' } of steps)
      expect(run).not.toMatch(/\$\{\{\s*(github\.event|github\.head_ref)/);
  });
});
