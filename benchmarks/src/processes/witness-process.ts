// Tells when whoever holds the other end of its standard input has ended: the system closes it as a process's last act.
import { monotonicMs } from '../statistics/monotonic-time.js';

process.once('disconnect', () => process.exit(0));
process.stdin.once('end', () => process.send?.(monotonicMs()));
process.stdin.resume();
process.send?.('ready');
