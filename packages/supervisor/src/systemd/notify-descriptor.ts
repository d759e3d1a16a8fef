/** The name that the unit gives the descriptor: `OpenFile=/run/systemd/notify:notify`. */
const descriptorName = 'notify';

/** The first descriptor that a service manager hands over. Source: SD_LISTEN_FDS_START, sd_listen_fds(3). */
const firstDescriptor = 3;

/**
 * The descriptor called `notify` among those that systemd has opened for this process. Since version 253 it opens
 * what `OpenFile=` names, and connects when that is a socket; Node.js itself can't make a datagram socket of AF_UNIX.
 */
export function parseDescriptor(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  const { LISTEN_PID: owner, LISTEN_FDS: count = '', LISTEN_FDNAMES: names = '' } = env;
  if (owner !== String(pid)) return undefined;
  const index = names.split(':').indexOf(descriptorName);
  return index >= 0 && index < Number(count) ? firstDescriptor + index : undefined;
}
