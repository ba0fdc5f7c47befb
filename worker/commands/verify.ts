import type { Pipeline } from '../../healthchecks/pipeline.ts';
import { formatReport } from '../../healthchecks/report-table.ts';
import { verify as runVerification } from '../../healthchecks/verify.ts';
import { verify as definition } from '../../shared/commands/verify.ts';
import { frontDoorVariables, readVariables } from '../settings.ts';
import { text, variable } from '../settings/kinds.ts';
import { workerCommand } from './command.ts';
import { createFrontDoorPipeline } from './front-door.ts';
import { createPipeline } from './pipeline.ts';

export const verify = workerCommand(
  definition,
  async ({ services, settings }, { replicas, canary, report }) => {
    const found = await runVerification(
      { ...settings, workerReplicas: replicas },
      { ...createPipeline(services), ...wayThroughFrontDoor(process.env) },
      { withoutCanary: canary === false },
    );
    return {
      value: found,
      text: report ? JSON.stringify(found) : formatReport(found),
      ok: found.ok || report === true,
    };
  },
);

/** A replica of the API has name and key, and goes the way of a program outside. */
function wayThroughFrontDoor(env: NodeJS.ProcessEnv): Partial<Pipeline> {
  const key = variable('WEBHOOK_API_SECRET', text.optional());
  const { frontDoor, port, apiKey } = readVariables({ ...frontDoorVariables, apiKey: key }, env);
  if (frontDoor === undefined || apiKey === undefined) return {};
  return createFrontDoorPipeline(`http://${frontDoor}:${port}`, apiKey);
}
