import { runJudge } from '@quiesce/verify/command';
import type { RawCommand } from '../command/command-spec.js';

/** `quiesce verify`: the judge, with the options and exit codes of its own command, `quiesce-verify`. */
export const verifyCommand: RawCommand = {
  kind: 'raw',
  run: (args) => runJudge(args, { name: 'quiesce verify' }),
};
