import { command, print } from '../command.ts';
import { toolEnvironment } from '../environment.ts';

export const env = command(
  'env',
  'exports for a shell: plain pulumi, docker and node use the same tools and state',
  ['eval "$(./pulse env)" && pulumi stack output --stack dev'],
).action(() => {
  for (const [name, value] of Object.entries({
    PATH: process.env['PATH'] ?? '',
    ...toolEnvironment(),
  })) {
    print(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
  }
});
