/**
 * How much a component matters when time is short. `critical` components persist first; `expendable` work is
 * drained last and so is the first to be cut.
 */
export type Tier = 'critical' | 'standard' | 'expendable';
