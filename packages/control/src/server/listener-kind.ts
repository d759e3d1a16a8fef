/** The three ways in: the Unix socket, the loopback port, and the port for probes. */
export type ListenerKind = 'socket' | 'tcp' | 'probes';
