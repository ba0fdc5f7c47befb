import { end, print } from '../command.ts';
import type { StepResult } from '../progress/steps.ts';
import { deploy } from './deploy.ts';
import type { DeployOptions } from './deploy.ts';

interface ReportOptions extends Pick<DeployOptions, 'yes' | 'withoutBackup'> {
  readonly json: boolean;
}

/**
 * Deploys a stack, prints the result and sets the exit code.
 *
 * @param options `yes`: whether a missing engine is installed without a question; `withoutBackup`:
 *   go on without a backup where the update cannot be undone
 */
export async function deployAndReport(
  stack: string,
  { json, ...options }: ReportOptions,
): Promise<void> {
  const steps: StepResult[] = [];
  const childOutput = json ? 'stderr' : 'stdout';
  const result = await deploy(stack, { ...options, childOutput, steps }).catch((error: unknown) => {
    const problem = error instanceof Error ? error.message : String(error);
    if (json) print(JSON.stringify({ stack, ok: false, steps, problem }));
    throw error;
  });
  print(
    json
      ? JSON.stringify(result)
      : 'For plain pulumi, docker and node with the same tools and state:  eval "$(./pulse env)"',
  );
  end(result.ok ? 0 : 1);
}
