import type { CommandGroup } from '../command/command-spec.js';
import { auditVerifyCommand } from './verify-command.js';

/** `quiesce audit`. */
export const auditCommand: CommandGroup = {
  kind: 'group',
  commands: [
    {
      name: 'verify',
      summary: 'find lines of an audit log that were changed, removed or moved',
      load: () => Promise.resolve(auditVerifyCommand),
    },
  ],
};
