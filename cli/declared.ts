import { ToolFault } from '../toolchain/tool.ts';
import { jsonOf } from './process.ts';

/** Names of the containers that the last finished update declared; none where this clone has no state of the stack. */
export async function declaredContainers(stack: string): Promise<string[]> {
  try {
    return await jsonOf<string[]>('pulumi', ['stack', 'output', 'containerNames', '--json', '--stack', stack]);
  } catch (error) {
    if (error instanceof ToolFault) return [];
    throw error;
  }
}
