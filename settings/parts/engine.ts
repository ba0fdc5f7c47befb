/** The Docker engine of a stack. */
import { engineId } from '../kinds/texts.ts';
import { setting } from '../setting.ts';

export const engine = {
  allowed: setting({
    key: 'allowEngine',
    kind: engineId,
    description:
      'id of another Docker engine: confirms that the stack is made anew there, without its data',
  }),
};
