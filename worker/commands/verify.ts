import type { Pipeline } from '../../healthchecks/pipeline.ts';
import { formatReport } from '../../healthchecks/report-table.ts';
import { verify as runVerification } from '../../healthchecks/verify.ts';
import { verify as definition } from '../../shared/commands/verify.ts';
import { createFrontDoorPipeline } from '../operator/front-door.ts';
import { writeOperatorValue } from '../records/operator-values.ts';
import type { Services } from '../services.ts';
import { frontDoorVariables, readVariables } from '../settings.ts';
import { text, variable } from '../settings/kinds.ts';
import { workerCommand } from './command.ts';
import { createPipeline } from './pipeline.ts';

export const verify = workerCommand(
  definition,
  async ({ services, settings }, { replicas, canary, report }) => {
    if (replicas !== undefined) await keepExpectedWorkers(services, replicas);
    const found = await runVerification(
      { ...settings, workerReplicas: replicas ?? 1 },
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

/**
 * A stack's own number, which no variable of a container says: scaling would replace every
 * container that had it.
 */
async function keepExpectedWorkers({ pool, log }: Services, replicas: number): Promise<void> {
  await writeOperatorValue(pool, 'workerReplicas', replicas).catch((error: unknown) =>
    log.info({ err: error }, 'the number of workers is not kept; the report says what is away'),
  );
}

/** A replica of the API has name and key, and goes the way of a program outside. */
function wayThroughFrontDoor(env: NodeJS.ProcessEnv): Partial<Pipeline> {
  const key = variable('WEBHOOK_API_SECRET', text.optional());
  const { frontDoor, port, apiKey } = readVariables({ ...frontDoorVariables, apiKey: key }, env);
  if (frontDoor === undefined || apiKey === undefined) return {};
  return createFrontDoorPipeline(`http://${frontDoor}:${port}`, apiKey);
}
