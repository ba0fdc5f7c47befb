import { up as definition } from '../../shared/commands/up.ts';
import { end, print, stackCommand } from '../command.ts';
import { deploy } from '../deployment/deploy.ts';
import type { StepResult } from '../progress/steps.ts';

export const up = stackCommand(
  definition,
  async ({ stack, yes = false, withoutBackup = false, json }) => {
    const steps: StepResult[] = [];
    const childOutput = json ? 'stderr' : 'stdout';
    const result = await deploy(stack, { yes, childOutput, steps, withoutBackup }).catch(
      (error: unknown) => {
        const problem = error instanceof Error ? error.message : String(error);
        if (json) print(JSON.stringify({ stack, ok: false, steps, problem }));
        throw error;
      },
    );
    print(
      json
        ? JSON.stringify(result)
        : 'For plain pulumi, docker and node with the same tools and state:  eval "$(./pulse env)"',
    );
    end(result.ok ? 0 : 1);
  },
);
