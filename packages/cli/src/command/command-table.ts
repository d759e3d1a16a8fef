import type { CommandEntry } from './command-spec.js';

/** All subcommands, in the order of the help. A new one is a row here, and a folder of its own. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'run a program as a service: control endpoint, probes, one deadline, exit codes',
    load: async () => (await import('../run/command.js')).runCommand,
  },
  {
    name: 'stop',
    summary: 'stop a service and wait until it is gone',
    load: async () => (await import('../stop/command.js')).stopCommand,
  },
  {
    name: 'status',
    summary: 'show what a service is doing',
    load: async () => (await import('../status/command.js')).statusCommand,
  },
  {
    name: 'watch',
    summary: 'show it live',
    load: async () => (await import('../watch/command.js')).watchCommand,
  },
  {
    name: 'profiles',
    summary: 'list how known programs are stopped',
    load: async () => (await import('../profiles/command.js')).profilesCommand,
  },
  {
    name: 'audit',
    summary: 'check the audit log of a control endpoint',
    load: async () => (await import('../audit/command.js')).auditCommand,
  },
  {
    name: 'verify',
    summary: 'judge how a server stops: load it, stop it, account for every request',
    load: async () => (await import('../verify/command.js')).verifyCommand,
  },
];
