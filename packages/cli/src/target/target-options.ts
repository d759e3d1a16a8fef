import type { OptionSpec } from '../command/command-spec.js';

/** The operand that all commands with a target take. */
export const targetOperand = {
  name: '[name]',
  summary: 'the name of the service, as its socket has it in the runtime directory',
} as const;

/** The options that say which service is meant. */
export const targetOptions: readonly OptionSpec[] = [
  { name: 'name', value: 'NAME', summary: 'the name of the service, like the operand' },
  { name: 'socket', value: 'PATH', summary: 'the Unix socket of its control endpoint' },
  { name: 'url', value: 'URL', summary: 'the URL of its control endpoint, such as http://127.0.0.1:9000' },
  { name: 'control-port', value: 'PORT', summary: 'short for --url http://127.0.0.1:PORT' },
  { name: 'token-file', value: 'FILE', summary: 'holds the token for --url and --control-port' },
  { name: 'pid-file', value: 'FILE', summary: 'holds its process id' },
  { name: 'pid', value: 'PID', summary: 'its process id' },
  {
    name: 'expect-command',
    value: 'NAME',
    summary: 'what the program behind --pid or --pid-file must be called; another one is left alone',
  },
];
