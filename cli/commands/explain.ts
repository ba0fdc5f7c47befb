import { explain } from '../../healthchecks/explain.ts';
import { ToolFault } from '../../toolchain/tool.ts';
import { command, print } from '../command.ts';

export const explainCode = command('explain', 'what an error code means, what was tried, what to do', ['./pulse explain TEI_UNREACHABLE'])
  .argument('<code>')
  .action((code: string) => {
    const text = explain(code);
    if (text === undefined) throw new ToolFault(`${code} is no code of Pulse`, 'codes stand in the verification table, in ./pulse queue list and in the logs');
    print(text);
  });
