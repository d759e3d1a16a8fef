import type { NotifyEnvironment } from '../notify-environment.js';
import { openCommandTransport } from './command-transport.js';
import { openDescriptorTransport } from './descriptor-transport.js';
import { findProgram } from './find-program.js';
import { helperPrograms } from './helper-programs.js';
import { openHelperTransport } from './helper-transport.js';
import type { OpenTransport } from './transport.js';

/**
 * Opens the best way to the service manager that there is here; `undefined` when there is none. Node.js has no
 * datagram sockets of AF_UNIX, so somebody else has to have one: systemd (`OpenFile=`), its own command, or an
 * interpreter. ADR 0030 says what each costs.
 */
export function chooseTransport(
  { socket, descriptor }: NotifyEnvironment,
  searchPath: string | undefined,
): OpenTransport | undefined {
  if (descriptor !== undefined) return openDescriptorTransport(descriptor);
  const command = findProgram('systemd-notify', searchPath);
  if (command !== undefined) return openCommandTransport(command, socket);
  for (const { command: name, args } of helperPrograms) {
    const path = findProgram(name, searchPath);
    if (path !== undefined) return openHelperTransport(path, args, socket);
  }
  return undefined;
}
