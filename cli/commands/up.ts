import { up as definition } from '../../shared/commands/up.ts';
import { stackCommand } from '../command.ts';
import { deployAndReport } from '../deployment/report.ts';

export const up = stackCommand(
  definition,
  ({ stack, yes = false, withoutBackup = false, json = false }) =>
    deployAndReport(stack, { yes, withoutBackup, json }),
);
