import { end, print } from '../command.ts';
import type { StepResult } from '../progress/steps.ts';
import { deploy } from './deploy.ts';

/**
 * Deploys a stack, prints the result and sets the exit code.
 *
 * @param options `yes`: whether a missing engine is installed without a question
 */
export async function deployAndReport(
  stack: string,
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
): Promise<void> {
  const steps: StepResult[] = [];
  const childOutput = json ? 'stderr' : 'stdout';
  const result = await deploy(stack, { yes, childOutput, steps }).catch((error: unknown) => {
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
