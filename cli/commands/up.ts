import { end, print, stackCommand } from '../command.ts';
import type { InStack } from '../command.ts';
import { deploy } from '../deployment/deploy.ts';
import type { StepResult } from '../progress/steps.ts';

export const up = stackCommand(
  'up',
  'bring tools, deploy, verify; on dev also index the sample and search it',
  ['./pulse up', './pulse up --stack prod', './pulse up --yes --json'],
)
  .option('--yes', 'install a missing Docker engine without asking')
  .action(async ({ stack, yes = false, json }: InStack & { yes?: boolean }) => {
    const steps: StepResult[] = [];
    const result = await deploy(stack, {
      yes,
      childOutput: json ? 'stderr' : 'stdout',
      steps,
    }).catch((error: unknown) => {
      if (json)
        print(
          JSON.stringify({
            stack,
            ok: false,
            steps,
            problem: error instanceof Error ? error.message : String(error),
          }),
        );
      throw error;
    });
    if (json) print(JSON.stringify(result));
    else
      print(
        'For plain pulumi, docker and node with the same tools and state:  eval "$(./pulse env)"',
      );
    end(result.ok ? 0 : 1);
  });
