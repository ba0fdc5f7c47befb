import { formatReport } from '../../healthchecks/report-table.ts';
import { verify as runVerification } from '../../healthchecks/verify.ts';
import { verify as definition } from '../../shared/commands/verify.ts';
import { workerCommand } from './command.ts';
import { createPipeline } from './pipeline.ts';

export const verify = workerCommand(
  definition,
  async ({ services, settings }, { replicas, canary, report }) => {
    const found = await runVerification(
      { ...settings, workerReplicas: replicas },
      createPipeline(services),
      { withoutCanary: canary === false },
    );
    return {
      value: found,
      text: report ? JSON.stringify(found) : formatReport(found),
      ok: found.ok || report === true,
    };
  },
);
