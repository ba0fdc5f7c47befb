import { formatReport } from '../../healthchecks/report-table.ts';
import { verify as runVerification } from '../../healthchecks/verify.ts';
import { verify as definition } from '../../shared/commands/verify.ts';
import { workerCommand } from './command.ts';
import { createFrontDoorPipeline } from './front-door.ts';
import { createPipeline } from './pipeline.ts';

export const verify = workerCommand(
  definition,
  async ({ services, settings }, { replicas, canary, report }) => {
    const { frontDoorUrl, apiKey } = settings;
    // A replica of the API has both, and goes the way of a program outside.
    const ownWay = frontDoorUrl && apiKey ? createFrontDoorPipeline(frontDoorUrl, apiKey) : {};
    const found = await runVerification(
      { ...settings, workerReplicas: replicas },
      { ...createPipeline(services), ...ownWay },
      { withoutCanary: canary === false },
    );
    return {
      value: found,
      text: report ? JSON.stringify(found) : formatReport(found),
      ok: found.ok || report === true,
    };
  },
);
