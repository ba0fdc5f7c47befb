import { command, end, say } from '../command.ts';
import { confirmed } from '../confirm.ts';
import { linesOf, runProgram } from '../process.ts';
import { prefixOf } from '../stack.ts';

export const down = command('down', 'pulumi destroy; data volumes stay unless --data', ['./pulse down', './pulse down --stack staging --yes', './pulse down --data'])
  .option('--stack <name>', 'which stack', 'dev')
  .option('--data', 'remove the data volumes as well: there is no way back')
  .option('--yes', 'do not ask')
  .action(async ({ stack, data = false, yes = false }: { stack: string; data?: boolean; yes?: boolean }) => {
    const question = data ? `Remove stack ${stack} AND ALL ITS DATA?` : `Remove stack ${stack}? Its data volumes stay.`;
    if (!yes && !await confirmed(question, `./pulse down --stack ${stack}${data ? ' --data' : ''} --yes`)) return end(1);
    const code = await runProgram('pulumi', ['destroy', '--yes', '--skip-preview', '--stack', stack]);
    end(code === 0 && data ? await removeVolumes(stack) : code);
  });

async function removeVolumes(stack: string): Promise<number> {
  const volumes = await linesOf('docker', ['volume', 'ls', '--quiet', '--filter', `name=^${prefixOf(stack)}_`]);
  if (volumes.length === 0) return 0;
  say(`removing ${volumes.join(', ')}`);
  return runProgram('docker', ['volume', 'rm', ...volumes]);
}
