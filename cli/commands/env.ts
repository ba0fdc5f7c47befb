import { env as definition } from '../../shared/commands/env.ts';
import { hostCommand, print } from '../command.ts';
import { toolEnvironment } from '../environment.ts';

export const env = hostCommand(definition, () => {
  const variables = { PATH: process.env['PATH'] ?? '', ...toolEnvironment() };
  for (const [name, value] of Object.entries(variables))
    print(
      value === undefined ? `unset ${name}` : `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    );
});
