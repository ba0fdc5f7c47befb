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

  test('uses actions by commit, since a tag can move', () => {
    for (const { uses } of steps)
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  test('may read the repository and nothing more, and ends by itself', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  test('puts what it found into the summary of the job', () => {
    for (const job of jobs)
      expect(job.steps.some(({ run }) => run?.includes('GITHUB_STEP_SUMMARY'))).toBe(true);
  });

  test('puts no expression of the event into a script, where its text would be run', () => {
    for (const { run = '' } of steps)
      expect(run).not.toMatch(/\$\{\{\s*(github\.event|github\.head_ref)/);
  });
});
