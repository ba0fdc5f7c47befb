/** What is checked after a deploy. */
import { choice } from '../kinds/texts.ts';
import { setting } from '../setting.ts';

export const verification = {
  mode: setting({
    key: 'verification',
    kind: choice('strict', 'warn'),
    default: 'strict',
    description: 'what a failed check after a deploy does: fail the update, or report and go on',
  }),
};
